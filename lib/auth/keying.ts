import { Exit, Failure } from "../base/errors.ts";
import type { Connection } from "../net/connection.ts";
import type { Cipher, CipherChoice, CipherName } from "../wire/ciphers/cipher.ts";
import { makeCipher } from "../wire/ciphers/mod.ts";
import { none } from "../wire/ciphers/none.ts";
import type { Hello } from "../wire/message.ts";
import type { Tries } from "./tries.ts";

/** What one process was told about ciphers: the name, and what the key becomes. */
export interface Keying {
  /** What a hello calls the cipher. */
  readonly name: CipherName;
  /** The cipher of every payload; `none` where records are sealed instead. */
  readonly cipher: Cipher;
  /** How the keys of a record cipher come about. */
  readonly exchange?: KeyAgreement;
}

/** Brings a client the next payload of the server, which is to be a message called `what`. */
export type ClientTalk = (conn: Connection, what: string) => Promise<Uint8Array>;

/** How two sides come to the keys of a record cipher, after the client's first hello. */
export interface KeyAgreement {
  /** What that hello says beside version and cipher. */
  opening(): Pick<Hello, "random">;
  /** The client's side; `hello` is the payload that it sent. */
  asClient(conn: Connection, hello: Uint8Array, next: ClientTalk): Promise<Cipher>;
  /** The server's side; `hello` is the payload that came, from `address`. */
  asServer(conn: Connection, hello: Uint8Array, address: string, tries: Tries): Promise<Cipher>;
}

/**
 * Prepares a cipher under a key.
 *
 * @throws {Failure} with the usage exit code when the key does not fit the cipher.
 */
export async function makeKeying(name: CipherChoice, key?: string): Promise<Keying> {
  if (name !== "aes-gcm") return { name, cipher: makeCipher(name, key) };
  const { AesKeys } = await import("./aes_keys.ts");
  return { name, cipher: none, exchange: new AesKeys(key ?? "") };
}

/**
 * Prepares a shared secret; a server (`prepare`) computes at once what all its clients need.
 *
 * @throws {Failure} with the usage exit code when it is empty.
 */
export async function makeSecret(
  passphrase: string,
  { prepare = false }: { prepare?: boolean } = {},
): Promise<Keying> {
  if (passphrase === "") {
    throw new Failure("Cannot use the secret: it is empty", Exit.usage, {
      remedy: "a passphrase of several words is hard to guess",
    });
  }
  const { SecretKeys } = await import("./secret_keys.ts");
  const exchange = new SecretKeys(passphrase);
  if (prepare) await exchange.prepare();
  return { name: "chacha20-poly1305", cipher: none, exchange };
}
