import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Exit, Failure } from "../../../../lib/base/errors.ts";
import { caesar } from "../../../../lib/wire/ciphers/caesar.ts";
import { bytesOf, hex } from "../../../support/feed.ts";

function sealed(key: string, text: string): string {
  return new TextDecoder().decode(caesar(key).seal(bytesOf(text)));
}

Deno.test("caesar shifts letters, keeps their case and lets all else pass", () => {
  assertEquals(sealed("3", "Veni, vidi, vici!"), "Yhql, ylgl, ylfl!");
  assertEquals(sealed("3", "xyz XYZ 123 [`{@ é ß 😀"), "abc ABC 123 [`{@ é ß 😀");
  assertEquals(sealed("13", "Why did the chicken"), "Jul qvq gur puvpxra");
});

Deno.test("caesar takes any whole number, modulo 26", () => {
  for (const key of ["3", "03", "+3", "29", "-23", "-49", `${26n ** 50n + 3n}`]) {
    assertEquals(sealed(key, "abc xyz"), "def abc");
  }
  assertEquals(sealed("-3", "abc"), "xyz");
  for (const key of ["0", "-0", "26", "-26", `-${26n ** 50n}`]) {
    assertEquals(sealed(key, "abc"), "abc");
  }
});

Deno.test("caesar refuses a key that is no whole number, without showing it", () => {
  for (const key of ["", " ", "x", "3x", "1.5", "1e3", "0x10", "--3", "3 ", "٣", "Infinity"]) {
    const failure = assertThrows(() => caesar(key), Failure);
    assertEquals(failure.exit, Exit.usage);
    assertEquals(failure.message, "Cannot use the key with caesar: it is not a whole number");
    assertEquals(failure.remedy, "for example --key 3");
  }
  assertMatch(assertThrows(() => caesar("-")).message, /^Cannot use the key/);
});

Deno.test("caesar opens what it sealed under every shift, for all 256 byte values", () => {
  const plain = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let key = 0; key < 26; key++) {
    const cipher = caesar(`${key}`);
    const bytes = cipher.seal(plain);
    assertEquals(new Set(bytes).size, 256);
    assertEquals(hex(cipher.open(bytes)), hex(plain));
  }
  assertEquals(plain[65], 65, "seal leaves the plain text alone");
});

Deno.test("caesar under one key and then its negative changes nothing", () => {
  fc.assert(fc.property(fc.bigInt(), fc.uint8Array(), (key, plain) => {
    assertEquals(hex(caesar(`${-key}`).seal(caesar(`${key}`).seal(plain))), hex(plain));
  }));
});

Deno.test("caesar opens in place", () => {
  const bytes = bytesOf("def");
  assertStrictEquals(caesar("3").open(bytes), bytes);
});
