import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { CONTROL_BYTES, JSON_DEPTH } from "../../../lib/base/limits.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative, parseJson } from "../../../lib/wire/native_message.ts";
import { anyText, bytesOf, hex } from "../../support/feed.ts";

const EVERY: Message[] = [
  { type: "hello", version: 1, cipher: "aes-gcm", name: "Ada", random: "AAAA" },
  { type: "hello", version: 1, cipher: "chacha20-poly1305" },
  { type: "hello", version: 1, cipher: "none" },
  { type: "hello", version: 1, cipher: "none", purpose: "files" },
  { type: "hello", version: 1, cipher: "none", purpose: "relay", ticket: "AAAA" },
  { type: "keys", salt: "AAAA", random: "AAAA" },
  {
    type: "welcome",
    version: 1,
    name: "Ada",
    mode: "chat",
    features: ["files"],
    motd: "hi\nthere",
  },
  { type: "welcome", version: 1, name: "Ada", mode: "chat", features: [] },
  { type: "refused", code: "busy", reason: "the server is busy" },
  { type: "chat", text: "Grüße 🎉\n\u0000", from: "Ada", private: true, at: 1763660747.5 },
  { type: "chat", text: "" },
  { type: "notice", text: "Ada joined" },
  { type: "reply", text: "hi ACK" },
  { type: "error", text: "File not found.", id: 7 },
  { type: "command", name: "get", argument: "a b.txt", id: 0 },
  { type: "command", name: "get", argument: "a", id: 1, from: 3, hash: "00", strict: true },
  { type: "command", name: "who", argument: "" },
  { type: "file", id: 4294967295, name: "a.txt", size: 2 ** 40, from: 0 },
  { type: "file", id: 1, name: "a", size: 5, from: 2, modified: 1.5, executable: true },
  { type: "end", id: 1, hash: "00" },
  { type: "put", id: 1, name: "sub/a.txt", size: 5, exists: "rename" },
  { type: "put", id: 1, name: "sub/", size: 0 },
  { type: "want", id: 1, from: 0, hash: "00" },
  { type: "saved", id: 1, name: "sub/a (2).txt" },
  { type: "listing", id: 1, entries: [], more: false },
  {
    type: "listing",
    id: 1,
    entries: [{ name: "sub", modified: 0 }, {
      name: "Zoë",
      size: 0,
      modified: 1763660747.5,
      executable: false,
    }],
    more: true,
  },
  { type: "offer", id: 1, name: "a.txt", size: 5, to: "all" },
  { type: "offer", id: 1, name: "a.txt", size: 5, from: "Ada" },
  { type: "offered", id: 1, number: 7, to: ["Ron", "Bob"] },
  { type: "offered", id: 1, number: 0, to: [], reason: "nobody of that name is here" },
  { type: "ticket", id: 7, ticket: "AAAA", peer: "Ron" },
  { type: "bye", code: "kicked", reason: "You were sent away" },
];

function decodeText(json: string): Message {
  return decodeNative(bytesOf(`\x01${json}`));
}

function assertRefused(payload: Uint8Array | string, message: string): void {
  const bytes = typeof payload === "string" ? bytesOf(`\x01${payload}`) : payload;
  const error = assertThrows(() => decodeNative(bytes), ProtocolError);
  assertEquals(error.message.slice(0, message.length), message);
}

Deno.test("every control message comes back as it was", () => {
  for (const message of EVERY) assertEquals(decodeNative(encodeNative(message)), message);
});

Deno.test("any text comes back as it was", () => {
  fc.assert(fc.property(anyText, (text) => {
    const message: Message = { type: "chat", text };
    assertEquals(decodeNative(encodeNative(message)), message);
  }));
});

Deno.test("a control message is a 1 and JSON", () => {
  const payload = encodeNative({ type: "notice", text: "é" });
  assertEquals(hex(payload.subarray(0, 1)), "01");
  assertEquals(new TextDecoder().decode(payload.subarray(1)), '{"type":"notice","text":"é"}');
});

