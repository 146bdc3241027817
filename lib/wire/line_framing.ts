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
  /** See {@linkcode Framing}: lines that ended in `\n` alone. */
  lying?: Uint8Array;
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
    this.lying = undefined;
    if (start === end) return start;
    const chunk = bytes.subarray(0, end);
    const { buffer, byteOffset } = chunk;
    const first = start;
    let bare = out.length === 0; // nothing but newlines between the lines
    for (;;) {
      const newline = newlineIn(chunk, start);
      if (newline < 0) break;
      this.#check(newline - start);
      const returns = newline > start && chunk[newline - 1] === RETURN;
      const ends = returns ? newline - 1 : newline;
      if (returns) bare = false;
      out.push(new Uint8Array(buffer, byteOffset + start, ends - start)); // faster than subarray
      start = newline + 1;
    }
    if (start > first) {
      this.lastEnded = true;
      if (bare) this.lying = chunk.subarray(first, start);
    }
    if (start === end) this.#endsLines = true;
    this.#check(end - start);
    return start;
  }

  takeRest(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): void {
    this.lying = undefined;
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

/** Most lines end within so many bytes, and are found faster by looking than by asking the system. */
const NEAR_BYTES = 64;

function newlineIn(chunk: Uint8Array, start: number): number {
  const far = Math.min(start + NEAR_BYTES, chunk.length);
  for (let at = start; at < far; at++) if (chunk[at] === NEWLINE) return at;
  return far === chunk.length ? -1 : chunk.indexOf(NEWLINE, far);
}
