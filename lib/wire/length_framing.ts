import { ProtocolError } from "../base/errors.ts";
import type { Framing } from "./framing.ts";

/**
 * A frame is a 4-byte big-endian length and that many bytes of payload (the `native` dialect).
 * The length is checked before anything is allocated for it.
 */
export class LengthFraming implements Framing {
  /** See {@linkcode Framing}. */
  readonly restMs: number = Infinity;
  readonly #limit: number;

  /** `limit`: the longest payload, in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  take(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): number {
    while (end - start >= 4) {
      const length = this.#length(bytes, start);
      if (end - start - 4 < length) break;
      out.push(bytes.subarray(start + 4, start + 4 + length));
      start += 4 + length;
    }
    return start;
  }

  takeRest(_bytes: Uint8Array, start: number, end: number): void {
    if (start < end) throw new ProtocolError(`the stream ended inside a frame`);
  }

  need(bytes: Uint8Array, start: number, end: number): number {
    return end - start < 4 ? 4 : 4 + this.#length(bytes, start);
  }

  size(payload: Uint8Array): number {
    return 4 + payload.length;
  }

  put(payload: Uint8Array, target: Uint8Array, at: number): number {
    const length = payload.length;
    target[at] = length >>> 24;
    target[at + 1] = length >>> 16;
    target[at + 2] = length >>> 8;
    target[at + 3] = length;
    target.set(payload, at + 4);
    return at + 4 + length;
  }

  #length(bytes: Uint8Array, at: number): number {
    const high = bytes[at] << 24 | bytes[at + 1] << 16;
    const length = (high | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
    if (length > this.#limit) {
      throw new ProtocolError(`a frame of ${length} bytes is over the limit of ${this.#limit}`);
    }
    return length;
  }
}
