import { Exit, Failure } from "../../base/errors.ts";
import type { Cipher } from "./cipher.ts";

/** How many letters the alphabet has. */
export const LETTERS = 26;

/** For each byte 1 when it is a letter A to Z or a to z, else 0. */
export const IS_LETTER: Uint8Array = new Uint8Array(256);

/**
 * What each byte becomes under each shift, at `shift * 256 + byte` for shifts 0 to 25. Letters stay
 * in their case and all other bytes as they are, those of UTF-8 beyond ASCII among them.
 */
export const SHIFTED: Uint8Array = new Uint8Array(LETTERS * 256);

for (let shift = 0; shift < LETTERS; shift++) {
  for (let byte = 0; byte < 256; byte++) SHIFTED[shift * 256 + byte] = byte;
  for (const first of [0x41, 0x61]) {
    for (let letter = 0; letter < LETTERS; letter++) {
      IS_LETTER[first + letter] = 1;
      SHIFTED[shift * 256 + first + letter] = first + (letter + shift) % LETTERS;
    }
  }
}

/**
 * The Caesar cipher: letters A to Z move `key` places down the alphabet and keep their case, all
 * else passes. `key` is a whole number of any size and sign; what counts is its rest modulo 26.
 * It teaches and does not protect: 25 guesses break it.
 *
 * @throws {Failure} of the kind `usage` when `key` is not a whole number.
 */
export function caesar(key: string): Cipher {
  if (!/^[+-]?[0-9]+$/.test(key)) {
    throw new Failure("Cannot use the key with caesar: it is not a whole number", Exit.usage, {
      remedy: "for example --key 3",
    });
  }
  const rest = Number(BigInt(key) % BigInt(LETTERS)); // has the sign of the key
  const down = rowOf((rest + LETTERS) % LETTERS);
  const up = rowOf((LETTERS - rest) % LETTERS);
  return {
    name: "caesar",
    binary: false,
    records: false,
    seal: (plain) => map(plain, down, new Uint8Array(plain.length)),
    open: (sealed) => map(sealed, up, sealed),
  };
}

function rowOf(shift: number): Uint8Array {
  return SHIFTED.subarray(shift * 256, shift * 256 + 256);
}

function map(bytes: Uint8Array, table: Uint8Array, target: Uint8Array): Uint8Array {
  for (let i = 0; i < bytes.length; i++) target[i] = table[bytes[i]];
  return target;
}
