import { assertEquals, assertNotEquals } from "@std/assert";
import { aesGcm, RANDOM_BYTES } from "../../../../lib/wire/ciphers/aes_gcm.ts";
import { chaCha20Poly1305 } from "../../../../lib/wire/ciphers/chacha20_poly1305.ts";
import type { Cipher } from "../../../../lib/wire/ciphers/cipher.ts";
import { bytesOf } from "../../../support/feed.ts";
import { assertDoesNotOpen } from "../../../support/records.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const RANDOMS = {
  clientRandom: new Uint8Array(RANDOM_BYTES).fill(0xc1),
  serverRandom: new Uint8Array(RANDOM_BYTES).fill(0x5e),
};

/** Both sides of a connection, under each record cipher. */
const PAIRS: Record<string, () => { client: Cipher; server: Cipher }> = {
  "aes-gcm": () => ({
    client: aesGcm(KEY, { ...RANDOMS, role: "client" }),
    server: aesGcm(KEY, { ...RANDOMS, role: "server" }),
  }),
  "chacha20-poly1305": () => ({
    client: chaCha20Poly1305({ key: KEY, context: KEY, role: "client" }),
    server: chaCha20Poly1305({ key: KEY, context: KEY, role: "server" }),
  }),
};

for (const [name, pair] of Object.entries(PAIRS)) {
  Deno.test(`a record of ${name} with any bit changed does not open`, () => {
    const length = pair().client.seal(bytesOf("hello")).length;
    for (let bit = 0; bit < length * 8; bit++) {
      const { client, server } = pair();
      const record = client.seal(bytesOf("hello"));
      record[bit >> 3] ^= 1 << (bit & 7);
      assertDoesNotOpen(server, record);
    }
  });

  Deno.test(`a record of ${name} that is shorter or longer does not open`, () => {
    const record = pair().client.seal(bytesOf("hello"));
    for (let length = 0; length < record.length; length++) {
      assertDoesNotOpen(pair().server, record.subarray(0, length));
      assertDoesNotOpen(pair().server, record.subarray(record.length - length));
    }
    assertDoesNotOpen(pair().server, new Uint8Array([...record, 0]));
  });

  Deno.test(`a record of ${name} opens only once`, () => {
    const { client, server } = pair();
    const record = client.seal(bytesOf("pay 10"));
    server.open(record);
    assertDoesNotOpen(server, record);
  });

  Deno.test(`records of ${name} do not open in another order, or with one missing`, () => {
    const { client, server } = pair();
    const [first, second] = [client.seal(bytesOf("first")), client.seal(bytesOf("second"))];
    assertDoesNotOpen(server, second);
    assertDoesNotOpen(server, first);
  });

  Deno.test(`a record of ${name} sent back to its sender does not open`, () => {
    const { client, server } = pair();
    assertDoesNotOpen(client, client.seal(bytesOf("hello")));
    assertDoesNotOpen(server, server.seal(bytesOf("hello")));
  });

  Deno.test(`the two directions under ${name} have different keys`, () => {
    const { client, server } = pair();
    assertNotEquals(client.seal(bytesOf("hello")).toHex(), server.seal(bytesOf("hello")).toHex());
  });

  Deno.test(`after a record that does not open, ${name} opens no more, but can still tell why`, () => {
    for (const length of [15, 40]) { // too short to be tried, and tried in vain
      const { client, server } = pair();
      assertDoesNotOpen(server, new Uint8Array(length));
      assertDoesNotOpen(server, client.seal(bytesOf("first")));
      assertDoesNotOpen(server, client.seal(bytesOf("second, which is due if one was tried")));
      assertEquals(new TextDecoder().decode(client.open(server.seal(bytesOf("why")))), "why");
    }
  });
}
