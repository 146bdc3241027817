/**
 * What a server is expected to answer.
 *
 * @module
 */
import { concat } from "../base/bytes.ts";
import type { Dialect } from "../wire/dialect.ts";
import { encodeText } from "../wire/utf8.ts";
import { findIdentities, IDENTITY_BYTES, messageText, Numbered } from "./numbered.ts";

/** What an answer is to be, as `--expect` takes it. */
export const EXPECTATIONS = ["any", "reverse", "echo", "ack", "broadcast"] as const;

/** One of {@linkcode EXPECTATIONS}. */
export type Expectation = typeof EXPECTATIONS[number];

/** Those by which an answer is known from its message. */
export type AnswerKind = Exclude<Expectation, "any" | "broadcast">;

/** Characters of a message whose size counts what the user sees: over text the newline is one of them. */
export function textLength(dialect: Dialect, size: number): number {
  return dialect === "text" ? size - 1 : size;
}

/** A client's message as text, numbered in place. */
export function numberedMessage(client: number, length: number): Numbered {
  return new Numbered(encodeText(messageText(client, 0, length)), 0, false);
}

/** The answers that a client should get: each differs from the others in its digits alone. */
export class Answers {
  /** Bytes of an answer. */
  readonly length: number;
  readonly #client: number;
  readonly #reversed: boolean;
  readonly #due: Numbered;
  readonly #other: Numbered; // any one

  /** To messages of `length` characters. The first is due. */
  constructor(expect: AnswerKind, client: number, length: number) {
    this.#client = client;
    this.#reversed = expect === "reverse";
    this.#due = numberedAnswer(expect, client, length);
    this.#other = numberedAnswer(expect, client, length);
    this.length = this.#due.bytes.length;
    this.#due.next();
  }

  /** Makes the answer to a message the one that is due. */
  moveTo(message: number): void {
    const due = this.#due;
    if (due.number === message) return;
    if (due.number + 1 === message) due.next();
    else due.set(message);
  }

  /** Whether the answer that is due begins at `start`, where at least `length` bytes are. */
  isDue(bytes: Uint8Array, start: number): boolean {
    return this.#due.equals(bytes, start);
  }

  /** The answer to a message, in memory that the next call changes. */
  to(message: number): Uint8Array {
    this.#other.set(message);
    return this.#other.bytes;
  }

  /** Whether the bytes are the answer to a message, and nothing else. */
  isTo(message: number, bytes: Uint8Array): boolean {
    if (bytes.length !== this.length) return false;
    this.#other.set(message);
    return this.#other.equals(bytes, 0);
  }

  /** The client's messages whose numbers stand in the bytes, lowest first. */
  messagesIn(bytes: Uint8Array): number[] {
    return findIdentities(bytes, this.#reversed)
      .filter(({ client, message }) => client === this.#client && message > 0)
      .map(({ message }) => message)
      .sort((a, b) => a - b);
  }
}

function numberedAnswer(expect: AnswerKind, client: number, length: number): Numbered {
  const { bytes } = numberedMessage(client, length);
  if (expect === "reverse") return new Numbered(bytes.reverse(), length - IDENTITY_BYTES, true);
  const end = encodeText(expect === "ack" ? " ACK" : "");
  return new Numbered(concat([bytes, end]), 0, false);
}
