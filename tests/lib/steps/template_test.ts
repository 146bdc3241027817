import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { EscapeError, fill, namesOf, parseTemplate } from "../../../lib/steps/template.ts";
import { quoted } from "../../../lib/steps/difference.ts";

const encoder = new TextEncoder();

function bytesOf(text: string, saved: Record<string, string> = {}): Uint8Array {
  const values = Object.entries(saved).map(([name, value]) =>
    [name, encoder.encode(value)] as const
  );
  return fill(parseTemplate(text), new Map(values));
}

Deno.test("escapes stand for the bytes that they name, and all else for itself", () => {
  const cases: [string, number[]][] = [
    ["a\\n\\r\\t\\0\\\\", [97, 10, 13, 9, 0, 92]],
    ["\\x00\\xff\\x0A\\x41", [0, 255, 10, 65]],
    ["\\u{e9}\\u{1F600}", [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]],
    ["é", [0xc3, 0xa9]],
    ["\\/a/\\:", [47, 97, 47, 58]],
    ["$5 $ \\${A}", [...encoder.encode("$5 $ ${A}")]],
    ["", []],
  ];
  for (const [text, bytes] of cases) assertEquals([...bytesOf(text)], bytes, text);
});

Deno.test("what is no escape is told with its place", () => {
  const cases: [string, string][] = [
    ["a\\q", "\\q is no escape, at character 2"],
    ["\\x4", "\\x4 is no escape, at character 1"],
    ["ab\\xgg", "\\xgg is no escape, at character 3"],
    ["\\u{110000}", "\\u{110000} is no character, at character 1"],
    ["\\u{d800}", "\\u{d800} is no character, at character 1"],
    ["\\u00e9", "\\u is no escape, at character 1"],
    ["x\\", "a backslash stands at the end, at character 2"],
    ["${A", "${ has no }, at character 1"],
    ["${1}", '"1" is no name of a value, at character 1'],
  ];
  for (const [text, message] of cases) {
    assertEquals(assertThrows(() => parseTemplate(text), EscapeError).message, message);
  }
});

Deno.test("a saved value stands where its name does", () => {
  assertEquals(namesOf(parseTemplate("a${X}b${Y_2}")), ["X", "Y_2"]);
  assertEquals(bytesOf("<${X}|${Y}${X}>", { X: "1", Y: "\\n" }), encoder.encode("<1|\\n1>"));
});

Deno.test("bytes that are quoted are read back as they were", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    assertEquals(bytesOf(quoted(bytes).replaceAll("$", "\\$")), bytes);
  }));
  fc.assert(fc.property(fc.stringMatching(/^[ -~äß😀\n\r\t]*$/u), (text) => {
    assertEquals(
      bytesOf(quoted(encoder.encode(text)).replaceAll("$", "\\$")),
      encoder.encode(text),
    );
  }));
});
