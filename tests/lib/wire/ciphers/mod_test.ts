import { assert, assertEquals, assertNotMatch, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../../lib/base/errors.ts";
import { CIPHER_NAMES, isCipherName, makeCipher } from "../../../../lib/wire/ciphers/mod.ts";
import { bytesOf, hex } from "../../../support/feed.ts";

const MADE_HERE = ["none", "caesar", "vigenere", "xor"] as const;

Deno.test("a cipher is made by its name, and bears it", () => {
  assertEquals(CIPHER_NAMES, [...MADE_HERE, "aes-gcm"]);
  const keys = { none: undefined, caesar: "3", vigenere: "LEMON", xor: "secret" };
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const name of MADE_HERE) {
    const cipher = makeCipher(name, keys[name]);
    assertEquals([cipher.name, cipher.records, cipher.binary], [name, false, name === "xor"]);
    assertEquals(hex(cipher.open(cipher.seal(all.slice()))), hex(all));
  }
});

Deno.test("what a text cipher seals of one line is one line", () => {
  const line = Uint8Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 10);
  for (const cipher of [makeCipher("caesar", "11"), makeCipher("vigenere", "KEY")]) {
    assert(!cipher.seal(line).includes(10));
  }
});

Deno.test("only the names of ciphers that can be chosen are names of ciphers", () => {
  for (const name of CIPHER_NAMES) assert(isCipherName(name));
  for (const name of ["", "AES-GCM", "Caesar", "aes", "rot13", "toString", "chacha20-poly1305"]) {
    assert(!isCipherName(name));
  }
});

Deno.test("none needs no key and passes what it gets", () => {
  const bytes = bytesOf("as it is");
  const none = makeCipher("none", undefined);
  assert(none.seal(bytes) === bytes && none.open(bytes) === bytes);
});

Deno.test("a missing key is a usage error that says where to give it", () => {
  for (const name of ["caesar", "vigenere", "xor"] as const) {
    const failure = assertThrows(() => makeCipher(name, undefined), Failure);
    assertEquals(failure.exit, Exit.usage);
    assertEquals(
      failure.line,
      `Cannot use the cipher ${name}: it needs a key (give --key, --key-file or LABWIRE_KEY)`,
    );
  }
});

Deno.test("an unfit key is not shown", () => {
  for (const name of ["caesar", "vigenere"] as const) {
    assertNotMatch(assertThrows(() => makeCipher(name, "8472.5"), Failure).line, /8472/);
  }
});

Deno.test("the door to the ciphers does not load node:crypto", async () => {
  const door = new URL("../../../../lib/wire/ciphers/mod.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), { args: ["info", "--json", door.href] });
  const { stdout } = await child.output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const specifiers: string[] = modules.map((module: { specifier: string }) => module.specifier);
  assert(specifiers.some((specifier) => specifier.endsWith("/vigenere.ts")));
  assertEquals(specifiers.filter((specifier) => specifier.includes("crypto")), []);
});
