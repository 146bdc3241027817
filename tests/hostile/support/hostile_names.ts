/**
 * Names that try to lead out of a folder, generated: the same ones each time.
 *
 * @module
 */

/** What hostile names are made of. {@linkcode Bait} has what the words among them mean. */
export const TOKENS: readonly string[] = [
  ...["..", ".", "/", "\\", "%2e", "%2f", "%5c", "%252e", "%252f", "%c0%ae", "\0", " "],
  ...["C:", "\\\\host\\share", "//host", "CON", "NUL", "COM1", "/etc/passwd"],
  ...["link", "root", "victim", "link.txt", "secret.txt", ".hidden", "sub", "inside.txt"],
];

const SEPARATORS = ["", "", "/", "/", "\\", "%2f"];

/** Numbers from 0 on below `limit`, without order, the same each time (mulberry32). */
export function numbersFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

/** How many names to make. */
export interface Amount {
  /** All sequences of so many tokens and fewer. */
  depth: number;
  /** Beyond these, so many of up to six tokens, some with separators in between. */
  sampled: number;
}

/** Names, none of them twice. */
export function hostileNames({ depth, sampled }: Amount): string[] {
  const names = new Set<string>();
  let last = [""];
  for (let i = 0; i < depth; i++) {
    last = last.flatMap((name) => TOKENS.map((token) => name + token));
    last.forEach((name) => names.add(name));
  }
  const next = numbersFrom(20260101);
  const pick = (from: readonly string[]) => from[next(from.length)];
  for (const end = names.size + sampled; names.size < end;) {
    let name = pick(TOKENS);
    for (let length = 1 + next(6); length > 1; length--) name += pick(SEPARATORS) + pick(TOKENS);
    names.add(name);
  }
  return [...names];
}
