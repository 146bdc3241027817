/**
 * ChaCha20-Poly1305 (RFC 8439) as a record cipher, under a key that both sides agreed on. It loads
 * `node:crypto` (16 ms), so whoever needs it imports it lazily.
 *
 * @module
 */

import type { Cipher } from "./cipher.ts";
import { recordCipher } from "./records.ts";

/** What the keys of one connection are made from. */
export interface ChaCha20Poly1305Options {
  /** What both sides agreed on for this connection alone, and only they know. */
  key: Uint8Array;
  /** A hash of all that was said before: sides that heard different words open nothing. */
  context: Uint8Array;
  /** The side we are: it seals in its own direction and opens in the other. */
  role: "client" | "server";
}

/**
 * Seals records ({@linkcode recordCipher}) with ChaCha20-Poly1305, under keys from `key` with
 * `context` as the salt. Records count from zero, so a key and context serve one connection only.
 */
export function chaCha20Poly1305({ key, context, role }: ChaCha20Poly1305Options): Cipher {
  return recordCipher("chacha20-poly1305", { secret: key, salt: context, role });
}
