/**
 * Messages: whatever JSON a peer writes is a message or declined, and good ones arrive as they were.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { CIPHER_NAMES, makeCipher } from "../../lib/wire/ciphers/mod.ts";
import { type Dialect, DIALECTS, framingOf, writeMessage } from "../../lib/wire/dialect.ts";
import { decodeJson, encodeJson } from "../../lib/wire/json_message.ts";
import type { Message } from "../../lib/wire/message.ts";
import { decodeNative, encodeNative, FIELDS, type Fields } from "../../lib/wire/native_message.ts";
import { packMessages, roughSize } from "../../lib/wire/pack.ts";
import { feed } from "../../tests/support/feed.ts";
import { pure, type Target } from "../campaign.ts";
import * as some from "../support/arbitraries.ts";
import { assertUntouched, attempt, HARM } from "../support/oracles.ts";

const changes = fc.oneof(fc.constant([]), fc.array(some.change, { maxLength: 3 }));

/** Asserts that a message has what its table says, by names of its own. */
function assertShape(message: Message): void {
  if (message.type === "block") return assert(message.bytes instanceof Uint8Array);
  assert(Object.hasOwn(FIELDS, message.type), message.type);
  const values = message as unknown as Record<string, unknown>;
  for (const [name, rule] of Object.entries(FIELDS[message.type] as Fields)) {
    if (!Object.hasOwn(values, name)) {
      assert(rule.endsWith("?"), `${name} is missing`);
      continue;
    }
    const value = values[name];
    if (rule.startsWith("list") || rule.startsWith("entries")) assert(Array.isArray(value), name);
    else assertEquals(typeof value, rule.replace("?", ""), name);
    if (typeof value === "number") assert(value >= 0 && value < Infinity, name);
  }
}

/** See {@linkcode messages}. */
function written(dialect: Dialect, message: Message): void {
  const packed = attempt(() => packMessages(dialect, [message], makeCipher("none", ""), 1));
  if ("declined" in packed) return;
  assert(roughSize(message) > 0);
  const payloads = feed(framingOf(dialect, { client: true }), [packed.value]);
  if (dialect === "native") {
    return assertEquals(attempt(() => decodeNative(payloads[0])), { value: message });
  }
  if (dialect === "json") return payloads.forEach((payload) => assertShape(decodeJson(payload)));
  const text = new TextDecoder("utf-8", { fatal: true }).decode(packed.value);
  assert(!HARM.test(text), JSON.stringify(text));
  if (dialect === "text") {
    const lines = writeMessage(dialect, message, 1).map((line) => new TextDecoder().decode(line));
    assertEquals(text, lines.map((line) => `${line}\n`).join(""));
  }
}

/** Messages in the dialects that have a form for them. */
export const messages: Target = {
  name: "messages",
  checks: [
    pure("native", some.almostMessage, changes, (json, changes) => {
      const payload = some.changed(new TextEncoder().encode(`\x01${json}`), changes);
      const decoded = attempt(() => decodeNative(payload));
      if ("value" in decoded) {
        assertShape(decoded.value);
        const again = encodeNative(decoded.value);
        assertEquals(encodeNative(decodeNative(again)), again);
      }
      assertUntouched();
    }),
    pure("bytes", some.bytes(80), (payload) => {
      const decoded = attempt(() => decodeNative(payload));
      if ("value" in decoded) assertShape(decoded.value);
      attempt(() => decodeJson(payload));
    }),
    pure("round-trip", some.message, (message) => {
      const decoded = decodeNative(encodeNative(message));
      assertShape(decoded);
      assertEquals(decoded, message);
    }),
    pure("json", some.almostJson, changes, (json, changes) => {
      const payload = some.changed(new TextEncoder().encode(json), changes);
      const decoded = attempt(() => decodeJson(payload));
      if ("value" in decoded) assertShape(decoded.value);
      assertUntouched();
    }),
    pure(
      "json-round-trip",
      some.text(),
      some.text(),
      fc.double({ min: 0, max: 1e300, noNaN: true }),
      (
        from,
        text,
        at,
      ) => {
        const decoded = decodeJson(encodeJson(from, text, at));
        assertEquals(decoded, { type: "chat", from, text: text.toWellFormed(), at: at + 0 });
      },
    ),
    pure("written", fc.constantFrom(...DIALECTS), some.message, written),
    pure("keys", fc.constantFrom(...CIPHER_NAMES), some.message, (name, message) => {
      if (name === "aes-gcm") return;
      const cipher = makeCipher(name, "LEMON 3".slice(name === "caesar" ? 6 : 0));
      const payload = encodeNative(message);
      assertEquals(decodeNative(cipher.open(cipher.seal(payload))), message);
    }),
  ],
};
