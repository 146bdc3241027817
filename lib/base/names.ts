/**
 * Names of participants: what may be one, and which count as the same.
 *
 * @module
 */
import { ProtocolError } from "./errors.ts";
import { NAME_CHARACTERS, NAME_WISH_CHARACTERS } from "./limits.ts";
import { safeText } from "./safe_text.ts";

// Cyrillic, Greek and Armenian letters by the Latin letter that they look like in most fonts (a
// selection of the "confusables" of UTS #39).
const LOOK_ALIKES: Record<string, string> = {
  A: "АΑ",
  a: "аαɑ",
  B: "ВΒ",
  b: "Ь",
  C: "СϹ",
  c: "сϲ",
  d: "ԁ",
  E: "ЕΕ",
  e: "е",
  g: "ցɡ",
  H: "НΗ",
  h: "һհ",
  I: "ІΙ",
  i: "іιı",
  J: "Ј",
  j: "јϳյ",
  K: "КΚ",
  k: "κ",
  L: "Լ",
  l: "ӏ",
  M: "МΜ",
  N: "Ν",
  n: "ո",
  O: "ОΟՕ",
  o: "оοօσ",
  P: "РΡ",
  p: "рρ",
  Q: "Ԛ",
  q: "ԛզ",
  S: "Ѕ",
  s: "ѕ",
  T: "ТΤ",
  t: "τ",
  U: "Ս",
  u: "սυ",
  v: "ν",
  W: "Ԝ",
  w: "ԝ",
  X: "ХΧ",
  x: "хχ",
  Y: "УΥҮ",
  y: "уγү",
  Z: "Ζ",
};

const LATIN = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, others]) =>
    [...others].map((other) => [other, latin] as const)
  ),
);
// The other case of such a letter counts as the same letter, too, though it may look like nothing
// Latin. (Greek Ν and ν, Υ and υ look like different letters, and stay them.)
for (const [other, latin] of [...LATIN]) {
  for (const same of [other.toLowerCase(), other.toUpperCase()]) {
    if (!LATIN.has(same)) LATIN.set(same, latin);
  }
}

/** Letters that are neither Latin nor of China, Japan or Korea, nor common to all scripts. */
const FOREIGN =
  /(?=\p{L})[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;

/** What stands for the server itself, in the room and in its audit log. */
const RESERVED = new Set(["server", "operator"].map(nameKey));

/**
 * A name as it will be shown, without white space around it.
 *
 * @throws {ProtocolError} when it is empty, over 32 characters, holds control characters or a colon
 * (which ends a name in `Ada: text`), or could be taken for the server's own.
 */
export function checkedName(wish: string): string {
  const plain = wish.trim();
  const name = fits(plain) ? plain.normalize("NFC") : plain;
  const letters = [...name];
  if (nameKey(name) === "") throw new ProtocolError("a name cannot be empty");
  if (letters.length > NAME_CHARACTERS) {
    throw new ProtocolError(
      `a name has at most ${NAME_CHARACTERS} characters, not ${letters.length}`,
    );
  }
  if (safeText(name) !== name || /[\t:]/.test(name)) {
    throw new ProtocolError("a name cannot hold control characters, tabs or colons");
  }
  if (name.split(/[\s_.-]+/).some(mixesScripts)) {
    throw new ProtocolError("a word of a name has letters of one script only");
  }
  if (/^[*/]/.test(name) || RESERVED.has(nameKey(name))) {
    throw new ProtocolError(`the name "${name}" could be taken for the server's own words`);
  }
  return letters.join(""); // a copy: as a piece it would keep all that it was cut from
}

/**
 * What two names share when they count as the same: they look alike, whatever is invisible in them,
 * in whatever case and width, and though their letters are of different scripts.
 */
export function nameKey(name: string): string {
  if (!fits(name)) return name;
  const visible = name.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  return Array.from(visible, (letter) => LATIN.get(letter) ?? letter).join("").toLowerCase();
}

/**
 * Whether a word has Latin letters and those of another script that is not usually written with
 * them (as "highly restrictive" of UTS #39 has it): they are easily taken for each other.
 */
function mixesScripts(word: string): boolean {
  return /\p{Script=Latin}/u.test(word) && FOREIGN.test(word);
}

/** Whether it may be a name at all: Unicode's forms take a time that is square in marks above a letter. */
function fits(wish: string): boolean {
  return wish.length <= NAME_WISH_CHARACTERS;
}
