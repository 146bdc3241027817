/**
 * Keys from a passphrase that both sides know, without showing it to anybody: SPAKE2 with key
 * confirmation, then ChaCha20-Poly1305 (docs/protocol.md). It loads elliptic curves and
 * `node:crypto`, so whoever needs it imports it lazily.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import type { Connection } from "../net/connection.ts";
import { Refusal } from "../net/meeting.ts";
import { chaCha20Poly1305 } from "../wire/ciphers/chacha20_poly1305.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import { bytesOf, onlyPayload, watchEnd } from "./frames.ts";
import type { ClientTalk, KeyAgreement } from "./keying.ts";
import { CONFIRMATION_BYTES, SHARE_BYTES, SharedSecret } from "./spake2.ts";
import { SALT_BYTES, stretch } from "./stretch.ts";
import { asRefusal, Talk } from "./talk.ts";
import type { Tries, Trying } from "./tries.ts";

/** A passphrase, and what it becomes under a salt; scrypt is slow, so that the last one is kept. */
export class SecretKeys implements KeyAgreement {
  readonly #passphrase: string;
  readonly #derive: typeof stretch;
  readonly #salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  #last?: { salt: string; secret: Promise<SharedSecret> };

  /** Computes nothing yet; tests bring a `derive` that costs less. */
  constructor(passphrase: string, derive = stretch) {
    this.#passphrase = passphrase;
    this.#derive = derive;
  }

  /** Computes what a server needs, once, under a salt of its own. */
  async prepare(): Promise<void> {
    await this.#under(this.#salt);
  }

  /** A client's first hello says nothing more. */
  opening(): Record<string, never> {
    return {};
  }

  /**
   * The client's side: it shows first that it knows the secret.
   *
   * @throws {Failure} exit 4 when the server does not know it.
   */
  async asClient(conn: Connection, hello: Uint8Array, next: ClientTalk): Promise<Cipher> {
    const talk = new Talk(conn, hello, next);
    const { salt } = await talk.receive("keys");
    const secret = await this.#under(bytesOf(salt, SALT_BYTES, "a salt"));
    const exchange = secret.start("client", { context: talk.hash });
    await talk.send({ type: "share", share: exchange.share.toBase64() });
    const { share } = await talk.receive("share");
    const agreement = exchange.finish(bytesOf(share, SHARE_BYTES, "a share"));
    await talk.send({ type: "confirm", mac: agreement.confirmation.toBase64() });
    const { mac } = await talk.receive("confirm");
    if (!agreement.verify(bytesOf(mac, CONFIRMATION_BYTES, "a confirmation"))) {
      throw new Failure("Cannot join: the server does not know the secret", Exit.refused);
    }
    return chaCha20Poly1305({ key: agreement.key, context: talk.hash, role: "client" });
  }

  /**
   * The server's side. Elliptic curves are computed when it is this try's turn; every try that got
   * so far and is not completed counts as a failure.
   *
   * @throws {Refusal} when the client does not know the secret, or breaks the rules.
   */
  async asServer(
    conn: Connection,
    hello: Uint8Array,
    address: string,
    tries: Tries,
  ): Promise<Cipher> {
    const talk = new Talk(conn, hello, onlyPayload);
    const secret = await this.#under(this.#salt);
    await talk.send({ type: "keys", salt: this.#salt.toBase64() });
    const context = talk.hash;
    const theirs = bytesOf((await talk.receive("share")).share, SHARE_BYTES, "a share");
    const who: Trying = { kind: "secret", address, left: watchEnd(conn) };
    try {
      const { share, agreement } = await tries.next(who, () => {
        const exchange = secret.start("server", { context });
        return { share: exchange.share, agreement: exchange.finish(theirs) };
      });
      await talk.send({ type: "share", share: share.toBase64() });
      const { mac } = await talk.receive("confirm");
      if (!agreement.verify(bytesOf(mac, CONFIRMATION_BYTES, "a confirmation"))) {
        throw new Refusal("denied", "the secret is wrong");
      }
      await talk.send({ type: "confirm", mac: agreement.confirmation.toBase64() });
      return chaCha20Poly1305({ key: agreement.key, context: talk.hash, role: "server" });
    } catch (error) {
      tries.failed(who);
      throw asRefusal(error);
    }
  }

  #under(salt: Uint8Array): Promise<SharedSecret> {
    const key = salt.toHex();
    if (this.#last?.salt !== key) {
      const secret = this.#derive(this.#passphrase, salt).then((bytes) => new SharedSecret(bytes));
      this.#last = { salt: key, secret };
    }
    return this.#last.secret;
  }
}
