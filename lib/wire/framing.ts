/**
 * Framing: bytes to frames and back. Pure (no socket, no clock, no promise), so that a test can cut a
 * stream at every position. The connection owns the buffer; a framing only says where frames lie in it.
 *
 * @module
 */

/** How frames lie in a stream of bytes. One instance serves one direction of one connection. */
export interface Framing {
  /**
   * Appends to `out` the payload of every whole frame in `bytes[start, end)`, as views that share
   * its memory, and returns where the rest begins. The next call gets the rest and what came since.
   *
   * @throws {ProtocolError} when the bytes cannot become a frame; nothing is allocated before that.
   */
  take(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): number;

  /** Milliseconds of quiet after which a rest is a frame of its own; `Infinity`: never. */
  readonly restMs: number;

  /**
   * Appends the rest as a frame, when quiet or the end of the stream makes it one.
   *
   * @throws {ProtocolError} when a rest can be no frame, as in a stream cut in mid-frame.
   */
  takeRest(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): void;

  /** How many bytes the rest `bytes[start, end)` needs to become whole, as far as is known. */
  need(bytes: Uint8Array, start: number, end: number): number;

  /** How many bytes a payload takes on the wire. */
  size(payload: Uint8Array): number;

  /** Writes one frame to `target` at `at` and returns the position behind it. */
  put(payload: Uint8Array, target: Uint8Array, at: number): number;

  /**
   * The memory in which the frames that were taken last lie, if it holds nothing but what
   * {@linkcode put} would write: answers that were made where the questions lay need not be copied.
   */
  readonly lying?: Uint8Array;
}

/** Lays all payloads as frames into one chunk, ready for a single write. */
export function frameAll(framing: Framing, payloads: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const payload of payloads) size += framing.size(payload);
  const chunk = new Uint8Array(size);
  let at = 0;
  for (const payload of payloads) at = framing.put(payload, chunk, at);
  return chunk;
}
