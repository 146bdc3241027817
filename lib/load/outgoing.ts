import { MERGE_BYTES } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import { none } from "../wire/ciphers/none.ts";
import type { Dialect } from "../wire/dialect.ts";
import { encodeJson } from "../wire/json_message.ts";
import { encodeNative } from "../wire/native_message.ts";
import { encodeText } from "../wire/utf8.ts";
import { messageText, Numbered } from "./numbered.ts";
import { numberedMessage } from "./expectation.ts";

/** Characters of base64 that hold an identity. */
const ENCODED = 24;

/** A client's messages as they go out: one after the other into a buffer in which only digits change. */
export class Outgoing {
  /** Bytes that one message takes on the wire, under no record cipher. */
  readonly size: number;
  readonly #conn: Connection;
  readonly #plain: Numbered; // the message as text
  readonly #frame: Uint8Array;
  readonly #digits?: Numbered; // of the same memory as the frame, where the digits stand in clear
  readonly #encodedAt: number = 0; // of base64
  #buffer: Uint8Array;

  /** Messages of `length` characters of a client, as `conn` wants them. */
  constructor(conn: Connection, dialect: Dialect, client: number, length: number) {
    this.#conn = conn;
    this.#plain = numberedMessage(client, length);
    const payload = payloadOf(dialect, client, messageText(client, 0, length));
    const { framing } = conn;
    this.#frame = new Uint8Array(framing.size(payload));
    framing.put(payload, this.#frame, 0);
    if (dialect === "json") {
      this.#encodedAt = indexOf(
        this.#frame,
        encodeText(this.#plain.bytes.toBase64().slice(0, ENCODED)),
      );
    } else {
      this.#digits = new Numbered(this.#frame, indexOf(this.#frame, this.#plain.bytes), false);
    }
    this.size = this.#frame.length;
    this.#buffer = new Uint8Array(this.size);
  }

  /** Whether messages are sealed one by one, which takes memory for each. */
  get #seals(): boolean {
    const { cipher } = this.#conn;
    return cipher !== none && !cipher.records;
  }

  /** The most messages that go out in one write. */
  get most(): number {
    return Math.max(1, Math.floor(MERGE_BYTES / this.size));
  }

  /** The next `count` messages, as one chunk that is valid until the next is asked for. */
  next(count: number): Uint8Array {
    const { size } = this;
    if (this.#seals) return this.#conn.pack(Array.from({ length: count }, () => this.#payload()));
    const bytes = count * size;
    if (this.#buffer.length < bytes) {
      this.#buffer = new Uint8Array(Math.min(2 * bytes, Math.max(size, MERGE_BYTES)));
    }
    for (let at = 0; at < bytes; at += size) {
      this.#count();
      this.#buffer.set(this.#frame, at);
    }
    return this.#buffer.subarray(0, bytes);
  }

  /** The chunk of message 0, which does not count. */
  probe(): Uint8Array {
    const frame = this.#frame.slice();
    return this.#seals ? this.#conn.pack([this.#payloadOf(frame)]) : frame;
  }

  #count(): void {
    if (this.#digits) return this.#digits.next();
    this.#plain.next();
    this.#frame.set(
      encodeText(this.#plain.bytes.subarray(0, ENCODED / 4 * 3).toBase64()),
      this.#encodedAt,
    );
  }

  #payload(): Uint8Array {
    this.#count();
    return this.#payloadOf(this.#frame.slice());
  }

  #payloadOf(frame: Uint8Array): Uint8Array {
    const frames: Uint8Array[] = [];
    const { framing } = this.#conn;
    const used = framing.take(frame, 0, frame.length, frames);
    framing.takeRest(frame, used, frame.length, frames);
    return frames[0];
  }
}

function payloadOf(dialect: Dialect, client: number, text: string): Uint8Array {
  if (dialect === "native") return encodeNative({ type: "chat", text });
  if (dialect === "json") return encodeJson(`bench${client}`, text, Math.floor(Date.now() / 1000));
  return encodeText(text);
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new RangeError("the message is not in its frame");
}
