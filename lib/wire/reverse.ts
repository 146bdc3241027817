/**
 * Reversal, for the reverse echo.
 *
 * @module
 */
import { decodeText, encodeText } from "./utf8.ts";

const NEWLINE = 10, RETURN = 13;
let segmenter: Intl.Segmenter | undefined;

/**
 * Reverses text by grapheme cluster (UAX #29), so that letters keep their accents and emoji their
 * parts. ASCII is reversed in place; a trailing newline stays at the end.
 *
 * @throws {ProtocolError} when the bytes are not UTF-8.
 */
export function reverseText(payload: Uint8Array): Uint8Array {
  let all = 0, returns = false;
  for (let i = 0; i < payload.length; i++) {
    all |= payload[i];
    returns ||= payload[i] === RETURN;
  }
  if (all < 0x80 && !returns) return reverseBytes(payload);
  const text = decodeText(payload);
  const end = /\r?\n$/.exec(text)?.[0] ?? "";
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const clusters = Array.from(segmenter.segment(text.slice(0, text.length - end.length)), pick);
  return encodeText(clusters.reverse().join("") + end);
}

/** Reverses bytes in place; a trailing newline stays at the end. */
export function reverseBytes(payload: Uint8Array): Uint8Array {
  const last = payload.length - 1;
  if (payload[last] === NEWLINE) payload.subarray(0, last).reverse();
  else payload.reverse();
  return payload;
}

function pick({ segment }: Intl.SegmentData): string {
  return segment;
}
