import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { NAME_CHARACTERS } from "../../../lib/base/limits.ts";
import { checkedName, nameKey } from "../../../lib/base/names.ts";

const GOOD: [wish: string, name: string][] = [
  ["Ada", "Ada"],
  ["  Ada \n", "Ada"],
  ["Ada Lovelace", "Ada Lovelace"],
  ["Zo\u0065\u0308", "Zo\u00eb"],
  ["日本", "日本"],
  ["👩‍💻", "👩‍💻"],
  ["guest1", "guest1"],
  ["Servers", "Servers"],
  ["a*b/c", "a*b/c"],
  ["x".repeat(NAME_CHARACTERS), "x".repeat(NAME_CHARACTERS)],
  ["🎉".repeat(NAME_CHARACTERS), "🎉".repeat(NAME_CHARACTERS)],
];

const EMPTY = "a name cannot be empty";
const CONTROL = "a name cannot hold control characters, tabs or colons";
const SERVER = "could be taken for the server's own words";

const BAD: [what: string, wish: string, reason: string][] = [
  ["nothing", "", EMPTY],
  ["white space", " \t\r\n ", EMPTY],
  ["what nobody can see", "\u3164\u200d\u034f", EMPTY],
  ["33 characters", "x".repeat(33), "a name has at most 32 characters, not 33"],
  ["300 characters", "x".repeat(300), "a name has at most 32 characters, not 300"],
  ["an escape sequence", "\x1b[31mAda", CONTROL],
  ["a bell", "Ada\x07!", CONTROL],
  ["a newline", "Ada\nBen", CONTROL],
  ["a line separator", "Ada\u2028Ben", CONTROL],
  ["a tab", "Ada\tBen", CONTROL],
  ["a colon", "Ada: hi", CONTROL],
  ["a right-to-left override", "Ada\u202e", CONTROL],
  ["a zero width space", "A\u200bda", CONTROL],
  ["half of a pair", "\ud83d", CONTROL],
  ["a star, as notices begin", "* Ben left", SERVER],
  ["a slash, as commands begin", "/who", SERVER],
  ["the server's name", "Server", SERVER],
  ["the server's name in capitals", "SERVER", SERVER],
  ["the server's name in wide letters", "Ｓｅｒｖｅｒ", SERVER],
  ["the server's name with a joiner in it", "Ser\u200dver", SERVER],
  ["the server's name with a soft hyphen in it", "Ser\u00adver", SERVER],
];

for (const [wish, name] of GOOD) {
  Deno.test(`${JSON.stringify(wish)} is the name ${name}`, () => {
    assertEquals(checkedName(wish), name);
  });
}

for (const [what, wish, reason] of BAD) {
  Deno.test(`${what} is no name`, () => {
    assertThrows(() => checkedName(wish), ProtocolError, reason);
  });
}

Deno.test("names are the same when they look alike", () => {
  for (
    const [one, other] of [
      ["Ada", "ada"],
      ["Zoe\u0308", "zo\u00eb"],
      ["ﬁ", "FI"],
      ["A\u200dda", "Ada"],
      ["Ada\ufe0f", "Ada"],
    ]
  ) {
    assertEquals(nameKey(one), nameKey(other));
  }
  assert(nameKey("Ada") !== nameKey("Ade"));
});

Deno.test("names are the same when letters of another script look alike", () => {
  for (
    const [one, other] of [
      ["Ada", "А\u0064а"], // Cyrillic А and а
      ["Ben", "Веn"], // Cyrillic В and е
      ["Nick", "Νick"], // Greek capital Nu
      ["Eva", "Eνа"], // Greek nu, Cyrillic а
      ["Jo", "Јօ"], // Cyrillic Ј, Armenian օ
      ["server", "Ѕеrvеr"],
    ]
  ) {
    assertEquals(nameKey(one), nameKey(other), `${one} ${other}`);
  }
});

Deno.test("names of another script are the same in either case", () => {
  for (
    const name of [
      "Вася",
      "Нина",
      "Катя",
      "Мария",
      "Таня",
      "Хасан",
      "Βασίλης",
      "Κώστας",
      "Հայկ",
      "Լիլիթ",
    ]
  ) {
    const [upper, lower] = [name.toUpperCase(), name.toLowerCase()];
    assertEquals(nameKey(name), nameKey(lower), name);
    if (!/[\u0370-\u03ff]/.test(name)) assertEquals(nameKey(upper), nameKey(lower), name);
  }
  assert(nameKey("Вася") !== nameKey("Петя"));
});

Deno.test("a wish of a megabyte is told to be too long before any work is spent on it", () => {
  // Unicode's forms need minutes for this: marks of two kinds, to be put in order.
  const marks = "a" + "\u0315".repeat(250_000) + "\u0327".repeat(250_000);
  assertThrows(() => checkedName(marks), ProtocolError, "at most 32 characters, not 500001");
  assertEquals(nameKey(marks), marks);
});
