/**
 * Keys from a passphrase and two random numbers, as `--cipher aes-gcm` has it: it teaches how a
 * record cipher is keyed. Whoever records the greeting can try passphrases on it.
 *
 * @module
 */
import type { Connection } from "../net/connection.ts";
import { Refusal } from "../net/meeting.ts";
import { aesGcm, deriveMaster, RANDOM_BYTES, SALT_BYTES } from "../wire/ciphers/aes_gcm.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import { decodeNative, encodeNative } from "../wire/native_message.ts";
import { bytesOf } from "./frames.ts";
import type { ClientTalk, KeyAgreement } from "./keying.ts";

/** The master secret under a salt; scrypt is slow on purpose, so that the last one is kept. */
export class AesKeys implements KeyAgreement {
  readonly #key: string;
  readonly #derive: typeof deriveMaster;
  readonly #salt = random(SALT_BYTES);
  #last?: { salt: string; master: Uint8Array };

  /**
   * Computes nothing yet. Tests bring a `derive` that costs less.
   *
   * @throws {Failure} with the usage exit code when the key is empty.
   */
  constructor(key: string, derive = deriveMaster) {
    this.#key = key;
    this.#derive = derive;
    if (key === "") deriveMaster(key, this.#salt); // says what is missing
  }

  /** The client's random number goes with its first hello. */
  opening(): { random: string } {
    return { random: random(RANDOM_BYTES).toBase64() };
  }

  /** The client's side; that the keys differ shows when the welcome does not open. */
  async asClient(conn: Connection, hello: Uint8Array, next: ClientTalk): Promise<Cipher> {
    const keys = decodeNative(await next(conn, "keys"));
    if (keys.type !== "keys") throw new Refusal("protocol", "expected a keys message");
    return aesGcm(this.#master(bytesOf(keys.salt, SALT_BYTES, "a salt")), {
      clientRandom: clientRandomOf(hello),
      serverRandom: bytesOf(keys.random, RANDOM_BYTES, "a random number"),
      role: "client",
    });
  }

  /** The server's side. */
  async asServer(conn: Connection, hello: Uint8Array): Promise<Cipher> {
    const clientRandom = clientRandomOf(hello), serverRandom = random(RANDOM_BYTES);
    const salt = this.#salt.toBase64();
    await conn.send([encodeNative({ type: "keys", salt, random: serverRandom.toBase64() })]);
    return aesGcm(this.#master(this.#salt), { clientRandom, serverRandom, role: "server" });
  }

  #master(salt: Uint8Array): Uint8Array {
    if (this.#last?.salt !== salt.toHex()) {
      this.#last = { salt: salt.toHex(), master: this.#derive(this.#key, salt) };
    }
    return this.#last.master;
  }
}

function clientRandomOf(hello: Uint8Array): Uint8Array {
  const message = decodeNative(hello);
  const text = message.type === "hello" ? message.random : undefined;
  return bytesOf(text, RANDOM_BYTES, "a random number");
}

function random(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes));
}
