/**
 * AES-256-GCM as a record cipher: what protects, where the classical ciphers teach. It loads
 * `node:crypto` (16 ms), so whoever needs it imports it lazily.
 *
 * @module
 */

import { scryptSync } from "node:crypto";
import { Exit, Failure } from "../../base/errors.ts";
import { SCRYPT_COST } from "../../base/limits.ts";
import type { Cipher } from "./cipher.ts";
import { recordCipher } from "./records.ts";

/** Bytes of the salt that {@linkcode deriveMaster} takes. */
export const SALT_BYTES = 16;

/** Bytes of the random number that each side adds to the keys of one connection. */
export const RANDOM_BYTES = 32;

const MASTER_BYTES = 32;

/** What tells the keys of one connection from those of all others under the same master. */
export interface RecordOptions {
  /** What the client drew for this connection, {@linkcode RANDOM_BYTES} long. */
  clientRandom: Uint8Array;
  /** What the server drew for this connection, {@linkcode RANDOM_BYTES} long. */
  serverRandom: Uint8Array;
  /** The side we are: it seals in its own direction and opens in the other. */
  role: "client" | "server";
}

/**
 * Makes the 32-byte master secret out of a passphrase (its UTF-8 bytes) by scrypt (RFC 7914) with
 * N = 2^15, r = 8, p = 1: slow and large on purpose, so that guessing is too.
 *
 * @throws {Failure} of the kind `usage` when `passphrase` is empty.
 */
export function deriveMaster(passphrase: string, salt: Uint8Array): Uint8Array {
  if (passphrase === "") {
    throw new Failure("Cannot use the passphrase with aes-gcm: it is empty", Exit.usage, {
      remedy: "give --key, --key-file or LABWIRE_KEY",
    });
  }
  const r = 8, p = 1;
  const maxmem = 2 * 128 * SCRYPT_COST * r; // twice the need; the default refuses even the need
  return new Uint8Array(
    scryptSync(passphrase, salt, MASTER_BYTES, { N: SCRYPT_COST, r, p, maxmem }),
  );
}

/**
 * Seals records ({@linkcode recordCipher}) with AES-256-GCM, under keys from `master` with both
 * randoms as the salt.
 *
 * @throws {RangeError} when a random is not {@linkcode RANDOM_BYTES} long.
 */
export function aesGcm(master: Uint8Array, options: RecordOptions): Cipher {
  const { clientRandom, serverRandom, role } = options;
  const salt = new Uint8Array(2 * RANDOM_BYTES);
  for (const [at, random] of [[0, clientRandom], [RANDOM_BYTES, serverRandom]] as const) {
    if (random.length !== RANDOM_BYTES) {
      throw new RangeError(
        `Cannot derive keys: a random has ${random.length} bytes, not ${RANDOM_BYTES}`,
      );
    }
    salt.set(random, at);
  }
  return recordCipher("aes-gcm", { secret: master, salt, role });
}
