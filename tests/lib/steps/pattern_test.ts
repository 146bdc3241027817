import { assertEquals, assertRejects } from "@std/assert";
import { finderOf, type Match, parsePattern } from "../../../lib/steps/pattern.ts";
import { wholeLength } from "../../../lib/steps/regex.ts";

const encoder = new TextEncoder();

async function find(pattern: string, text: string | Uint8Array, from = 0) {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  return finderOf(await parsePattern(pattern), new Map()).find(bytes, from);
}

Deno.test("a literal is found at its bytes, from where the search begins", async () => {
  assertEquals(await find("lo", "hello lo"), { start: 3, end: 5 });
  assertEquals(await find("lo", "hello lo", 4), { start: 6, end: 8 });
  assertEquals(await find("\\r\\n", "a\nb\r\n"), { start: 3, end: 5 });
  assertEquals(await find("hex:0D 0a", "a\nb\r\n"), { start: 3, end: 5 });
  assertEquals(await find("\\/a/", "x/a/"), { start: 1, end: 4 });
  assertEquals(await find("hex\\:0d", "a hex:0d"), { start: 2, end: 8 });
  assertEquals(await find("a.c", "abc"), undefined);
});

Deno.test("a regular expression is found in bytes of UTF-8, with its first group", async () => {
  const spans = (match?: Match) => match && [match.start, match.end, match.group];
  assertEquals(spans(await find("/w(.)r/", "é wör")), [3, 7, { start: 4, end: 6 }]);
  assertEquals(spans(await find("/W(Ö)r/i", "é wör")), [3, 7, { start: 4, end: 6 }]);
  assertEquals(spans(await find("/a.b/", "a\nb")), undefined);
  assertEquals(spans(await find("/a.b/s", "a\nb")), [0, 3, undefined]);
  assertEquals(spans(await find("/^b$/", "a\nb\n")), undefined);
  assertEquals(spans(await find("/^b$/m", "a\nb\n")), [2, 3, undefined]);
  assertEquals(spans(await find("/(x)?b/", "ab")), [1, 2, undefined]);
  assertEquals(spans(await find("/^b/", "ab", 1)), [1, 2, undefined]);
  assertEquals(spans(await find("/b/", Uint8Array.of(0xff, 0x62))), [1, 2, undefined]);
  assertEquals(spans(await find("/a\\/b/", "a/b")), [0, 3, undefined]);
});

Deno.test("a character that has not come whole is not looked at", async () => {
  const bytes = encoder.encode("a😀");
  for (let length = 2; length < 5; length++) {
    assertEquals(wholeLength(bytes.subarray(0, length)), 1);
    assertEquals(await find("/a./", bytes.subarray(0, length)), undefined);
  }
  assertEquals([wholeLength(bytes), wholeLength(new Uint8Array())], [5, 0]);
  assertEquals(wholeLength(Uint8Array.of(0x80, 0x80, 0x80, 0x80)), 4); // no character's beginning
});

Deno.test("what no pattern is is told in words", async () => {
  const cases: [string, string][] = [
    ["", "it is empty"],
    ["hex:", "it is empty"],
    ["hex:0", "a byte has two hexadecimal digits"],
    ["hex:0x", '"x" is no hexadecimal digit'],
    ["/a", "a regular expression ends in /"],
    ["/a/g", "g is no flag"],
    ["/a(/", "missing closing )"],
    ["/(?=a)/", "invalid or unsupported Perl syntax"],
    ["/(a)\\1/", "invalid escape sequence"],
  ];
  for (const [text, message] of cases) {
    await assertRejects(() => parsePattern(text), Error, message);
  }
});
