/**
 * Ciphers: what is sealed opens to what it was, and a record that was tampered with does not open.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../lib/base/errors.ts";
import { aesGcm, RANDOM_BYTES } from "../../lib/wire/ciphers/aes_gcm.ts";
import { makeCipher } from "../../lib/wire/ciphers/mod.ts";
import { pure, type Target } from "../campaign.ts";
import * as some from "../support/arbitraries.ts";
import { attemptTyped } from "../support/oracles.ts";

const MASTER = new Uint8Array(32).fill(7);
const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** What somebody on the way does with records: who gets which, and changed how. */
const delivery = fc.record({
  which: fc.nat(5),
  changes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, {
    weight: 1,
    arbitrary: fc.array(some.change, { minLength: 1, maxLength: 2 }),
  }),
});

/** See `lib/wire/ciphers/`. */
export const ciphers: Target = {
  name: "ciphers",
  checks: [
    pure(
      "classical",
      fc.constantFrom("none", "caesar", "vigenere", "xor"),
      fc.oneof(some.text(), fc.bigInt().map(String), fc.string()),
      some.bytes(3000),
      (name, key, plain) => {
        const made = attemptTyped(() => makeCipher(name, key));
        if ("declined" in made) return;
        const cipher = made.value;
        const before = plain.slice();
        const sealed = cipher.seal(plain);
        assertEquals(plain, before, "sealing changes no plain text");
        assertEquals(sealed.length, plain.length);
        if (!cipher.binary) {
          plain.forEach((byte, i) =>
            assert(byte < 0x80 || sealed[i] === byte, "UTF-8 stays UTF-8")
          );
        }
        assertEquals(cipher.open(sealed.slice()), before);
      },
    ),
    pure(
      "aes-gcm",
      fixed(RANDOM_BYTES),
      fixed(RANDOM_BYTES),
      fc.array(some.bytes(60), { maxLength: 6 }),
      fc.array(delivery, { maxLength: 8 }),
      (clientRandom, serverRandom, plains, deliveries) => {
        const randoms = { clientRandom, serverRandom };
        const client = aesGcm(MASTER, { ...randoms, role: "client" });
        const server = aesGcm(MASTER, { ...randoms, role: "server" });
        const records = plains.map((plain) => client.seal(plain));
        if (records.length === 0) return;
        let due = 0, broken = false;
        for (const { which, changes } of deliveries) {
          const record = records[which % records.length];
          const brought = some.changed(record, changes);
          const whole = brought.length === record.length &&
            brought.every((b, i) => b === record[i]);
          if (!broken && whole && which % records.length === due) {
            assertEquals(server.open(brought), plains[due++]);
          } else {
            broken = true;
            assertThrows(() => server.open(brought), ProtocolError);
          }
        }
        const answer = server.seal(plains[0]); // it still seals
        assertEquals(client.open(answer), plains[0]);
      },
    ),
  ],
};
