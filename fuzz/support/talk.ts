/**
 * A side of a greeting that knows how to be honest, and deviates from it as a case says.
 *
 * @module
 */
import { assert } from "@std/assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Agreement, KeyExchange } from "../../lib/auth/spake2.ts";
import { isClosed, ProtocolError } from "../../lib/base/errors.ts";
import { RECORD_BYTES } from "../../lib/base/limits.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { Socket } from "../../lib/net/socket.ts";
import { none } from "../../lib/wire/ciphers/none.ts";
import { frameAll } from "../../lib/wire/framing.ts";
import { LengthFraming } from "../../lib/wire/length_framing.ts";
import type { Message } from "../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../lib/wire/native_message.ts";
import { encodeText } from "../../lib/wire/utf8.ts";
import { concat } from "../../tests/support/feed.ts";
import * as some from "./arbitraries.ts";
import type { Told, Turn } from "./schemes.ts";

/** What a peer does in one of its turns instead of what it should, or beside it. */
export type Deviation =
  & { readonly turn: number }
  & (
    | { readonly kind: "skip" | "twice" | "again" | "leave" | "mirror" }
    | { readonly kind: "wire" | "payload"; readonly changes: readonly some.Change[] }
    | { readonly kind: "instead" | "before" | "behind" | "clear"; readonly payload: Uint8Array }
    | { readonly kind: "garbage"; readonly bytes: Uint8Array }
  );

const turn = fc.nat(3);
/** The messages of greetings: the likeliest to do harm out of turn. */
const GREETING = ["hello", "keys", "share", "confirm", "welcome", "refused"] as const;

const payload = fc.oneof(
  { weight: 1, arbitrary: some.almostMessage.map((json) => encodeText(`\x01${json}`)) },
  { weight: 1, arbitrary: some.message.map(encodeNative) },
  { weight: 4, arbitrary: fc.oneof(...GREETING.map(some.messageOf)).map(encodeNative) },
);

