import { RE2JS } from "re2js";
import type { Finder, Span } from "./pattern.ts";

const FLAGS: Record<string, number> = {
  i: RE2JS.CASE_INSENSITIVE,
  s: RE2JS.DOTALL,
  m: RE2JS.MULTILINE,
};

/**
 * Looks for a regular expression of RE2's syntax (https://github.com/google/re2/wiki/Syntax) in
 * UTF-8, in time linear in what is looked through. `^` is where the search begins; a byte that is no
 * UTF-8 is one character that only `.` and its like match.
 *
 * @throws {Error} in words when it is none.
 */
export function regex(source: string, flags: string): Finder {
  const compiled = RE2JS.compile(source, [...flags].reduce((sum, each) => sum | FLAGS[each], 0));
  return {
    overlap: Infinity,
    find: (bytes, from) => {
      const matcher = compiled.matcher(
        bytes.subarray(from, from + wholeLength(bytes.subarray(from))),
      );
      if (!matcher.find()) return undefined;
      const spanOf = (group: number): Span => ({
        start: from + matcher.start(group),
        end: from + matcher.end(group),
      });
      const grouped = matcher.groupCount() > 0 && matcher.start(1) >= 0;
      return { ...spanOf(0), group: grouped ? spanOf(1) : undefined };
    },
  };
}

/** How much of UTF-8 text there is without a character at its end that has not come whole. */
export function wholeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) break;
    if (byte < 0xc0) continue; // goes on with a character
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back && byte < 0xf8 ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
