/**
 * Stretching: a passphrase becomes key material, slowly on purpose. It loads `node:crypto` (16 ms),
 * so whoever needs it imports it lazily.
 *
 * @module
 */

import { scrypt } from "node:crypto";
import { Exit, Failure } from "../base/errors.ts";
import { SCRYPT_COST } from "../base/limits.ts";

/** Bytes of the salt that {@linkcode stretch} takes. */
export const SALT_BYTES = 16;

/** Bytes that {@linkcode stretch} makes: what SPAKE2 needs at least (40), and 64 bits more. */
export const MATERIAL_BYTES = 48;

/**
 * Makes {@linkcode MATERIAL_BYTES} of key material by scrypt (RFC 7914) with N = 2^15, r = 8, p = 1,
 * beside the event loop: about 0.1 s and 32 MiB for every guess. The passphrase is its UTF-8 bytes in
 * Unicode's form NFC, since keyboards differ in how they compose an é. Nothing is remembered.
 *
 * @throws {Failure} of the kind `usage` when `passphrase` is empty.
 * @throws {RangeError} when `salt` is not {@linkcode SALT_BYTES} long.
 */
export async function stretch(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  if (passphrase === "") {
    throw new Failure("Cannot use the secret: it is empty", Exit.usage, {
      remedy: "give a passphrase of several words",
    });
  }
  if (salt.length !== SALT_BYTES) {
    throw new RangeError(
      `Cannot stretch the passphrase: the salt has ${salt.length} bytes, not ${SALT_BYTES}`,
    );
  }
  const r = 8, p = 1;
  const maxmem = 2 * 128 * SCRYPT_COST * r; // twice the need; the default refuses even the need
  const options = { N: SCRYPT_COST, r, p, maxmem };
  return await new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFC"), salt, MATERIAL_BYTES, options, (error, material) => {
      if (error) reject(error);
      else resolve(new Uint8Array(material));
    });
  });
}
