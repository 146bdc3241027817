import { ProtocolError } from "../base/errors.ts";
import { GAP_MS, LINE_BYTES, TEXT_REST_MS } from "../base/limits.ts";
import type { Framing } from "./framing.ts";

const NEWLINE = 10;
const RETURN = 13;

/**
 * A frame is a line that ends in `\n` or `\r\n`. A rest without a newline becomes a frame when the
 * peer falls quiet: after 20 ms for a peer that has never ended a chunk in a newline (it may be one
 * of the course programs, for which one write is one message), after 1 s for one that has.
 */
export class LineFraming implements Framing {
  /** Whether the last message ended in a newline: answers to it should end in the same way. */
  lastEnded = true;
  #endsLines: boolean; // the peer has ended a chunk in a newline: it writes lines for good
  readonly #limit: number;

  /** `endsLines`: true when the peer is known to write lines; `limit`: the longest line, in bytes. */
  constructor({ endsLines = true, limit = LINE_BYTES } = {}) {
    this.#endsLines = endsLines;
    this.#limit = limit;
  }

  get restMs(): number {
    return this.#endsLines ? TEXT_REST_MS : GAP_MS;
  }

  take(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): number {
    if (start === end) return start;
    const chunk = bytes.subarray(0, end);
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline < 0) break;
      this.#check(newline - start);
      const ends = newline > start && chunk[newline - 1] === RETURN ? newline - 1 : newline;
      out.push(chunk.subarray(start, ends));
      start = newline + 1;
      this.lastEnded = true;
    }
    if (start === end) this.#endsLines = true;
    this.#check(end - start);
    return start;
  }

  takeRest(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): void {
    if (start === end) return;
    out.push(bytes.subarray(start, end));
    this.lastEnded = this.#endsLines;
  }

  need(_bytes: Uint8Array, start: number, end: number): number {
    return end - start + 1;
  }

  size(payload: Uint8Array): number {
    return payload.length + (this.lastEnded ? 1 : 0);
  }

  put(payload: Uint8Array, target: Uint8Array, at: number): number {
    target.set(payload, at);
    at += payload.length;
    if (this.lastEnded) target[at++] = NEWLINE;
    return at;
  }

  #check(length: number): void {
    if (length > this.#limit) {
      throw new ProtocolError(`a line is over the limit of ${this.#limit} bytes`);
    }
  }
}
