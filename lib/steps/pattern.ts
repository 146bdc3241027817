/**
 * What a step expects to come: bytes as they are written, or a regular expression.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { fill, parseTemplate, type Template } from "./template.ts";

/** A place in bytes, from its first to behind its last. */
export interface Span {
  /** Of its first byte. */
  start: number;
  /** Behind its last. */
  end: number;
}

/** Where a pattern has matched, and its first group, if it has one that took part. */
export interface Match extends Span {
  /** See {@linkcode Match}. */
  group?: Span;
}

/** Looks for something. */
export interface Finder {
  /** The first match at or behind `from`. */
  find(bytes: Uint8Array, from: number): Match | undefined;
  /** The most bytes that a match which is not whole yet can have come already; all, if not known. */
  readonly overlap: number;
  /** The bytes that are looked for, where there are only these. */
  readonly bytes?: Uint8Array;
}

/** A pattern: bytes that may depend on what was saved, or a regular expression. */
export type Pattern =
  | { readonly kind: "literal"; readonly template: Template }
  | { readonly kind: "regex"; readonly finder: Finder };

/**
 * Reads `/regex/flags` (flags `i`, `s`, `m`), `hex:0d0a`, or a text with escapes.
 *
 * @throws {Error} in words when it is none.
 */
export async function parsePattern(text: string): Promise<Pattern> {
  if (text.startsWith("/")) {
    const match = /^\/(.+)\/([a-z]*)$/s.exec(text);
    if (!match) throw new Error("a regular expression ends in /; write \\/ for a plain /");
    const [, source, flags] = match;
    const odd = flags.replace(/[ism]/g, "");
    if (odd !== "") throw new Error(`${odd[0]} is no flag (i, s and m are)`);
    const { regex } = await import("./regex.ts"); // which brings a package along
    return { kind: "regex", finder: regex(source, flags) };
  }
  const template = text.startsWith("hex:") ? [parseHex(text.slice(4))] : parseTemplate(text);
  if (template.every((part) => part instanceof Uint8Array && part.length === 0)) {
    throw new Error("it is empty");
  }
  return { kind: "literal", template };
}

/**
 * Reads bytes in hexadecimal; white space between them means nothing.
 *
 * @throws {Error} in words when they are none.
 */
export function parseHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  const odd = /[^0-9a-f]/i.exec(digits);
  if (odd) throw new Error(`"${odd[0]}" is no hexadecimal digit`);
  if (digits.length % 2 === 1) throw new Error("a byte has two hexadecimal digits");
  return Uint8Array.fromHex(digits);
}

/** What looks for a pattern, given the values that it may name. */
export function finderOf(pattern: Pattern, saved: ReadonlyMap<string, Uint8Array>): Finder {
  return pattern.kind === "regex" ? pattern.finder : literal(fill(pattern.template, saved));
}

/** Looks for these bytes, the empty ones stand anywhere. */
export function literal(wanted: Uint8Array): Finder {
  const needle = Buffer.from(wanted);
  return {
    bytes: wanted,
    overlap: Math.max(0, wanted.length - 1),
    find: (bytes, from) => {
      const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(needle, from);
      return start < 0 ? undefined : { start, end: start + wanted.length };
    },
  };
}
