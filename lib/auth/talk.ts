import { createHash } from "node:crypto";
import { ProtocolError } from "../base/errors.ts";
import type { Connection } from "../net/connection.ts";
import { Refusal } from "../net/meeting.ts";
import type { Message } from "../wire/message.ts";
import { decodeNative, encodeNative } from "../wire/native_message.ts";

/**
 * What two sides say to each other before they have keys, hashed as it goes to and fro, so that the
 * keys can be bound to it: whoever changed a word in between left both sides with different keys.
 */
export class Talk {
  readonly #conn: Connection;
  readonly #hash = createHash("sha256");
  readonly #next: (what: string) => Promise<Uint8Array>;

  /** `first` was said already; `next` brings the next payload of the other side. */
  constructor(
    conn: Connection,
    first: Uint8Array,
    next: (conn: Connection, what: string) => Promise<Uint8Array>,
  ) {
    this.#conn = conn;
    this.#next = (what) => next(conn, what);
    this.#note(first);
  }

  /** SHA-256 of every payload so far, each behind its length (4 bytes, big-endian). */
  get hash(): Uint8Array {
    return new Uint8Array(this.#hash.copy().digest());
  }

  /** Says something. */
  async send(message: Message): Promise<void> {
    const payload = encodeNative(message);
    this.#note(payload);
    await this.#conn.send([payload]);
  }

  /**
   * Hears the one message that is due.
   *
   * @throws {ProtocolError} when it is another.
   */
  async receive<T extends Message["type"]>(type: T): Promise<Extract<Message, { type: T }>> {
    const payload = await this.#next(type);
    const message = decodeNative(payload);
    if (message.type !== type) throw new Refusal("protocol", `expected a ${type} message`);
    this.#note(payload);
    return message as Extract<Message, { type: T }>;
  }

  #note(payload: Uint8Array): void {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, payload.length);
    this.#hash.update(length).update(payload);
  }
}

/** Turns what a hostile share raises into a refusal of the greeting. */
export function asRefusal(error: unknown): unknown {
  const plain = error instanceof ProtocolError && !(error instanceof Refusal);
  return plain ? new Refusal("protocol", error.message, { cause: error }) : error;
}
