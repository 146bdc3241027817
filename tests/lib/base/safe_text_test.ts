import { assert, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { Log } from "../../../lib/base/log.ts";
import { safe, safeBlock, safeJson, safeLines, safeText } from "../../../lib/base/safe_text.ts";
import { note, print } from "../../../lib/term/screen.ts";
import { anyText } from "../../support/feed.ts";

function each(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
}

Deno.test("C0 controls but the tab, and DEL, become their pictures", () => {
  assertEquals(safeText("\x1b[2J"), "␛[2J");
  assertEquals(safeText("\0\x07\b\r\n\x7f"), "␀␇␈␍␊␡");
  assertStrictEquals(safeText("a\tb"), "a\tb");
  for (const control of each(0, 0x1f)) {
    if (control === "\t") continue;
    assertEquals(safeText(control).codePointAt(0), 0x2400 + control.codePointAt(0)!);
  }
});

Deno.test("C1 controls, which some terminals obey, show their numbers", () => {
  assertEquals(safeText("\x9b31m\x9d"), "<U+009B>31m<U+009D>");
  for (const control of each(0x80, 0x9f)) assertNotEquals(safeText(control), control);
});

Deno.test("what reorders or hides text shows its number", () => {
  assertEquals(safeText("a\u202eb\u2066c"), "a<U+202E>b<U+2066>c");
  const hidden = [
    ..."\u061c\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\u{e0001}\u{e007f}",
    ...each(0x202a, 0x202e),
    ...each(0x2066, 0x2069),
  ];
  for (const character of hidden) {
    assert(/^<U\+[0-9A-F]{4,6}>$/.test(safeText(character)), JSON.stringify(character));
  }
});

Deno.test("half of a surrogate pair shows its number, a whole one passes", () => {
  assertEquals(safeText("\ud83d"), "<U+D83D>");
  assertEquals(safeText("\ude00x"), "<U+DE00>x");
  assertEquals(safeText("\u{1f600}"), "\u{1f600}");
});

Deno.test("letters of all scripts, accents and emoji pass as they are", () => {
  for (
    const text of ["Grüße", "e\u0301", "日本語", "עברית", "العربية", "👩‍💻👍🏽🇩🇪", "¡a\u00a0b!", ""]
  ) {
    assertStrictEquals(safeText(text), text);
  }
});

Deno.test("nothing that is harmful is left, and nothing is changed twice", () => {
  fc.assert(fc.property(anyText, (text) => {
    const safe = safeText(text);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(safe));
    assertStrictEquals(safeText(safe), safe);
  }));
});

Deno.test("lines end in \\n or \\r\\n, and a line end at the end adds none", () => {
  assertEquals(safeLines("a\r\nb\nc"), ["a", "b", "c"]);
  assertEquals(safeLines("a\n"), ["a"]);
  assertEquals(safeLines("a\n\n"), ["a", ""]);
  assertEquals(safeLines(""), [""]);
  assertEquals(safeLines("\n"), [""]);
  assertEquals(safeLines("a\rb\u2028c\x1b"), ["a␍b<U+2028>c␛"]);
});

Deno.test("each line may get a beginning, which is made harmless, too", () => {
  assertEquals(safeLines("a\nb", "\x1b: "), ["␛: a", "␛: b"]);
});

Deno.test("many texts make the block that their lines would make one by one", () => {
  const texts = fc.array(
    fc.oneof(anyText, fc.constantFrom("", "a", "a\n", "a\r\nb", "\x1b", "\ud800")),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom("", "Ada: ", "\x1b: ", "a\nb: "), (texts, before) => {
      const one = texts.flatMap((text) => safeLines(text, before)).join("\n");
      if (texts.length > 0) assertEquals(safeBlock(texts, before), one);
    }),
  );
});

Deno.test("a template makes its values harmless, whatever they are, and only once", () => {
  assertEquals(safe`Client ${1}: ${"\x1b[2JEve\n"} left`, "Client 1: ␛[2JEve␊ left");
  assertEquals(safe`${safe`<${"\u202e"}>`}${undefined}${null}`, "<<U+202E>>undefinednull");
  assertEquals(safe``, "");
  fc.assert(fc.property(anyText, anyText, (one, two) => {
    assertEquals(safe`${one}, ${two}`, `${safeText(one)}, ${safeText(two)}`);
  }));
});

Deno.test("JSON is harmless, and loses nothing", () => {
  const harmful = 'a\x1b\n\t\x7f\x9b"\\\u202e\u{e0001}\ud83d👍🏽';
  const json = safeJson({ [harmful]: harmful });
  assertEquals(JSON.parse(json), { [harmful]: harmful });
  assertStrictEquals(safeText(json), json);
  assertEquals(
    safeJson(["\x7f\u202e\u{e0001}", "é👍"]),
    String.raw`["\u007f\u202e\udb40\udc01","é👍"]`,
  );
  fc.assert(fc.property(anyText, (text) => {
    const json = safeJson([text]);
    assertEquals(JSON.parse(json), [text]);
    assertStrictEquals(safeText(json), json);
  }));
});

Deno.test("what prints takes no other text, by its type", () => {
  const plain: string = "Ada", log: Log = () => {};
  const never = () => {
    // @ts-expect-error a string may be anything
    print([plain]);
    // @ts-expect-error a string may be anything
    note(plain);
    // @ts-expect-error a string may be anything
    log(plain);
    // @ts-expect-error a template that is not safe is a string
    log(`${safe`Ada`} left`);
    // @ts-expect-error two of them added are a string
    log(safe`Ada` + safe` left`);
    print([safe`${plain} left`, safeText(plain), safeJson(plain), ...safeLines(plain)]);
    note(safe`${plain} left`);
  };
  assertEquals(typeof never, "function"); // what it holds is for the type checker alone
  log(safe`${plain} left`);
});
