import { ProtocolError } from "../base/errors.ts";
import { GAP_MS, LINE_BYTES } from "../base/limits.ts";
import { BareFraming } from "./bare_framing.ts";

const NEWLINE = 10;

/**
 * One write is one message, without a terminator: a frame is what came before the peer fell quiet.
 * TCP has no message boundaries, so two writes that arrive together are one frame.
 */
export class RawFraming extends BareFraming {
  /** See {@linkcode Framing}. */
  override readonly restMs: number = GAP_MS;
  readonly #limit: number;
  readonly #cuts: boolean;

  /**
   * `limit`: the longest message, in bytes. `cuts`: what is longer is no fault but cut, behind a
   * newline if there is one: a busy room never falls quiet, and is to be read all the same.
   */
  constructor(limit: number = LINE_BYTES, { cuts = false } = {}) {
    super();
    this.#limit = limit;
    this.#cuts = cuts;
  }

  /** See {@linkcode Framing}. */
  override take(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): number {
    if (end - start <= this.#limit) return start;
    if (!this.#cuts) throw new ProtocolError(`a message is over the limit of ${this.#limit} bytes`);
    const newline = bytes.subarray(start, end).lastIndexOf(NEWLINE);
    const cut = newline < 0 ? end : start + newline + 1;
    out.push(bytes.subarray(start, cut));
    return cut;
  }

  /** See {@linkcode Framing}. */
  override takeRest(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): void {
    if (start < end) out.push(bytes.subarray(start, end));
  }
}
