import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { createCipheriv, hkdfSync } from "node:crypto";
import { RECORD_BYTES } from "../../../../lib/base/limits.ts";
import { chaCha20Poly1305 } from "../../../../lib/wire/ciphers/chacha20_poly1305.ts";
import type { Cipher } from "../../../../lib/wire/ciphers/cipher.ts";
import { bytesOf } from "../../../support/feed.ts";
import { assertDoesNotOpen } from "../../../support/records.ts";

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const CONTEXT = new Uint8Array(32).fill(0xc0);

/** The two sides of one connection. */
function pair({ key = KEY, context = CONTEXT } = {}): { client: Cipher; server: Cipher } {
  return {
    client: chaCha20Poly1305({ key, context, role: "client" }),
    server: chaCha20Poly1305({ key, context, role: "server" }),
  };
}

Deno.test("chacha20-poly1305 makes the records that Python's cryptography makes", () => {
  // HKDF(SHA256(), 44, context, info).derive(key); ChaCha20Poly1305(k).encrypt(iv XOR count, plain, None)
  const { client, server } = pair();
  const plain = bytesOf("hello");
  assertEquals(client.seal(plain).toHex(), "656bcac10422d50212d47fc0729f81226571eeeff4");
  assertEquals(client.seal(plain).toHex(), "d4ca4b25b577920a2debcc947685f9d66e51144f31");
  assertEquals(client.seal(new Uint8Array(0)).toHex(), "4f0f7fbcc4612a52150f84d460f2680c");
  assertEquals(server.seal(plain).toHex(), "5c0a6ce3145570485003800d3ad5957a165bafd960");
});

Deno.test("node:crypto seals here as in section 2.8.2 of RFC 8439", () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
  const nonce = Uint8Array.fromHex("070000004041424344454647");
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  const text = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for " +
    "the future, sunscreen would be it.";
  cipher.setAAD(Uint8Array.fromHex("50515253c0c1c2c3c4c5c6c7"), { plaintextLength: text.length });
  const sealed = cipher.update(bytesOf(text));
  cipher.final();
  assertEquals(sealed.subarray(0, 16).toString("hex"), "d31a8d34648e60db7b86afbc53ef7ec2");
  assertEquals(cipher.getAuthTag().toString("hex"), "1ae10b594f09e26a7e902ecbd0600691");
});

Deno.test("chacha20-poly1305 counts its records beyond 16 bits", () => {
  const { client } = pair();
  for (let count = 0; count < 70_000; count++) client.seal(new Uint8Array(0));
  const record = client.seal(bytesOf("record 70000"));
  const info = "labwire chacha20-poly1305 client to server";
  const material = new Uint8Array(hkdfSync("sha256", KEY, CONTEXT, info, 44));
  const nonce = material.slice(32);
  new DataView(nonce.buffer).setUint32(8, new DataView(nonce.buffer).getUint32(8) ^ 70_000);
  const cipher = createCipheriv("chacha20-poly1305", material.slice(0, 32), nonce, {
    authTagLength: 16,
  });
  const sealed = cipher.update(bytesOf("record 70000")).toString("hex");
  cipher.final();
  assertEquals(record.toHex(), sealed + cipher.getAuthTag().toString("hex"));
});

Deno.test("chacha20-poly1305 records of any size open in order, in both directions at once", () => {
  const { client, server } = pair();
  fc.assert(fc.property(fc.boolean(), fc.uint8Array({ maxLength: 5000 }), (up, plain) => {
    const before = plain.toHex();
    const [from, to] = up ? [client, server] : [server, client];
    const record = from.seal(plain);
    assertEquals(record.length, plain.length + 16);
    assertEquals(plain.toHex(), before, "seal leaves the plain text alone");
    const opened = to.open(record);
    assertEquals(opened.constructor, Uint8Array, "no Buffer, whose slice shares memory");
    assertEquals(opened.toHex(), before);
  }));
});

Deno.test("chacha20-poly1305 opens the longest record, and each length around its blocks", () => {
  const { client, server } = pair();
  for (let length = 0; length <= 200; length++) {
    const plain = new Uint8Array(length).fill(length);
    assertEquals(server.open(client.seal(plain)).toHex(), plain.toHex());
  }
  const longest = new Uint8Array(RECORD_BYTES - 16).fill(0x61);
  assertEquals(server.open(client.seal(longest)).every((byte) => byte === 0x61), true);
});

Deno.test("a chacha20-poly1305 record does not open under another key or in another context", () => {
  const record = pair().client.seal(bytesOf("hello"));
  const others = [{ key: KEY.toReversed() }, { context: CONTEXT.with(31, 0) }];
  for (const other of others) {
    const { client, server } = pair(other);
    assertNotEquals(client.seal(bytesOf("hello")).toHex(), record.toHex());
    assertDoesNotOpen(server, record);
  }
});

Deno.test("chacha20-poly1305 says what it is", () => {
  const { client } = pair();
  assertEquals([client.name, client.binary, client.records], ["chacha20-poly1305", true, true]);
});
