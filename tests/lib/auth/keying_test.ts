import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { type Keying, makeKeying, makeSecret } from "../../../lib/auth/keying.ts";
import { Tries } from "../../../lib/auth/tries.ts";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { Cipher } from "../../../lib/wire/ciphers/cipher.ts";
import { CIPHER_NAMES } from "../../../lib/wire/ciphers/mod.ts";
import type { Keys } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf } from "../../support/feed.ts";
import { ADDRESS } from "../../support/terms.ts";

Deno.test("every cipher becomes a keying of its name", async () => {
  for (const name of CIPHER_NAMES) {
    const keying = await makeKeying(name, name === "caesar" ? "3" : "LEMON");
    assertEquals(keying.name, name);
    assertEquals(keying.exchange !== undefined, name === "aes-gcm");
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

/** What a server of `keying` says to a hello in clear, and what a client does with it. */
async function agree(server: Keying, client: Keying): Promise<[Cipher, Cipher, salt: string]> {
  const [a, b] = memoryPair(1000);
  using theirs = new Connection(a), ours = new Connection(b);
  for (const conn of [theirs, ours]) conn.speak("native");
  const opening = client.exchange!.opening();
  const hello = encodeNative({ type: "hello", version: 1, cipher: "aes-gcm", ...opening });
  let salt = "";
  const next = async (conn: Connection) => {
    const payload = (await conn.receive())![0].slice();
    salt = (decodeNative(payload) as Keys).salt;
    return payload;
  };
  const [sealing, opened] = await Promise.all([
    server.exchange!.asServer(ours, hello, ADDRESS, new Tries()),
    client.exchange!.asClient(theirs, hello, next),
  ]);
  return [sealing, opened, salt];
}

Deno.test("a server has one salt, and each connection keys of its own", async () => {
  const [server, client] = [await makeKeying("aes-gcm", "a"), await makeKeying("aes-gcm", "a")];
  const [one, oneOpened, salt] = await agree(server, client);
  const [other, , again] = await agree(server, client);
  assertEquals(salt, again);
  assertEquals(Uint8Array.fromBase64(salt).length, 16);
  const sealed = one.seal(bytesOf("hi"));
  assertEquals(oneOpened.open(sealed), bytesOf("hi"));
  assertNotEquals(other.seal(bytesOf("hi")), sealed);
});

Deno.test("every process draws a salt of its own", async () => {
  const [one, two] = await Promise.all([makeKeying("aes-gcm", "a"), makeKeying("aes-gcm", "a")]);
  assertNotEquals((await agree(one, two))[2], (await agree(two, one))[2]);
});

Deno.test("a secret becomes a keying of its own name, and an empty one none", async () => {
  const { name, cipher, exchange } = await makeSecret("correct horse");
  assertEquals([name, cipher.records, exchange !== undefined], ["chacha20-poly1305", false, true]);
  const error = await assertRejects(() => makeSecret(""), Failure, "Cannot use the secret");
  assertEquals(error.exit, Exit.usage);
});
