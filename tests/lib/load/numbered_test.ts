import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { findIdentities, findIdentity, messageText, Numbered } from "../../../lib/load/numbered.ts";
import { bytesOf } from "../../support/feed.ts";

const CLIENT = fc.integer({ min: 1, max: 99_999 });
const NUMBER = fc.integer({ min: 0, max: 9_999_999_999 });
const LENGTH = fc.integer({ min: 18, max: 200 });

Deno.test("a message has its length, printable bytes, and is no palindrome", () => {
  fc.assert(fc.property(CLIENT, NUMBER, LENGTH, (client, number, length) => {
    const text = messageText(client, number, length);
    assertEquals(text.length, length);
    assert(/^[ -~]+$/.test(text));
    assertNotEquals([...text].reverse().join(""), text);
  }));
});

Deno.test("counting up shows what setting shows, either way around", () => {
  for (const reversed of [false, true]) {
    for (const from of [0, 8, 98, 199, 9999, 99_999_998]) {
      const plain = bytesOf(messageText(7, 0, 40));
      const bytes = reversed ? plain.toReversed() : plain;
      const counting = new Numbered(bytes.slice(), reversed ? 22 : 0, reversed);
      const set = new Numbered(bytes.slice(), reversed ? 22 : 0, reversed);
      counting.set(from);
      for (let number = from + 1; number < from + 20; number++) {
        counting.next();
        set.set(number);
        assertEquals([counting.bytes, counting.number], [set.bytes, number]);
        const text = messageText(7, number, 40);
        const shown = new TextDecoder().decode(set.bytes);
        assertEquals(shown, reversed ? [...text].reverse().join("") : text);
      }
    }
  }
});

Deno.test("an identity is found wherever it stands, turned around or not", () => {
  fc.assert(
    fc.property(CLIENT, NUMBER, LENGTH, fc.string(), (client, number, length, around) => {
      const text = messageText(client, number, length);
      const before = bytesOf(around).length;
      fc.pre(!/[cm;]/.test(around));
      assertEquals(findIdentities(bytesOf(around + text + around)), [
        { client, message: number, at: before },
      ]);
      const turned = bytesOf(around + [...text].reverse().join("") + around);
      assertEquals(findIdentities(turned, true), [
        { client, message: number, at: before + length - 18 },
      ]);
    }),
  );
});

Deno.test("a part of an identity, or one with a letter among its digits, is none", () => {
  const text = messageText(3, 14, 18);
  for (let cut = 0; cut < 18; cut++) {
    assertEquals(findIdentity(bytesOf(text.slice(0, cut)), 0, cut), undefined);
    const spoilt = `${text.slice(0, cut)}x${text.slice(cut + 1)}`;
    assertEquals(findIdentity(bytesOf(spoilt), 0, 18), undefined);
  }
});
