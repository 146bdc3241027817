import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { makeKeying } from "../../../lib/auth/keying.ts";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { CIPHER_NAMES } from "../../../lib/wire/ciphers/mod.ts";
import { bytesOf } from "../../support/feed.ts";

Deno.test("every cipher becomes a keying of its name", async () => {
  for (const name of CIPHER_NAMES) {
    const keying = await makeKeying(name, name === "caesar" ? "3" : "LEMON");
    assertEquals(keying.name, name);
    assertEquals(keying.sealing !== undefined, name === "aes-gcm");
    assertEquals(keying.cipher.records, false, "records are sealed by the greeting's cipher");
  }
});

Deno.test("a classical cipher is made at once, under its key", async () => {
  const { cipher } = await makeKeying("vigenere", "LEMON");
  assertEquals(new TextDecoder().decode(cipher.seal(bytesOf("attack"))), "lxfopv");
});

Deno.test("a key that is missing is asked for", async () => {
  for (const name of ["caesar", "vigenere", "xor", "aes-gcm"] as const) {
    for (const key of name === "aes-gcm" ? [undefined, ""] : [undefined]) {
      const error = await assertRejects(() => makeKeying(name, key), Failure);
      assertEquals([error.exit, error.remedy], [
        Exit.usage,
        "give --key, --key-file or LABWIRE_KEY",
      ]);
    }
  }
});

Deno.test("a master secret is derived once per salt", async () => {
  const { sealing } = await makeKeying("aes-gcm", "secret");
  const first = sealing!.master(sealing!.salt);
  assertStrictEquals(sealing!.master(sealing!.salt.slice()), first);
  const other = sealing!.master(new Uint8Array(16));
  assertNotEquals(other, first);
  assertEquals(sealing!.master(sealing!.salt), first);
});

Deno.test("every process draws a salt of its own", async () => {
  const [one, two] = await Promise.all([makeKeying("aes-gcm", "a"), makeKeying("aes-gcm", "a")]);
  assertNotEquals(one.sealing!.salt, two.sealing!.salt);
  assert(one.sealing!.salt.length === 16);
});
