/**
 * What every cipher is: frame payload to frame payload.
 *
 * @module
 */

/** Names of the ciphers that `--cipher` takes. */
export type CipherChoice = "none" | "caesar" | "vigenere" | "xor" | "aes-gcm";

/** Names of all ciphers: `chacha20-poly1305` is not chosen but comes with `--secret`. */
export type CipherName = CipherChoice | "chacha20-poly1305";

/** A cipher under one key. */
export interface Cipher {
  /** As in a hello; most also as in `--cipher`. */
  readonly name: CipherName;
  /** Whether sealed text may hold any byte: then it needs the native dialect's length frames. */
  readonly binary: boolean;
  /**
   * Whether `seal` makes a record: its plain text is any number of whole native frames, it counts
   * records, and it belongs to one side of one connection.
   */
  readonly records: boolean;
  /** Makes cipher text; never changes `plain`. */
  seal(plain: Uint8Array): Uint8Array;
  /**
   * Makes plain text, possibly in place.
   *
   * @throws {ProtocolError} when `sealed` was tampered with, replayed, or sealed under another key.
   */
  open(sealed: Uint8Array): Uint8Array;
}
