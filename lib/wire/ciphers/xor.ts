import { Exit, Failure } from "../../base/errors.ts";
import type { Cipher } from "./cipher.ts";

/**
 * XOR with a repeating key: each byte with the key's UTF-8 bytes in turn, from the first one in
 * each payload. The result may be any bytes. It teaches and does not protect: sealed zeros are the
 * key itself.
 *
 * @throws {Failure} of the kind `usage` when `key` is empty.
 */
export function xor(key: string): Cipher {
  const pad = new TextEncoder().encode(key);
  if (pad.length === 0) {
    throw new Failure("Cannot use the key with xor: it is empty", Exit.usage, {
      remedy: "for example --key secret",
    });
  }
  return {
    name: "xor",
    binary: true,
    records: false,
    seal: (plain) => mix(plain, pad, new Uint8Array(plain.length)),
    open: (sealed) => mix(sealed, pad, sealed),
  };
}

function mix(bytes: Uint8Array, pad: Uint8Array, target: Uint8Array): Uint8Array {
  for (let i = 0, at = 0; i < bytes.length; i++) {
    target[i] = bytes[i] ^ pad[at];
    if (++at === pad.length) at = 0;
  }
  return target;
}
