/**
 * Record ciphers: what the ciphers that protect have in common. A record is cipher text and a
 * 16-byte tag under an AEAD (authenticated encryption, RFC 5116); what differs is the algorithm and
 * where the secret comes from. Loads `node:crypto` (16 ms), so whoever needs it imports it lazily.
 *
 * @module
 */

import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  type DecipherGCM,
  hkdfSync,
} from "node:crypto";
import { ProtocolError } from "../../base/errors.ts";
import type { Cipher } from "./cipher.ts";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What the keys of both directions of one connection are made from. */
export interface RecordKeys {
  /** What only the two sides know. */
  secret: Uint8Array;
  /** Tells this connection from all others under the same secret: together never used twice. */
  salt: Uint8Array;
  /** The side we are: it seals in its own direction and opens in the other. */
  role: "client" | "server";
}

/**
 * One side of a connection. Each direction has a key and an IV of its own, by HKDF-SHA256 (RFC 5869)
 * from secret and salt, with `labwire NAME client to server` or `labwire NAME server to client` as
 * the info. The nonce is the IV XOR a 96-bit big-endian count of the records in that direction (as
 * in RFC 8446, 5.3); the count does not travel, so records open only whole, in order, and once.
 * After one that does not open, this cipher opens no more; it still seals, so that the peer can be
 * told why.
 */
export function recordCipher(
  name: "aes-gcm" | "chacha20-poly1305",
  { secret, salt, role }: RecordKeys,
): Cipher {
  const algorithm = name === "aes-gcm" ? "aes-256-gcm" : name;
  const direction = (way: string) =>
    new Direction(algorithm, secret, salt, `labwire ${name} ${way}`);
  const toServer = direction("client to server");
  const toClient = direction("server to client");
  const [ours, theirs] = role === "client" ? [toServer, toClient] : [toClient, toServer];
  let broken = false;

  function open(sealed: Uint8Array): Uint8Array {
    let cause: unknown;
    if (!broken && sealed.length >= TAG_BYTES) {
      try {
        return theirs.open(sealed);
      } catch (error) {
        cause = error;
      }
    }
    broken = true;
    throw new ProtocolError(
      "a record does not open: it was altered, replayed, or sealed under another key",
      { cause },
    );
  }

  return { name, binary: true, records: true, seal: (plain) => ours.seal(plain), open };
}

/** Key, IV and record count of one direction. */
class Direction {
  readonly #algorithm: CipherGCMTypes;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  #count = 0; // exact up to 2^53 records, centuries of them

  constructor(algorithm: string, secret: Uint8Array, salt: Uint8Array, info: string) {
    // The types of node:crypto know every AEAD by itself; all have the shape of GCM's.
    this.#algorithm = algorithm as CipherGCMTypes;
    const material = new Uint8Array(hkdfSync("sha256", secret, salt, info, KEY_BYTES + IV_BYTES));
    this.#key = material.subarray(0, KEY_BYTES);
    this.#iv = material.subarray(KEY_BYTES);
  }

  seal(plain: Uint8Array): Uint8Array {
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#nextNonce(), {
      authTagLength: TAG_BYTES,
    });
    const record = new Uint8Array(plain.length + TAG_BYTES);
    record.set(cipher.update(plain));
    cipher.final(); // stream ciphers pad nothing: there are no last bytes, but it makes the tag
    record.set(cipher.getAuthTag(), plain.length);
    return record;
  }

  /** Throws whatever `node:crypto` does when the tag does not fit: no byte leaves before that. */
  open(sealed: Uint8Array): Uint8Array {
    const tagAt = sealed.length - TAG_BYTES;
    const decipher: DecipherGCM = createDecipheriv(this.#algorithm, this.#key, this.#nextNonce(), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(sealed.subarray(tagAt));
    const plain = decipher.update(sealed.subarray(0, tagAt));
    decipher.final();
    // An ordinary array, without a copy: `Buffer.slice` would share memory.
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  }

  #nextNonce(): Uint8Array {
    const nonce = this.#iv.slice();
    const view = new DataView(nonce.buffer);
    const high = Math.floor(this.#count / 2 ** 32); // of 96 bits, the count fills the last 64
    view.setUint32(4, view.getUint32(4) ^ high);
    view.setUint32(8, view.getUint32(8) ^ this.#count); // the low 32 bits, modulo 2^32
    this.#count++;
    return nonce;
  }
}
