import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Exit, Failure } from "../../../../lib/base/errors.ts";
import { xor } from "../../../../lib/wire/ciphers/xor.ts";
import { bytesOf, hex } from "../../../support/feed.ts";

Deno.test("xor mixes each byte with the key's bytes in turn", () => {
  // The repeating-key example of the Cryptopals challenges (set 1, challenge 5).
  const plain = "Burning 'em, if you ain't quick and nimble\nI go crazy when I hear a cymbal";
  const sealed = hex(xor("ICE").seal(bytesOf(plain))).replaceAll(" ", "");
  assertEquals(
    sealed,
    "0b3637272a2b2e63622c2e69692a23693a2a3c6324202d623d63343c2a26226324272765272" +
      "a282b2f20430a652e2c652a3124333a653e2b2027630c692b20283165286326302e27282f",
  );
});

Deno.test("xor takes the UTF-8 bytes of the key, from the first one in each payload", () => {
  const cipher = xor("é1");
  for (let i = 0; i < 2; i++) assertEquals(hex(cipher.seal(new Uint8Array(4))), "c3 a9 31 c3");
});

Deno.test("xor needs binary frames, for it makes any byte", () => {
  assertEquals(xor("k").binary, true);
  assertEquals(hex(xor("a").seal(bytesOf("k\n"))), "0a 6b");
});

Deno.test("xor refuses an empty key", () => {
  const failure = assertThrows(() => xor(""), Failure, "Cannot use the key with xor: it is empty");
  assertEquals(failure.exit, Exit.usage);
});

Deno.test("xor opens what it sealed, for any key and any bytes", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const keys = fc.string({ unit: "grapheme", minLength: 1 });
  fc.assert(fc.property(keys, fc.oneof(fc.constant(all), fc.uint8Array()), (key, plain) => {
    const before = hex(plain);
    const sealed = xor(key).seal(plain);
    assertEquals(hex(plain), before, "seal leaves the plain text alone");
    assertEquals(hex(xor(key).open(sealed)), before);
  }));
});

Deno.test("xor opens in place", () => {
  const bytes = bytesOf("abc");
  assertStrictEquals(xor("k").open(bytes), bytes);
});
