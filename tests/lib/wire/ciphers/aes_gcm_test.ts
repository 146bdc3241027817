import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Exit, Failure } from "../../../../lib/base/errors.ts";
import { RECORD_BYTES } from "../../../../lib/base/limits.ts";
import {
  aesGcm,
  deriveMaster,
  RANDOM_BYTES,
  SALT_BYTES,
} from "../../../../lib/wire/ciphers/aes_gcm.ts";
import type { Cipher } from "../../../../lib/wire/ciphers/cipher.ts";
import { bytesOf, hex } from "../../../support/feed.ts";
import { assertDoesNotOpen } from "../../../support/records.ts";

const MASTER = Uint8Array.from({ length: 32 }, (_, i) => i);
const CLIENT_RANDOM = new Uint8Array(RANDOM_BYTES).fill(0xc1);
const SERVER_RANDOM = new Uint8Array(RANDOM_BYTES).fill(0x5e);

/** The two sides of one connection. */
function pair({
  master = MASTER,
  clientRandom = CLIENT_RANDOM,
  serverRandom = SERVER_RANDOM,
} = {}): { client: Cipher; server: Cipher } {
  const client = aesGcm(master, { clientRandom, serverRandom, role: "client" });
  const server = aesGcm(master, { clientRandom, serverRandom, role: "server" });
  return { client, server };
}

function compact(bytes: Uint8Array): string {
  return hex(bytes).replaceAll(" ", "");
}

Deno.test("aes-gcm makes the records that Python's cryptography makes", () => {
  // HKDF(SHA256, 44, salt, info).derive(master); AESGCM(key).encrypt(iv XOR count, plain, None)
  const { client, server } = pair();
  const plain = bytesOf("hello");
  assertEquals(compact(client.seal(plain)), "ea80287e3cb02df45bf8726333e1983b05d0e9aa37");
  assertEquals(compact(client.seal(plain)), "f18c608d6e1b7347b86834c4c8d01c1fcf0e32f387");
  assertEquals(compact(client.seal(new Uint8Array(0))), "e307e037b65f3178ab4e355e7c87ce46");
  assertEquals(compact(server.seal(plain)), "f85fa1b09d0f5e92a45e1cb09cca1a0936bed1858a");
});

Deno.test("WebCrypto opens an aes-gcm record far beyond the first", async () => {
  const { client } = pair();
  for (let count = 0; count < 70_000; count++) client.seal(new Uint8Array(0));
  const record = client.seal(bytesOf("record 70000, beyond 16 bits"));
  const ikm = await crypto.subtle.importKey("raw", MASTER, "HKDF", false, ["deriveBits"]);
  const salt = new Uint8Array([...CLIENT_RANDOM, ...SERVER_RANDOM]);
  const info = bytesOf("labwire aes-gcm client to server").slice();
  const hkdf = { name: "HKDF", hash: "SHA-256", salt, info };
  const material = new Uint8Array(await crypto.subtle.deriveBits(hkdf, ikm, 44 * 8));
  const key = await crypto.subtle.importKey("raw", material.slice(0, 32), "AES-GCM", false, [
    "decrypt",
  ]);
  const iv = material.slice(32);
  new DataView(iv.buffer).setUint32(8, new DataView(iv.buffer).getUint32(8) ^ 70_000);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, record.slice());
  assertEquals(new TextDecoder().decode(opened), "record 70000, beyond 16 bits");
});

Deno.test("aes-gcm records open in order, in both directions at once", () => {
  const { client, server } = pair();
  fc.assert(fc.property(fc.boolean(), fc.uint8Array({ maxLength: 100 }), (up, plain) => {
    const before = hex(plain);
    const [from, to] = up ? [client, server] : [server, client];
    const record = from.seal(plain);
    assertEquals(record.length, plain.length + 16);
    assertEquals(hex(plain), before, "seal leaves the plain text alone");
    assertEquals(hex(to.open(record)), before);
  }));
});

Deno.test("aes-gcm opens what it sealed for all 256 byte values and any length", () => {
  const { client, server } = pair();
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let length = 0; length <= 256; length++) {
    const plain = all.subarray(0, length);
    const opened = server.open(client.seal(plain));
    assertEquals(opened.constructor, Uint8Array, "no Buffer, whose slice shares memory");
    assertEquals(hex(opened), hex(plain));
  }
  const longest = new Uint8Array(RECORD_BYTES - 16).fill(0x61);
  assertEquals(server.open(client.seal(longest)).every((byte) => byte === 0x61), true);
});

Deno.test("an aes-gcm record does not open under another master secret", () => {
  const record = pair().client.seal(bytesOf("hello"));
  const { server } = pair({ master: MASTER.map((byte) => byte ^ 1) });
  assertDoesNotOpen(server, record);
});

Deno.test("two connections under one master secret have different keys", () => {
  const record = pair().client.seal(bytesOf("hello"));
  const other = new Uint8Array(RANDOM_BYTES).fill(1);
  const others = [
    pair({ clientRandom: other }),
    pair({ serverRandom: other }),
    pair({ clientRandom: SERVER_RANDOM, serverRandom: CLIENT_RANDOM }),
  ];
  for (const { client, server } of others) {
    assertNotEquals(hex(client.seal(bytesOf("hello"))), hex(record));
    assertDoesNotOpen(server, record);
  }
});

Deno.test("aes-gcm says what it is, and takes only randoms of 32 bytes", () => {
  const { client } = pair();
  assertEquals([client.name, client.binary, client.records], ["aes-gcm", true, true]);
  for (const short of [{ clientRandom: new Uint8Array(31) }, { serverRandom: new Uint8Array(0) }]) {
    assertThrows(() => pair(short), RangeError, "Cannot derive keys: a random has");
  }
});

Deno.test("a master secret is what Python's hashlib.scrypt gives", () => {
  const salt = Uint8Array.from({ length: SALT_BYTES }, (_, i) => i);
  const master = deriveMaster("pässword", salt);
  assertEquals(compact(master), "0d2ea2b94eb6941772fd4216c76a02445e473c07d86e5182117d42379daa9256");
  assertNotEquals(compact(deriveMaster("pässword", salt.toReversed())), compact(master));
});

Deno.test("an empty passphrase is a usage error", () => {
  const failure = assertThrows(() => deriveMaster("", new Uint8Array(SALT_BYTES)), Failure);
  assertEquals(failure.exit, Exit.usage);
  assertEquals(
    failure.line,
    "Cannot use the passphrase with aes-gcm: it is empty " +
      "(give --key, --key-file or LABWIRE_KEY)",
  );
});
