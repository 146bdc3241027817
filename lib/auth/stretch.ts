/**
 * Stretching: a passphrase becomes key material, slowly on purpose. It loads `node:crypto` (16 ms),
 * so whoever needs it imports it lazily.
 *
 * @module
 */

import { scrypt } from "node:crypto";
import { SCRYPT_COST } from "../base/limits.ts";

/** Bytes of the salt that {@linkcode stretch} takes. */
export const SALT_BYTES = 16;

/** Bytes that {@linkcode stretch} makes unless told: what SPAKE2 needs at least (40), and 64 bits more. */
export const MATERIAL_BYTES = 48;

/** How costly stretching is, and how much comes of it. */
export interface StretchOptions {
  /** N of scrypt, a power of two. */
  cost?: number;
  /** How many bytes are wanted. */
  bytes?: number;
}

/**
 * Makes key material by scrypt (RFC 7914) with N = 2^15 unless told, r = 8, p = 1, beside the event
 * loop: about 0.1 s and 32 MiB for every guess. The passphrase is its UTF-8 bytes in Unicode's form
 * NFC, since keyboards differ in how they compose an é. Nothing is remembered.
 */
export function stretch(
  passphrase: string,
  salt: Uint8Array,
  { cost = SCRYPT_COST, bytes = MATERIAL_BYTES }: StretchOptions = {},
): Promise<Uint8Array> {
  const r = 8, p = 1;
  const maxmem = 2 * 128 * cost * r; // twice the need; the default refuses even the need
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  scrypt(passphrase.normalize("NFC"), salt, bytes, { N: cost, r, p, maxmem }, (error, made) => {
    if (error) reject(error);
    else resolve(new Uint8Array(made));
  });
  return promise;
}
