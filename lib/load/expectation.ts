/**
 * What a server is expected to answer.
 *
 * @module
 */
import type { Dialect } from "../wire/dialect.ts";
import { encodeText } from "../wire/utf8.ts";
import { messageText, Numbered } from "./numbered.ts";

/** What an answer is to be, as `--expect` takes it. */
export const EXPECTATIONS = ["any", "reverse", "echo", "ack", "broadcast"] as const;

/** One of {@linkcode EXPECTATIONS}. */
export type Expectation = typeof EXPECTATIONS[number];

/** Characters of a message whose size counts what the user sees: over text the newline is one of them. */
export function textLength(dialect: Dialect, size: number): number {
  return dialect === "text" ? size - 1 : size;
}

/** A client's message as text, numbered in place. */
export function numberedMessage(client: number, length: number): Numbered {
  return new Numbered(encodeText(messageText(client, 0, length)), 0, false);
}

/** The answer that is expected to it; undefined where any will do. */
export function numberedAnswer(
  expect: Exclude<Expectation, "any">,
  client: number,
  length: number,
): Numbered {
  const { bytes } = numberedMessage(client, length);
  if (expect === "reverse") return new Numbered(bytes.reverse(), length - 18, true);
  if (expect !== "ack") return new Numbered(bytes, 0, false);
  return new Numbered(encodeText(messageText(client, 0, length) + " ACK"), 0, false);
}
