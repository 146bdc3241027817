/**
 * Texts as steps write them: bytes with escapes, and values that were saved.
 *
 * @module
 */
import { concat } from "../base/bytes.ts";

/** Bytes, and between them values by the names under which a step saves them. */
export type Template = readonly (Uint8Array | { readonly name: string })[];

/** What is wrong with a text, and where. */
export class EscapeError extends Error {
  /** `at`: the character at fault, from 0 in UTF-16 units. */
  constructor(message: string, readonly at: number) {
    super(`${message}, at character ${at + 1}`);
    this.name = "EscapeError";
  }
}

/** A name under which a value may be saved. */
export const SAVED_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const encoder = new TextEncoder();

/** What stands behind a backslash for a character that is hard to type, or that would mean something. */
const PLAIN: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
  "\\": "\\",
  $: "$",
  "/": "/",
  ":": ":",
};

/** One piece at a time: an escape, a value, or text up to the next of them. */
const PIECE =
  /\\x([0-9a-f]{2})|\\u\{([0-9a-f]{1,6})\}|\\([nrt0\\$/:])|\$\{([^}]*)\}|([^\\$]+|\$(?!\{))/giy;

/**
 * Reads a text: `\n \r \t \0 \\ \$ \/ \:`, `\xNN` (a byte), `\u{…}` (a character), `${NAME}`.
 *
 * @throws {EscapeError} at the first piece that is none of these.
 */
export function parseTemplate(text: string): Template {
  const parts: (Uint8Array | { name: string })[] = [];
  let bytes: Uint8Array[] = [];
  for (let at = 0; at < text.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    if (!match) throw new EscapeError(whyNot(text.slice(at)), at);
    const [, byte, code, letter, name, plain] = match;
    if (name !== undefined) {
      if (!SAVED_NAME.test(name)) throw new EscapeError(`"${name}" is no name of a value`, at);
      parts.push(concat(bytes), { name });
      bytes = [];
    } else if (byte !== undefined) bytes.push(Uint8Array.of(parseInt(byte, 16)));
    else if (code !== undefined) bytes.push(characterOf(code, at));
    else bytes.push(encoder.encode(plain ?? PLAIN[letter]));
  }
  parts.push(concat(bytes));
  return parts.filter((part) => !(part instanceof Uint8Array && part.length === 0));
}

/** The bytes of a template, with values by their names. */
export function fill(template: Template, saved: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return concat(
    template.map((part) => part instanceof Uint8Array ? part : saved.get(part.name)!),
  );
}

/** The names of values in a template. */
export function namesOf(template: Template): string[] {
  return template.flatMap((part) => part instanceof Uint8Array ? [] : [part.name]);
}

function characterOf(code: string, at: number): Uint8Array {
  const point = parseInt(code, 16);
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point > 0x10ffff || surrogate) throw new EscapeError(`\\u{${code}} is no character`, at);
  return encoder.encode(String.fromCodePoint(point));
}

function whyNot(rest: string): string {
  if (rest.startsWith("$")) return "${ has no }";
  if (rest === "\\") return "a backslash stands at the end";
  const escape = /^\\(x.{0,2}|u(\{[^}]*\}?)?|.)/su.exec(rest)?.[0] ?? "\\";
  return `${escape} is no escape`;
}
