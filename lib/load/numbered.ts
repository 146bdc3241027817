/**
 * Numbered messages: each carries its client and its place in the client's sequence in digits of
 * fixed width, so that an answer can be told from every other, turned around or not.
 *
 * @module
 */

/** Bytes of an identity: `c`, 5 digits of the client, `m`, 10 of the message, `;`. */
export const IDENTITY_BYTES = 18;

/** Clients that its five digits can tell apart. */
export const MOST_CLIENTS = 99_999;

const UNITS_AT = IDENTITY_BYTES - 2;
const CLIENT = 0x63, MESSAGE = 0x6d, END = 0x3b, ZERO = 0x30, NINE = 0x39;
const PADDING = "abcdefghijklmnopqrstuvwxyz";

/** Who said what. */
export interface Identity {
  /** The client, from 1. */
  client: number;
  /** The message in its sequence, from 1; 0 is a probe. */
  message: number;
  /** Where the identity begins in the bytes that were looked at. */
  at: number;
}

/** The text of a client's message, `length` printable bytes that are no palindrome. */
export function messageText(client: number, message: number, length: number): string {
  const identity = `c${String(client).padStart(5, "0")}m${String(message).padStart(10, "0")};`;
  return identity.padEnd(length, PADDING);
}

/**
 * Bytes with a number in them that counts up in place, as an odometer does: all messages of a client
 * differ in these digits alone.
 */
export class Numbered {
  /** The bytes, with the digits of {@linkcode number} in them. */
  readonly bytes: Uint8Array;
  /** The number that they show. */
  number = 0;
  readonly #unitsAt: number;
  readonly #step: number;

  /** `at`: where the identity lies; `reversed`: it is turned around. The number becomes 0. */
  constructor(bytes: Uint8Array, at: number, reversed: boolean) {
    this.bytes = bytes;
    this.#unitsAt = reversed ? at + IDENTITY_BYTES - 1 - UNITS_AT : at + UNITS_AT;
    this.#step = reversed ? 1 : -1;
    this.set(0);
  }

  /** Shows the number that follows. */
  next(): void {
    let at = this.#unitsAt;
    for (; this.bytes[at] === NINE; at += this.#step) this.bytes[at] = ZERO;
    this.bytes[at]++;
    this.number++;
  }

  /** Shows any number. */
  set(number: number): void {
    this.number = number;
    let at = this.#unitsAt;
    for (let i = 0; i < 10; i++, at += this.#step) {
      this.bytes[at] = ZERO + number % 10;
      number = Math.floor(number / 10);
    }
  }

  /** Whether the same bytes begin at `start`; whoever asks has made sure that there are enough. */
  equals(other: Uint8Array, start: number): boolean {
    const { bytes } = this;
    for (let i = 0; i < bytes.length; i++) {
      if (other[start + i] !== bytes[i]) return false;
    }
    return true;
  }
}

/** The first whole identity in `bytes[start, end)`, if there is one. */
export function findIdentity(
  bytes: Uint8Array,
  start: number,
  end: number,
  reversed = false,
): Identity | undefined {
  const [first, last] = reversed ? [END, CLIENT] : [CLIENT, END];
  const between = reversed ? IDENTITY_BYTES - 1 - 6 : 6;
  const ends = end - IDENTITY_BYTES;
  for (let at = start; at <= ends; at++) {
    if (
      bytes[at] !== first || bytes[at + between] !== MESSAGE ||
      bytes[at + IDENTITY_BYTES - 1] !== last
    ) continue;
    const step = reversed ? -1 : 1, from = reversed ? at + IDENTITY_BYTES - 1 : at;
    const client = digits(bytes, from + step, 5, step);
    const message = digits(bytes, from + 7 * step, 10, step);
    if (client >= 0 && message >= 0) return { client, message, at };
  }
  return undefined;
}

/** All whole identities, in the order in which they stand there. */
export function findIdentities(bytes: Uint8Array, reversed = false): Identity[] {
  const all: Identity[] = [];
  for (let at = 0;;) {
    const identity = findIdentity(bytes, at, bytes.length, reversed);
    if (!identity) return all;
    all.push(identity);
    at = identity.at + IDENTITY_BYTES;
  }
}

/** The number that so many digits show, or -1. */
function digits(bytes: Uint8Array, at: number, count: number, step: number): number {
  let number = 0;
  for (let i = 0; i < count; i++, at += step) {
    const digit = bytes[at] - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}
