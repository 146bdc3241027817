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
  const last = payload.length - 1; // by index: at(-1) alone took a fifth of an echo
  if (turnAscii(payload[last] === NEWLINE ? payload.subarray(0, last) : payload)) return payload;
  const text = decodeText(payload);
  const end = /\r?\n$/.exec(text)?.[0] ?? "";
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const clusters = Array.from(segmenter.segment(text.slice(0, text.length - end.length)), pick);
  return encodeText(clusters.reverse().join("") + end);
}

/** Turns ASCII around in one pass; what turns out to be more than that is as it was, and false. */
function turnAscii(bytes: Uint8Array): boolean {
  let all = 0, returns = false;
  for (let i = 0, j = bytes.length - 1; i <= j; i++, j--) {
    const first = bytes[i], last = bytes[j];
    all |= first | last;
    returns ||= first === RETURN || last === RETURN;
    bytes[i] = last;
    bytes[j] = first;
  }
  if (all < 0x80 && !returns) return true;
  bytes.reverse();
  return false;
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