Deno.test("a file block is a 2, the transfer's number and the bytes, which are not copied", () => {
  const payload = encodeNative({ type: "block", id: 0x01020304, bytes: bytesOf("Hi") });
  assertEquals(hex(payload), "02 01 02 03 04 48 69");
  const block = decodeNative(payload);
  assert(block.type === "block");
  assertEquals(block.id, 0x01020304);
  assertEquals(hex(block.bytes), "48 69");
  assert(block.bytes.buffer === payload.buffer);
  assertEquals(decodeNative(bytesOf("\x02\0\0\0\x01")), {
    ...block,
    id: 1,
    bytes: new Uint8Array(),
  });
});

Deno.test("a number of a transfer in a view is read where the view begins", () => {
  const buffer = bytesOf("xxx\x02\0\0\0\x05y");
  const block = decodeNative(buffer.subarray(3));
  assert(block.type === "block");
  assertEquals(block.id, 5);
});

Deno.test("fields that are not known are passed over", () => {
  const message = decodeText('{"type":"chat","text":"hi","colour":"red"}');
  assert(message.type === "chat");
  assertEquals(message.text, "hi");
});

Deno.test("what is no message is refused, with what is wrong", () => {
  assertRefused(new Uint8Array(), "an empty frame");
  assertRefused(bytesOf("\x03{}"), "a frame of unknown kind 3");
  assertRefused(bytesOf('{"type":"chat"}'), "a frame of unknown kind 123");
  assertRefused(bytesOf("\x02\0\0\0"), "a file block is too short");
  assertRefused("", "malformed JSON: ");
  assertRefused('{"type":"chat","text":"hi"', "malformed JSON: ");
  assertRefused('{"type":"chat","text":"hi"} ;', "malformed JSON: ");
  assertRefused("null", "a control message is not a JSON object");
  assertRefused("[]", "a control message is not a JSON object");
  assertRefused('"chat"', "a control message is not a JSON object");
  assertRefused("{}", "unknown message type: it is no text");
  assertRefused('{"type":"shout"}', 'unknown message type "shout"');
  assertRefused('{"type":"block"}', 'unknown message type "block"');
  assertRefused('{"type":"toString"}', 'unknown message type "toString"');
  assertRefused('{"type":"__proto__"}', 'unknown message type "__proto__"');
  assertRefused(new Uint8Array([1, 0x22, 0xff, 0x22]), "a message is not valid UTF-8");
  assertRefused(new Uint8Array([1, 0x22, 0xc0, 0x80, 0x22]), "a message is not valid UTF-8");
});

Deno.test("a field that is missing or of another type is named", () => {
  assertRefused('{"type":"chat"}', '"text" of "chat" must be a string');
  assertRefused('{"type":"chat","text":1}', '"text" of "chat" must be a string');
  assertRefused('{"type":"chat","text":"","from":null}', '"from" of "chat" must be a string');
  assertRefused('{"type":"chat","text":"","private":1}', '"private" of "chat" must be a boolean');
  assertRefused('{"type":"hello","version":"1","cipher":"none"}', '"version" of "hello" must be');
  assertRefused(
    '{"type":"hello","version":-1,"cipher":""}',
    '"version" of "hello" must be a number',
  );
  assertRefused('{"type":"chat","text":"","at":1e999}', '"at" of "chat" must be a number from 0');
  const welcome = '{"type":"welcome","version":1,"name":"","mode":"","features":';
  assertRefused(`${welcome}{}}`, '"features" of "welcome" must be a list');
  assertRefused(`${welcome}[1]}`, '"features" of "welcome" must be a list');
});

