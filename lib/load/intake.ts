/**
 * From what the network brings to answers: lines, or bytes without boundaries. What is as it should be
 * is compared where it lies; only a part of an answer is copied.
 *
 * @module
 */
import { HEARD_BYTES } from "../base/limits.ts";
import { concat } from "../base/bytes.ts";
import { safe } from "../base/safe_text.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import { none } from "../wire/ciphers/none.ts";
import { quoted } from "./figures.ts";
import type { Jury } from "./jury.ts";

const NEWLINE = 10, RETURN = 13;
const NOTHING = new Uint8Array();

/** Takes what was read, piece by piece. */
export interface Intake {
  /** Looks at a piece; it may be overwritten afterwards. */
  take(chunk: Uint8Array): void;
  /** Nothing follows for now: what lies here is looked at as it is. */
  flush(): void;
}

/** Answers are lines. One that needs its line end for nothing but form is taken without it, too. */
export class LineIntake implements Intake {
  readonly #jury: Jury;
  #rest: Uint8Array = NOTHING;
  #open = false; // the last answer has come but for its line end

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
    const left = end - at;
    if (length > 0 && left === length && jury.isDue(chunk, at)) {
      jury.right();
      this.#open = true;
    } else if (left > HEARD_BYTES) jury.judge(chunk.subarray(at));
    else this.#rest = chunk.slice(at);
  }

  /** See {@linkcode Intake}. */
  flush(): void {
    if (this.#open) {
      this.#open = false;
      this.#jury.tail("wrong", safe`the answer without a line end`);
    }
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length > 0) this.#jury.unfinished(rest);
  }

  /** Takes the line end that is owed; where the next line begins. */
  #close(chunk: Uint8Array): number {
    const at = chunk[0] === RETURN ? 1 : 0;
    if (at === chunk.length) return at;
    this.#open = false;
    if (chunk[at] === NEWLINE) return at + 1;
    this.#jury.tail(
      "merged",
      safe`the answer, and behind it, without a line end, ${quoted(chunk)}`,
    );
    return at;
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
  flush(): void {
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length > 0) this.#jury.unfinished(this.#open(rest));
  }

  #open(bytes: Uint8Array): Uint8Array {
    return this.#cipher === none ? bytes : this.#cipher.open(bytes.slice());
  }
}
