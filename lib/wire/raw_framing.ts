import { ProtocolError } from "../base/errors.ts";
import { GAP_MS, LINE_BYTES } from "../base/limits.ts";
import type { Framing } from "./framing.ts";

/**
 * One write is one message, without a terminator: a frame is what came before the peer fell quiet.
 * TCP has no message boundaries, so two writes that arrive together are one frame.
 */
export class RawFraming implements Framing {
  /** See {@linkcode Framing}. */
  readonly restMs: number = GAP_MS;
  readonly #limit: number;

  /** `limit`: the longest message, in bytes. */
  constructor(limit: number = LINE_BYTES) {
    this.#limit = limit;
  }

  take(_bytes: Uint8Array, start: number, end: number): number {
    if (end - start > this.#limit) {
      throw new ProtocolError(`a message is over the limit of ${this.#limit} bytes`);
    }
    return start;
  }

  takeRest(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): void {
    if (start < end) out.push(bytes.subarray(start, end));
  }

  need(_bytes: Uint8Array, start: number, end: number): number {
    return end - start + 1;
  }

  size(payload: Uint8Array): number {
    return payload.length;
  }

  put(payload: Uint8Array, target: Uint8Array, at: number): number {
    target.set(payload, at);
    return at + payload.length;
  }
}
