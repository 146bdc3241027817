/**
 * Feeds a stream to a framing in pieces, as a connection does, and cuts streams into pieces.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Framing } from "../../lib/wire/framing.ts";

const encoder = new TextEncoder();

/** The UTF-8 bytes of `text`. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** All `parts` in one array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What a framing made of a stream. */
export interface Followed {
  /** Copies of the frames, in order; those before a fault count. */
  frames: Uint8Array[];
  /** What the framing threw. */
  fault?: unknown;
}

/**
 * Follows `framing` while `pieces` arrive one by one, to the first fault. As in a connection the
 * rest stays in a small buffer that is compacted or grown when a piece does not fit. Around it
 * lie ends of lines, to find out a framing that looks beyond. `ended`: the stream ends after them.
 */
export function follow(
  framing: Framing,
  pieces: readonly Uint8Array[],
  { ended = true } = {},
): Followed {
  const frames: Uint8Array[] = [];
  let buffer = new Uint8Array(32);
  let start = 0, end = 0;

  /** Collects what `work` appends; false at a fault. */
  let fault: unknown;
  function goesOn(work: (views: Uint8Array[]) => void): boolean {
    const views: Uint8Array[] = [];
    try {
      work(views);
    } catch (error) {
      fault = error;
    }
    for (const view of views) {
      assert(view.buffer === buffer.buffer, "a frame is a view, not a copy");
      frames.push(view.slice());
    }
    return fault === undefined;
  }

  for (const piece of pieces) {
    if (end + piece.length > buffer.length) {
      const rest = buffer.slice(start, end);
      if (rest.length + piece.length > buffer.length) {
        buffer = new Uint8Array(2 * (rest.length + piece.length));
      }
      buffer.set(rest);
      [start, end] = [0, rest.length];
    }
    buffer.set(piece, end);
    end += piece.length;
    buffer.fill(0x0a, end);
    let used = start;
    if (!goesOn((views) => used = framing.take(buffer, start, end, views))) {
      return { frames, fault };
    }
    assert(start <= used && used <= end, "the rest lies within the bytes");
    start = used;
    if (!goesOn(() => needsMore(framing, buffer, start, end))) return { frames, fault };
    buffer.fill(0x0d, 0, start);
  }
  if (ended) goesOn((views) => framing.takeRest(buffer, start, end, views));
  return { frames, fault };
}

function needsMore(framing: Framing, buffer: Uint8Array, start: number, end: number): void {
  assert(framing.need(buffer, start, end) > end - start, "a rest needs more than it has");
}

/** The frames that {@linkcode follow} finds; a fault is thrown. */
export function feed(
  framing: Framing,
  pieces: readonly Uint8Array[],
  options: { ended?: boolean } = {},
): Uint8Array[] {
  const { frames, fault } = follow(framing, pieces, options);
  if (fault !== undefined) throw fault;
  return frames;
}

/** `bytes` cut at each of `positions`, in any order. */
export function cut(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const edges = [0, ...positions.toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

/** Any text, from all of Unicode: quicker to set up than fast-check's own. */
export const anyText: fc.Arbitrary<string> = fc.array(fc.nat(0x10ffff)).map((codes) =>
  String.fromCodePoint(...codes.map((code) => code >> 11 === 0x1b ? 0x20 : code))
);

/** Random places to cut a stream at, as fractions of its length. */
export const fractions: fc.Arbitrary<number[]> = fc.array(
  fc.double({ min: 0, max: 1, noNaN: true }),
  { maxLength: 12 },
);

/**
 * Asserts that `stream` becomes `frames`, whole, cut in two at every position, cut into random
 * pieces, and byte by byte, each time with a new framing.
 */
export function assertCutsDoNotMatter(
  make: () => Framing,
  stream: Uint8Array,
  frames: readonly Uint8Array[],
  random: readonly number[] = [],
): void {
  const whole = Array.from({ length: stream.length }, (_, i) => i);
  const cuts = [[], ...whole.map((at) => [at]), whole.slice(1)];
  cuts.push(random.map((fraction) => Math.floor(fraction * stream.length)));
  for (const positions of cuts) {
    assertEquals(feed(make(), cut(stream, positions)).map(hex), frames.map(hex), `${positions}`);
  }
}

/** Bytes as hex digits: what a failed comparison shows best. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
