/**
 * What was expected beside what came, in words and as a dump of bytes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { SHOWN_TAIL_BYTES } from "../base/limits.ts";
import { safe, type SafeText, safeText } from "../base/safe_text.ts";

const ROW = 16;

/** Bytes of each dump: four rows, the first before the difference where there is one. */
const DUMP_BYTES = 4 * ROW;

/** Bytes as a step would write them: what is printable as it is, all else with escapes. */
export function quoted(bytes: Uint8Array): SafeText {
  const text = new TextDecoder().decode(bytes);
  // What is no UTF-8 is shown byte by byte: U+FFFD would hide which.
  if (text.includes("\ufffd")) return safeText(Array.from(bytes, byteShown).join(""));
  const escaped = text.replace(/[\\\n\r\t\0]/g, (each) => ESCAPES[each]);
  return safeText(
    // deno-lint-ignore no-control-regex
    escaped.replace(/[\x01-\x1f\x7f]/g, (each) => `\\x${hex(each.charCodeAt(0))}`),
  );
}

/**
 * Lines that show what was looked for and what came instead: both as text, then both as bytes from
 * where they part, with the first byte that differs marked. `expected` is absent where there is more
 * than one good answer.
 */
export function differenceLines(
  expected: Uint8Array | undefined,
  came: Uint8Array,
  dropped: number,
): SafeText[] {
  const tail = came.subarray(Math.max(0, came.length - SHOWN_TAIL_BYTES));
  const before = dropped + came.length - tail.length;
  const cut = before > 0 ? ` behind ${before} bytes` : "";
  const lines = [
    came.length === 0
      ? safeText("what came: nothing")
      : safe`what came: "${quoted(tail)}" (${tail.length} bytes${cut})`,
  ];
  if (expected === undefined || came.length === 0) {
    return came.length === 0 ? lines : [...lines, ...dump(tail.subarray(-DUMP_BYTES), -1)];
  }
  const { at, length } = nearest(expected, came);
  // Both dumps begin at a row's start before the difference, so that the marks stand under it.
  const skipped = Math.max(0, Math.floor((length - ROW) / ROW) * ROW);
  const part = (bytes: Uint8Array, from: number) =>
    bytes.subarray(from + skipped, from + skipped + DUMP_BYTES);
  const differs = length - skipped;
  return [
    ...lines,
    safe`the first ${length} of ${expected.length} bytes have come; expected:`,
    ...dump(part(expected, 0), differs),
    safeText("came there:"),
    ...dump(part(came, at), differs),
  ];
}

/** Where the most of the beginning of `expected` stands in `came`, and how much of it. */
function nearest(expected: Uint8Array, came: Uint8Array): { at: number; length: number } {
  const hay = Buffer.from(came.buffer, came.byteOffset, came.length);
  // Where a beginning stands, each shorter one does, too: halve what is not known.
  let found = 0, at = 0, most = expected.length - 1;
  while (found < most) {
    const length = Math.ceil((found + most) / 2);
    const where = hay.indexOf(expected.subarray(0, length));
    if (where < 0) most = length - 1;
    else [found, at] = [length, where];
  }
  return { at, length: found };
}

/** Rows of sixteen bytes, in hexadecimal and as text; below the row that has it, byte `marked` is. */
function dump(bytes: Uint8Array, marked: number): SafeText[] {
  const lines: SafeText[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += ROW) {
    const row = bytes.subarray(at, at + ROW);
    const codes = Array.from(row, hex).join(" ").padEnd(3 * ROW - 1);
    const text = Array.from(
      row,
      (byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
    );
    lines.push(safe`  ${codes}  ${text.join("")}`);
    const column = marked - at;
    if (column >= 0 && column < ROW) lines.push(safe`  ${" ".repeat(3 * column)}^^`);
  }
  return lines;
}

const ESCAPES: Record<string, string> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
};

function byteShown(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character in ESCAPES) return ESCAPES[character];
  return byte >= 0x20 && byte < 0x7f ? character : `\\x${hex(byte)}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