Deno.test("the messages of transfers need all their fields, each of its type", () => {
  const whole: Message[] = [
    { type: "file", id: 1, name: "a", size: 5, from: 0, modified: 1, executable: true },
    { type: "end", id: 1, hash: "00" },
    { type: "put", id: 1, name: "a", size: 5, exists: "replace" },
    { type: "want", id: 1, from: 0, hash: "00" },
    { type: "saved", id: 1, name: "a" },
    { type: "listing", id: 1, entries: [], more: false },
    { type: "offer", id: 1, name: "a", size: 5, to: "Ron", from: "Ada" },
    { type: "offered", id: 1, number: 7, to: [], reason: "" },
    { type: "ticket", id: 7, ticket: "A", peer: "Ron" },
  ];
  const optional = /^(file (modified|executable)|put exists|offer (to|from)|offered reason)$/;
  for (const message of whole) {
    for (const field of Object.keys(message).filter((name) => name !== "type")) {
      const told = `"${field}" of "${message.type}" must be a`;
      assertRefused(JSON.stringify({ ...message, [field]: { odd: 1 } }), told);
      const without = JSON.stringify({ ...message, [field]: undefined });
      if (optional.test(`${message.type} ${field}`)) decodeText(without);
      else assertRefused(without, told);
    }
  }
});

Deno.test("numbers of a transfer are never negative", () => {
  assertRefused('{"type":"file","id":-1,"name":"","size":0,"from":0}', '"id" of "file" must be');
  assertRefused('{"type":"file","id":1,"name":"","size":-5,"from":0}', '"size" of "file" must be');
  assertRefused('{"type":"want","id":1,"from":-1,"hash":""}', '"from" of "want" must be');
});

Deno.test("every entry of a listing is looked at", () => {
  const listing = (entries: string) =>
    `{"type":"listing","id":1,"more":false,"entries":${entries}}`;
  const good = '{"name":"a","modified":0}';
  for (const entries of ["{}", '"a"', "[1]", "[null]", '["a"]', `[${good},null]`]) {
    assertRefused(listing(entries), '"entries" of "listing" must be a');
  }
  const bad: [entry: string, field: string][] = [
    ["{}", "name"],
    ["[]", "name"],
    ['{"name":1,"modified":0}', "name"],
    ['{"name":"a"}', "modified"],
    ['{"name":"a","modified":-1}', "modified"],
    ['{"name":"a","modified":0,"size":"5"}', "size"],
    ['{"name":"a","modified":0,"size":null}', "size"],
    ['{"name":"a","modified":0,"executable":1}', "executable"],
  ];
  for (const [entry, field] of bad) {
    assertRefused(listing(`[${good},${entry}]`), `"${field}" of "listing" must be a`);
  }
});

Deno.test("a control message may be as long as its limit, and no longer", () => {
  const rest = encodeNative({ type: "chat", text: "" }).length;
  const fits = encodeNative({ type: "chat", text: "a".repeat(CONTROL_BYTES - rest) });
  assertEquals(decodeNative(fits).type, "chat");
  const over = encodeNative({ type: "chat", text: "a".repeat(CONTROL_BYTES - rest + 1) });
  assertRefused(over, `a control message is over the limit of ${CONTROL_BYTES} bytes`);
});

Deno.test("JSON may nest as deep as its limit, and no deeper", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assert(Array.isArray(parseJson(nested(JSON_DEPTH))));
  const limited = `JSON nested deeper than ${JSON_DEPTH}`;
  assertThrows(() => parseJson(nested(JSON_DEPTH + 1)), ProtocolError, limited);
  assertThrows(() => parseJson('{"a":'.repeat(JSON_DEPTH + 1)), ProtocolError, limited);
  assertThrows(() => parseJson("[".repeat(1_000_000)), ProtocolError, limited);
});

Deno.test("brackets and escaped quotes within strings do not count as depth", () => {
  const text = `\\"${"[{".repeat(JSON_DEPTH)}`;
  assertEquals(parseJson(JSON.stringify([text, "]"])), [text, "]"]);
  assertEquals(parseJson("[" + "[],".repeat(JSON_DEPTH * 2) + "[]]") instanceof Array, true);
});

Deno.test("JSON that names a prototype changes none", () => {
  decodeText('{"type":"chat","text":"hi","__proto__":{"polluted":true}}');
  assertEquals(({} as Record<string, unknown>).polluted, undefined);
});
