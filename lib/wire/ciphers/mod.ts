/**
 * The ciphers by name. Those that seal records are not made here but by the handshake that agrees on
 * their keys; it imports them lazily, so that this door costs no start-up time.
 *
 * @module
 */

import { Exit, Failure } from "../../base/errors.ts";
import { caesar } from "./caesar.ts";
import type { Cipher, CipherChoice } from "./cipher.ts";
import { none } from "./none.ts";
import { vigenere } from "./vigenere.ts";
import { xor } from "./xor.ts";

export type { Cipher, CipherChoice, CipherName } from "./cipher.ts";

/** Every name that `--cipher` takes, in the order of the help text. */
export const CIPHER_NAMES: readonly CipherChoice[] = [
  "none",
  "caesar",
  "vigenere",
  "xor",
  "aes-gcm",
];

const MAKERS = { caesar, vigenere, xor };

/** Whether `--cipher` takes `text`, in exactly this spelling. */
export function isCipherName(text: string): text is CipherChoice {
  return (CIPHER_NAMES as readonly string[]).includes(text);
}

/**
 * Makes the cipher `name` under `key`; `none` needs no key and ignores one. Apart from `aes-gcm`
 * ciphers hold no state, so one serves both directions of any number of connections.
 *
 * @throws {Failure} of the kind `usage` when the key is missing or unfit; no message shows the key.
 */
export function makeCipher(
  name: Exclude<CipherChoice, "aes-gcm">,
  key: string | undefined,
): Cipher {
  if (name === "none") return none;
  if (key === undefined) {
    throw new Failure(`Cannot use the cipher ${name}: it needs a key`, Exit.usage, {
      remedy: "give --key, --key-file or LABWIRE_KEY",
    });
  }
  return MAKERS[name](key);
}
