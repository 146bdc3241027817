/**
 * AES-256-GCM as a record cipher: what protects, where the classical ciphers teach. It loads
 * `node:crypto` (16 ms), so whoever needs it imports it lazily.
 *
 * @module
 */

import { createCipheriv, createDecipheriv, hkdfSync, scryptSync } from "node:crypto";
import { Exit, Failure, ProtocolError } from "../../base/errors.ts";
import { SCRYPT_COST } from "../../base/limits.ts";
import type { Cipher } from "./cipher.ts";

/** Bytes of the salt that {@linkcode deriveMaster} takes. */
export const SALT_BYTES = 16;

/** Bytes of the random number that each side adds to the keys of one connection. */
export const RANDOM_BYTES = 32;

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

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
  return plainBytes(scryptSync(passphrase, salt, KEY_BYTES, { N: SCRYPT_COST, r, p, maxmem }));
}

/**
 * A sealed record is the cipher text and a 16-byte tag. Each direction has a key and an IV of its
 * own, by HKDF-SHA256 (RFC 5869) from `master`, with both randoms as the salt. The nonce is the IV
 * XOR a 96-bit big-endian count of the records in that direction (as in RFC 8446, 5.3); the count
 * does not travel, so records open only whole, in order, and once. After one that does not open,
 * this cipher opens no more; it still seals, so that the peer can be told why.
 *
 * @throws {RangeError} when a random is not {@linkcode RANDOM_BYTES} long.
 */
export function aesGcm(master: Uint8Array, options: RecordOptions): Cipher {
  const toServer = new Direction(master, options, "labwire aes-gcm client to server");
  const toClient = new Direction(master, options, "labwire aes-gcm server to client");
  const [ours, theirs] = options.role === "client" ? [toServer, toClient] : [toClient, toServer];
  let broken = false;

  function seal(plain: Uint8Array): Uint8Array {
    const cipher = createCipheriv("aes-256-gcm", ours.key, ours.nextNonce(), {
      authTagLength: TAG_BYTES,
    });
    const record = new Uint8Array(plain.length + TAG_BYTES);
    record.set(cipher.update(plain));
    cipher.final(); // GCM pads nothing: there are no last bytes, but it makes the tag
    record.set(cipher.getAuthTag(), plain.length);
    return record;
  }

  function open(sealed: Uint8Array): Uint8Array {
    if (broken || sealed.length < TAG_BYTES) {
      broken = true;
      throw doesNotOpen();
    }
    const tagAt = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", theirs.key, theirs.nextNonce(), {
      authTagLength: TAG_BYTES,
    });
    try {
      decipher.setAuthTag(sealed.subarray(tagAt));
      const plain = decipher.update(sealed.subarray(0, tagAt));
      decipher.final(); // throws when the tag does not fit: no byte leaves before that
      return plainBytes(plain);
    } catch (cause) {
      broken = true;
      throw doesNotOpen(cause);
    }
  }

  return { name: "aes-gcm", binary: true, records: true, seal, open };
}

/** Key, IV and record count of one direction. */
class Direction {
  readonly key: Uint8Array;
  readonly #iv: Uint8Array;
  #count = 0; // exact up to 2^53 records, centuries of them

  constructor(master: Uint8Array, { clientRandom, serverRandom }: RecordOptions, info: string) {
    const salt = new Uint8Array(2 * RANDOM_BYTES);
    for (const [at, random] of [[0, clientRandom], [RANDOM_BYTES, serverRandom]] as const) {
      if (random.length !== RANDOM_BYTES) {
        throw new RangeError(
          `Cannot derive keys: a random has ${random.length} bytes, not ${RANDOM_BYTES}`,
        );
      }
      salt.set(random, at);
    }
    const material = new Uint8Array(hkdfSync("sha256", master, salt, info, KEY_BYTES + IV_BYTES));
    this.key = material.subarray(0, KEY_BYTES);
    this.#iv = material.subarray(KEY_BYTES);
  }

  nextNonce(): Uint8Array {
    const nonce = this.#iv.slice();
    const view = new DataView(nonce.buffer);
    const high = Math.floor(this.#count / 2 ** 32); // of 96 bits, the count fills the last 64
    view.setUint32(4, view.getUint32(4) ^ high);
    view.setUint32(8, view.getUint32(8) ^ this.#count); // the low 32 bits, modulo 2^32
    this.#count++;
    return nonce;
  }
}

function doesNotOpen(cause?: unknown): ProtocolError {
  return new ProtocolError(
    "a record does not open: it was altered, replayed, or sealed under another key",
    { cause },
  );
}

/** A Buffer's bytes as an ordinary array, without a copy: `Buffer.slice` would share memory. */
function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
