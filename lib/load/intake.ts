/**
 * From what the network brings to answers: lines, or bytes without boundaries. What is as it should be
 * is compared where it lies; only a part of an answer is copied.
 *
 * @module
 */
import { HEARD_BYTES } from "../base/limits.ts";
import { concat } from "../base/bytes.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import { none } from "../wire/ciphers/none.ts";
import type { Jury } from "./jury.ts";

const NEWLINE = 10, RETURN = 13;
const NOTHING = new Uint8Array();

/** Takes what was read, piece by piece. */
export interface Intake {
  /** Looks at a piece; it may be overwritten afterwards. */
  take(chunk: Uint8Array): void;
  /** Nothing has come for a moment: what is an answer but for its end is taken for one. */
  rest(): void;
  /** Nothing more comes: what lies here is looked at as it is. */
  flush(): void;
}

/**
 * Answers are lines. One that is whole but for its line end, and stays so, is taken as it is, so that
 * a server with other ideas about lines is found out rather than waited for.
 */
export class LineIntake implements Intake {
  readonly #jury: Jury;
  #rest: Uint8Array = NOTHING;
  #open = false; // the line end of the last answer may come after all

  /** Gives each line to `jury`. */
  constructor(jury: Jury) {
    this.#jury = jury;
  }

  /** See {@linkcode Intake}. */
  take(chunk: Uint8Array): void {
    const jury = this.#jury;
    const { length } = jury;
    if (this.#rest.length > 0) chunk = concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    const { length: end } = chunk;
    let at = this.#open ? this.#close(chunk) : 0;
    while (at < end) {
      if (
        length > 0 && at + length < end && chunk[at + length] === NEWLINE && jury.isDue(chunk, at)
      ) {
        jury.right();
        at += length + 1;
        continue;
      }
      const newline = chunk.indexOf(NEWLINE, at);
      if (newline < 0) break;
      const ends = newline > at && chunk[newline - 1] === RETURN ? newline - 1 : newline;
      jury.judge(chunk.subarray(at, ends));
      at = newline + 1;
    }
    if (at === end) return;
    if (end - at > HEARD_BYTES) jury.judge(chunk.subarray(at));
    else this.#rest = chunk.slice(at);
  }

  /** See {@linkcode Intake}. */
  rest(): void {
    if (!this.#jury.exact(this.#rest)) return;
    const answer = this.#rest;
    this.#rest = NOTHING;
    this.#open = true;
    this.#jury.unended(answer);
  }

  /** See {@linkcode Intake}. */
  flush(): void {
    this.rest();
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length > 0) this.#jury.unfinished(rest);
  }

  /** Passes over a line end that comes after all; where the next line begins. */
  #close(chunk: Uint8Array): number {
    const at = chunk[0] === RETURN ? 1 : 0;
    if (at < chunk.length) this.#open = false;
    return chunk[at] === NEWLINE ? at + 1 : at;
  }
}

/**
 * Answers have no boundaries: one is there when as many bytes have come as it should have. What is
 * longer, and does not begin with an answer, is taken as a whole.
 */
export class RawIntake implements Intake {
  readonly #jury: Jury;
  readonly #cipher: Cipher;
  #rest: Uint8Array = NOTHING;

  /** Gives each answer to `jury`, opened. */
  constructor(jury: Jury, cipher: Cipher = none) {
    this.#jury = jury;
    this.#cipher = cipher;
  }

  /** See {@linkcode Intake}. */
  take(chunk: Uint8Array): void {
    const jury = this.#jury;
    const { length } = jury;
    if (this.#rest.length > 0) chunk = concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    if (length === 0) return jury.judge(this.#open(chunk));
    let at = 0;
    while (at < chunk.length) {
      const left = chunk.length - at;
      if (left < length && jury.outstanding > 0) {
        this.#rest = chunk.slice(at);
        return;
      }
      const answer = this.#open(chunk.subarray(at, at + length));
      if (left >= length && jury.isDue(answer, 0)) jury.right();
      else if (left > length && !jury.exact(answer)) {
        return jury.judge(this.#open(chunk.subarray(at)));
      } else jury.judge(answer);
      at += length;
    }
  }

  /** See {@linkcode Intake}. */
  rest(): void {}

  /** See {@linkcode Intake}. */
  flush(): void {
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length > 0) this.#jury.unfinished(this.#open(rest));
  }

  #open(bytes: Uint8Array): Uint8Array {
    return this.#cipher === none ? bytes : this.#cipher.open(bytes.slice());
  }
}
