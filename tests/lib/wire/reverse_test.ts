import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { reverseBytes, reverseText } from "../../../lib/wire/reverse.ts";
import { anyText, bytesOf, hex } from "../../support/feed.ts";

function reversed(text: string): string {
  return new TextDecoder().decode(reverseText(bytesOf(text)));
}

const TEXTS: [string, string][] = [
  ["", ""],
  ["a", "a"],
  ["Hello, World!", "!dlroW ,olleH"],
  ["hello\n", "olleh\n"],
  ["\n", "\n"],
  ["two\nlines\n", "senil\nowt\n"],
  ["hello\r\n", "olleh\r\n"],
  ["a\r\nb", "b\r\na"],
  ["\r", "\r"],
  ["\n\n", "\n\n"],
  ["Grüße", "eßürG"],
  ["e\u0301a", "ae\u0301"],
  ["👩‍💻 hi", "ih 👩‍💻"],
  ["🇩🇪🇫🇷", "🇫🇷🇩🇪"],
  ["👍🏽👋", "👋👍🏽"],
  ["né\n", "én\n"],
  ["né\r\n", "én\r\n"],
  ["日本語", "語本日"],
];

for (const [text, expected] of TEXTS) {
  Deno.test(`${JSON.stringify(text)} reversed is ${JSON.stringify(expected)}`, () => {
    assertEquals(reversed(text), expected);
  });
}

Deno.test("ASCII text reversed twice is what it was", () => {
  fc.assert(fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
    const line = text.replaceAll(/[\r\n]/g, "");
    for (const end of ["", "\n", "\r\n"]) {
      assertEquals(reversed(reversed(line + end)), line + end);
    }
  }));
});

Deno.test("no code point is lost or made, and a newline at the end stays there", () => {
  fc.assert(fc.property(anyText, fc.boolean(), (text, line) => {
    if (line) text += "\n";
    const back = reversed(text);
    assertEquals([...back].sort(), [...text].sort());
    if (line) assertEquals(back.at(-1), "\n");
  }));
});

Deno.test("text that is no UTF-8 is refused", () => {
  assertThrows(() => reverseText(new Uint8Array([0x61, 0xff])), ProtocolError, "not valid UTF-8");
});

Deno.test("bytes are reversed whatever they mean, but a newline at the end stays there", () => {
  assertEquals(hex(reverseBytes(new Uint8Array([1, 0xff, 3]))), "03 ff 01");
  assertEquals(hex(reverseBytes(new Uint8Array([0xc3, 0xa9, 10]))), "a9 c3 0a");
  assertEquals(reverseBytes(new Uint8Array()).length, 0);
});
