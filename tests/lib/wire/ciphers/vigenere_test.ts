import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Exit, Failure } from "../../../../lib/base/errors.ts";
import { caesar } from "../../../../lib/wire/ciphers/caesar.ts";
import { vigenere } from "../../../../lib/wire/ciphers/vigenere.ts";
import { lacks } from "../../../support/peers.ts";
import { bytesOf, hex } from "../../../support/feed.ts";

const peers = new URL("../../../peers/", import.meta.url);
const letter = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
const letters = fc.string({ unit: letter, minLength: 1, maxLength: 12 });

function sealed(key: string, text: string): string {
  return new TextDecoder().decode(vigenere(key).seal(bytesOf(text)));
}

Deno.test("vigenere gives the ciphertexts of the textbooks", () => {
  assertEquals(sealed("LEMON", "ATTACKATDAWN"), "LXFOPVEFRNHR");
  assertEquals(sealed("ABCD", "CRYPTOISSHORTFORCRYPTOGRAPHY"), "CSASTPKVSIQUTGQUCSASTPIUAQJB");
});

Deno.test("vigenere keeps case, and what is no letter uses up no letter of the key", () => {
  assertEquals(sealed("lemon", "Attack at dawn!"), "Lxfopv ef rnhr!");
  assertEquals(sealed("LEMON", "a-t.t\na 7c(k)"), "l-x.f\no 7p(v)");
  assertEquals(sealed("LEMON", "é😀aß t"), "é😀lß x");
  assertEquals(sealed("B", "[\\]^_`@{|}~ z Z"), "[\\]^_`@{|}~ a A");
});

Deno.test("vigenere ignores the case of the key and what is no letter in it", () => {
  for (const key of ["lemon", "L-e m.o,n 1", "éLEMONß", "LEMONLEMON"]) {
    assertEquals(sealed(key, "ATTACKATDAWN"), "LXFOPVEFRNHR");
  }
});

Deno.test("vigenere begins each payload with the key's first letter", () => {
  const cipher = vigenere("LEMON");
  for (let i = 0; i < 3; i++) assertEquals(hex(cipher.seal(bytesOf("ATT"))), hex(bytesOf("LXF")));
  assertEquals(cipher.seal(new Uint8Array(0)).length, 0);
});

Deno.test("vigenere refuses a key without a letter, without showing it", () => {
  for (const key of ["", " ", "1234", "é", "\u017f\u212a"]) { // long s and Kelvin fold to S and K
    const failure = assertThrows(() => vigenere(key), Failure);
    assertEquals(failure.exit, Exit.usage);
    assertEquals(failure.message, "Cannot use the key with vigenere: it holds no letter A to Z");
    assertEquals(failure.remedy, "for example --key LEMON");
  }
});

Deno.test("vigenere opens what it sealed, for any key and any bytes", () => {
  fc.assert(fc.property(letters, fc.uint8Array({ maxLength: 3000 }), (key, plain) => {
    const before = hex(plain);
    const bytes = vigenere(key).seal(plain);
    assertEquals(hex(plain), before, "seal leaves the plain text alone");
    assertEquals(hex(vigenere(key).open(bytes)), before);
  }));
});

Deno.test("vigenere opens what it sealed for all 256 byte values, each under each letter", () => {
  const plain = Uint8Array.from({ length: 53 * 256 }, (_, i) => i); // 52 letters in a round
  const cipher = vigenere("ABCDEFGHIJKLMNOPQRSTUVWXYZX");
  assertEquals(hex(cipher.open(cipher.seal(plain))), hex(plain));
});

Deno.test("vigenere keeps its place in the key over a long payload", () => {
  const key = "LEMONTREE";
  const text = "Attack at dawn, 6 sharp. ".repeat(1000);
  let used = 0;
  const slow = text.replace(/[a-z]/gi, (one) => {
    const shift = key.charCodeAt(used++ % key.length) - 65;
    return new TextDecoder().decode(caesar(`${shift}`).seal(bytesOf(one)));
  });
  assertEquals(sealed(key, text) === slow, true);
  const long = "QUICK".repeat(1000); // a key longer than the payload, too
  assertEquals(sealed(long, text) === sealed("QUICK", text), true);
});

Deno.test("vigenere opens in place", () => {
  const bytes = bytesOf("LXF");
  assertStrictEquals(vigenere("LEMON").open(bytes), bytes);
  assertEquals(hex(bytes), hex(bytesOf("ATT")));
});

Deno.test({
  name: "vigenere agrees with the course's Python program, both ways",
  ignore: lacks("python3"),
  async fn() {
    const texts = fc.string({ unit: fc.oneof(letter, fc.string({ unit: "grapheme" })) });
    const samples = fc.sample(fc.tuple(letters, texts), 300);
    const script = `
import json, sys
from vigenere import Vigenere
pairs = json.load(sys.stdin)
json.dump([[Vigenere(k).encrypt(t), Vigenere(k).decrypt(t)] for k, t in pairs], sys.stdout)`;
    const child = new Deno.Command("python3", {
      args: ["-c", script],
      cwd: peers,
      env: { PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(bytesOf(JSON.stringify(samples)));
    await writer.close();
    const { stdout } = await child.output();
    const answers: [string, string][] = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(answers.length, samples.length);
    for (const [i, [key, text]] of samples.entries()) {
      const opened = new TextDecoder().decode(vigenere(key).open(bytesOf(text)));
      assertEquals(answers[i], [sealed(key, text), opened]);
    }
  },
});
