/**
 * Greetings under a secret, for tests: a server of them, and a client that says each word itself.
 *
 * @module
 */
import { meet, type Terms } from "../../lib/auth/meet.ts";
import { type Agreement, SharedSecret } from "../../lib/auth/spake2.ts";
import { stretch } from "../../lib/auth/stretch.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { Meeting } from "../../lib/net/meeting.ts";
import { memoryPair } from "../../lib/net/memory_pair.ts";
import type { Hello, Message } from "../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../lib/wire/native_message.ts";
import { concat } from "./feed.ts";
import { frame } from "./native.ts";
import { ADDRESS } from "./terms.ts";

/** What a client says first. */
export const HELLO: Hello = { type: "hello", version: 1, cipher: "chacha20-poly1305" };

/** A client of the page: it knows no `Talk`, and may be told to lie. */
export class Stranger implements Disposable {
  /** Its end of the wire, unsealed. */
  readonly conn: Connection;
  /** What comes of the server's side. */
  readonly meeting: Promise<Meeting | null | Error>;
  /** The server's end. */
  readonly server: Connection;
  readonly #said: Uint8Array[] = [];

  /** Stands before a server of those terms. */
  constructor(terms: Terms, { address = ADDRESS }: { address?: string } = {}) {
    const [far, near] = memoryPair(100_000);
    this.conn = new Connection(far);
    this.conn.speak("native");
    this.server = new Connection(near);
    this.meeting = meet(this.server, address, terms).catch((error) => error);
  }

  /** Says something, as it stands. */
  async says(message: Message | Uint8Array): Promise<void> {
    const payload = message instanceof Uint8Array ? message : encodeNative(message);
    this.#said.push(payload);
    await this.conn.write(frame(payload));
  }

  /** Hears one message of that type. */
  async hears<T extends Message["type"]>(type: T): Promise<Extract<Message, { type: T }>> {
    const payload = (await this.conn.receive())![0].slice();
    this.#said.push(payload);
    const message = decodeNative(payload);
    if (message.type !== type) throw new Error(`heard ${JSON.stringify(message)}`);
    return message as Extract<Message, { type: T }>;
  }

  /** SHA-256 of all that was said, as docs/protocol.md has it. */
  async talk(): Promise<Uint8Array> {
    const all = concat(this.#said.map(frame)); // a frame is a payload behind its length
    return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(all)));
  }

  /** The greeting up to both shares; what a client that knows `passphrase` makes of it. */
  async shares(passphrase: string): Promise<Agreement> {
    await this.says(HELLO);
    const { salt } = await this.hears("keys");
    const secret = await secretOf(passphrase, salt);
    const exchange = secret.start("client", { context: await this.talk() });
    await this.says({ type: "share", share: exchange.share.toBase64() });
    return exchange.finish(Uint8Array.fromBase64((await this.hears("share")).share));
  }

  /** Closes both ends. */
  [Symbol.dispose](): void {
    this.conn.close();
    this.server.close();
  }
}

const known = new Map<string, Promise<SharedSecret>>();

/** What a passphrase becomes under a salt; scrypt is slow, and tests are many. */
export function secretOf(passphrase: string, salt: string): Promise<SharedSecret> {
  const key = `${salt} ${passphrase}`;
  const made = known.get(key) ??
    stretch(passphrase, Uint8Array.fromBase64(salt)).then((bytes) => new SharedSecret(bytes));
  known.set(key, made);
  return made;
}
