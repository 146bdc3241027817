/**
 * What the tests of record ciphers share.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../lib/base/errors.ts";
import type { Cipher } from "../../lib/wire/ciphers/cipher.ts";

/** Asserts that a record is refused. */
export function assertDoesNotOpen(cipher: Cipher, record: Uint8Array): void {
  const expected = "a record does not open: it was altered, replayed, or sealed under another key";
  assertEquals(assertThrows(() => cipher.open(record), ProtocolError).message, expected);
}
