import type { Cipher, CipherChoice } from "../wire/ciphers/cipher.ts";
import { makeCipher } from "../wire/ciphers/mod.ts";
import { none } from "../wire/ciphers/none.ts";

/** What one process was told about ciphers: the name, and what the key becomes. */
export interface Keying {
  /** As in `--cipher`. */
  readonly name: CipherChoice;
  /** The cipher of every payload; `none` where records are sealed instead. */
  readonly cipher: Cipher;
  /** Only under aes-gcm. */
  readonly sealing?: Sealing;
}

/** What the greeting needs to agree on the keys of a connection. */
export interface Sealing {
  /** The record cipher, loaded only where it was asked for. */
  readonly aes: typeof import("../wire/ciphers/aes_gcm.ts");
  /** Drawn once per process; a server sends it to its clients. */
  readonly salt: Uint8Array;
  /** The master secret under a salt; slow on purpose, so that the last one is kept. */
  master(salt: Uint8Array): Uint8Array;
}

/**
 * Prepares a cipher under a key.
 *
 * @throws {Failure} with the usage exit code when the key does not fit the cipher.
 */
export async function makeKeying(name: CipherChoice, key?: string): Promise<Keying> {
  if (name !== "aes-gcm") return { name, cipher: makeCipher(name, key) };
  const aes = await import("../wire/ciphers/aes_gcm.ts");
  const salt = crypto.getRandomValues(new Uint8Array(aes.SALT_BYTES));
  let last: { salt: string; master: Uint8Array } | undefined;
  const master = (salt: Uint8Array) => {
    if (last?.salt !== salt.toHex()) {
      last = { salt: salt.toHex(), master: aes.deriveMaster(key ?? "", salt) };
    }
    return last.master;
  };
  if (!key) aes.deriveMaster("", salt); // says what is missing
  return { name, cipher: none, sealing: { aes, salt, master } };
}