/** A deviation. */
export const deviation: fc.Arbitrary<Deviation> = fc.oneof(
  fc.record({ turn, kind: fc.constantFrom("skip" as const, "twice", "again", "leave", "mirror") }),
  fc.record({
    turn,
    kind: fc.constantFrom("wire" as const, "payload"),
    changes: fc.array(some.change, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    turn,
    kind: fc.constantFrom("instead" as const, "before", "behind", "clear"),
    payload,
  }),
  fc.record({
    turn,
    kind: fc.constant("garbage" as const),
    bytes: fc.oneof(some.bytes(20), some.text().map(encodeText)),
  }),
);

/** Turns of the event loop in which an answer comes, if one does: it is all in memory. */
const ANSWER_TURNS = 4;

/** What was said, and whether it was sealed. */
export interface Said {
  readonly payload: Uint8Array;
  readonly sealed: boolean;
}

/** One side of a greeting, over a socket. */
export class Talk {
  /** Frames and seals. */
  readonly conn: Connection;
  /** What this side was told. */
  readonly told: Told;
  /** What its hello says of an account. */
  readonly login: { readonly user?: string; readonly password?: string };
  /** What it drew, and what the other side did. */
  random?: Uint8Array;
  theirs?: Uint8Array;
  /** What it has come to by SPAKE2. */
  exchange?: KeyExchange;
  agreement?: Agreement;
  /** Payloads that it has said. */
  readonly said: Said[] = [];
  /** Whether what it said before it had keys came to the other side as something else. */
  altered = false;
  readonly #socket: Socket;
  readonly #hash = createHash("sha256");
  readonly #records = new LengthFraming(RECORD_BYTES);
  readonly #heard: Uint8Array[] = [];
  #last?: Uint8Array; // heard
  #hearing?: Promise<Uint8Array[] | null>;

  constructor(socket: Socket, told: Told, login: Talk["login"]) {
    this.#socket = socket;
    this.conn = new Connection(new Eager(socket));
    this.conn.speak("native");
    this.told = told;
    this.login = login;
  }

  /** What its hello, and all that follows, come to: see `Talk` of `lib/auth`. */
  get hash(): Uint8Array {
    return new Uint8Array(this.#hash.copy().digest());
  }

  /** What the other side says next; undefined when it says nothing, or nothing that can be read. */
  async heard(): Promise<Message | undefined> {
    if (this.#heard.length === 0) {
      this.#hearing ??= this.conn.receive().catch(() => null);
      const batch = await Promise.race([this.#hearing, turns(ANSWER_TURNS)]);
      if (batch === undefined) return undefined;
      this.#hearing = undefined;
      this.#heard.push(...(batch ?? []).map((payload) => payload.slice()));
    }
    const payload = this.#last = this.#heard.shift();
    if (payload === undefined) return undefined;
    this.#note(payload);
    try {
      return decodeNative(payload);
    } catch {
      return undefined; // it was told so in another scheme, or the keys differ
    }
  }

  /** Takes its turns with these deviations, every write cut; ends early when the other side does. */
  async perform(
    turns: readonly Turn[],
    deviations: readonly Deviation[],
    cuts: readonly number[],
  ): Promise<void> {
    const sent: Uint8Array[] = [];
    for (const [i, turn] of turns.entries()) {
      const message = await attempt(turn, this);
      const here = deviations.filter(({ turn }) => turn % turns.length === i);
      if (here.some(({ kind }) => kind === "leave")) return;
      const bytes = this.#bytesOf(message, here, sent);
      sent.push(bytes);
      for (const piece of some.pieces(bytes, cuts)) await this.#write(piece);
    }
  }

  #bytesOf(
    message: Message | undefined,
    all: readonly Deviation[],
    sent: Uint8Array[],
  ): Uint8Array {
    let payload = message && encodeNative(message);
    const before: Uint8Array[] = [], behind: Uint8Array[] = [];
    let times = 1;
    const wire: some.Change[] = [];
    for (const deviation of all) {
      switch (deviation.kind) {
        case "skip":
          times = 0;
          break;
        case "twice":
          times = 2;
          break;
        case "again":
          behind.push(...sent.slice(-1));
          break;
        case "wire":
          wire.push(...deviation.changes);
          break;
        case "payload":
          payload &&= some.changed(payload, deviation.changes);
          break;
        case "instead":
          payload = deviation.payload;
          break;
        case "before":
          before.push(this.#pack(deviation.payload));
          break;
        case "behind":
          behind.push(deviation.payload);
          break;
        case "mirror":
          payload = this.#last ?? payload;
          break;
        case "clear":
          before.push(this.#pack(deviation.payload, none));
          break;
        case "garbage":
          before.push(deviation.bytes);
      }
    }
    const own = payload && times > 0 ? this.#pack(payload) : new Uint8Array();
    if (payload && times > 0) this.#note(payload);
    const last = behind.map((payload) => sent.includes(payload) ? payload : this.#pack(payload));
    const bytes = concat([...before, own, ...times > 1 ? [own] : [], ...last]);
    const brought = some.changed(bytes, wire);
    const same = bytes.length === brought.length && bytes.every((byte, i) => byte === brought[i]);
    if (!same && !this.conn.cipher.records) this.altered = true;
    return brought;
  }

  #pack(payload: Uint8Array, cipher = this.conn.cipher): Uint8Array {
    this.said.push({ payload, sealed: cipher.records });
    if (!cipher.records) return frameAll(this.conn.framing, [cipher.seal(payload.slice())]);
    return frameAll(this.#records, [cipher.seal(this.conn.pack([payload]))]);
  }

  #note(payload: Uint8Array): void {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, payload.length);
    this.#hash.update(length).update(payload);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#socket.write(bytes.subarray(at));
  }
}

/** Reads on whether or not somebody wants it, so that the other side can always write. */
class Eager implements Socket {
  readonly #socket: Socket;
  readonly #come: number[] = [];
  #ended = false;
  #more = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#pump().catch(() => {}).finally(() => {
      this.#ended = true;
      this.#more.resolve();
    });
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#come.length === 0) {
      if (this.#ended) return null;
      await this.#more.promise;
    }
    const taken = this.#come.splice(0, buffer.length);
    buffer.set(taken);
    return taken.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#socket.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#socket.closeWrite();
  }

  close(): void {
    this.#socket.close();
  }

  async #pump(): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const count = await this.#socket.read(buffer);
      if (count === null) return;
      this.#come.push(...buffer.subarray(0, count));
      this.#more.resolve();
      this.#more = Promise.withResolvers<void>();
    }
  }
}

/** What it says; nothing when it cannot make anything of what it heard. */
async function attempt(turn: Turn, talk: Talk): Promise<Message | undefined> {
  try {
    return await turn(talk);
  } catch (error) {
    assert(
      error instanceof ProtocolError || error instanceof SyntaxError ||
        error instanceof RangeError || isClosed(error),
      `${error}`,
    );
    return undefined;
  }
}

async function turns(count: number): Promise<undefined> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
