/**
 * Remote text made harmless for a terminal, a log or a page: control characters become visible.
 * What prints takes only {@linkcode SafeText}, which is made here and nowhere else.
 *
 * @module
 */

/** @internal */
declare const brand: unique symbol;

/** Text that has been made harmless: one line, without its end. */
export type SafeText = string & {
  /** Known to this file alone, and to no value. */
  readonly [brand]: true;
};

// C0 without tab, DEL, C1, bidi marks, embeddings, overrides and isolates (UAX #9), zero width
// characters that hide or join, line and paragraph separators, tags, and lone surrogates.
const HARMFUL =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]|[\ud800-\udfff]/u;
const EACH_HARMFUL = new RegExp(HARMFUL.source, "gu");
const HARMFUL_IN_LINES = new RegExp(HARMFUL.source.replace("\\x0a-", "\\x0b-"), "u");

/**
 * The same text with every character that could move a cursor, colour a screen, reorder or hide
 * text, or end a line replaced by a visible sign: `␛` for ESC (Unicode control pictures), `␡` for
 * DEL, `<U+202E>` for what has no picture. A tab and all ordinary text pass unchanged; emoji keep
 * their joiners. The result never holds a line end: split into lines first where they are wanted.
 */
export function safeText(text: string): SafeText {
  return (HARMFUL.test(text) ? text.replace(EACH_HARMFUL, visible) : text) as SafeText;
}

/** A template whose values are made harmless by {@linkcode safeText}, and once is enough. */
export function safe(parts: TemplateStringsArray, ...values: unknown[]): SafeText {
  let text = parts[0];
  for (let i = 0; i < values.length; i++) text += String(values[i]) + parts[i + 1];
  return safeText(text); // the whole at once: one pass, no seams
}

/**
 * What JSON can hold, in one line of it that loses nothing: every harmful character of a string is
 * written as `\uXXXX`, an astral one as a pair.
 */
export function safeJson(value: unknown): SafeText {
  return safeText(JSON.stringify(value).replace(EACH_HARMFUL, escaped));
}

function escaped(character: string): string {
  return character.split("") // into UTF-16 units
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/**
 * Splits text into lines (`\n`, `\r\n`) and makes each harmless, with `before` in front of it; a
 * final line end adds none.
 */
export function safeLines(text: string, before = ""): SafeText[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => safeText(before + line));
}

/**
 * The lines of many texts as {@linkcode safeLines} makes them, in one block with newlines between.
 * Nearly all text is harmless and of one line: that is looked for in all of them at once.
 */
export function safeBlock(texts: readonly string[], before: string): string {
  const block = before + texts.join(`\n${before}`);
  const single = !before.includes("\n") && texts.every((text) => !text.includes("\n"));
  if (single && !HARMFUL_IN_LINES.test(block)) return block;
  return texts.flatMap((text) => safeLines(text, before)).join("\n");
}
