import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Seat } from "../../../lib/chat/seat.ts";
import { Tick } from "../../../lib/chat/tick.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { vigenere } from "../../../lib/wire/ciphers/vigenere.ts";
import type { Dialect } from "../../../lib/wire/dialect.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

function seat(dialect: Dialect = "text"): Seat {
  const conn = new Connection(new ScriptedSocket());
  conn.speak(dialect);
  const record = { number: 1, name: "x", start: new Date() };
  return new Seat(conn, { cipher: none, record, origin: "", address: "", onLeave: () => {} });
}

function read(tick: Tick, receiver: Seat): string {
  return new TextDecoder().decode(tick.encode(receiver));
}

function says(from: string, text: string): Message {
  return { type: "chat", from, text };
}

Deno.test("all receivers of a dialect share the same bytes, text and raw as well", () => {
  const tick = new Tick(none);
  tick.add(says("Ada", "hi"), seat());
  const chunk = tick.encode(seat());
  assertStrictEquals(tick.encode(seat()), chunk);
  assertStrictEquals(tick.encode(seat("raw")), chunk);
  const native = tick.encode(seat("native"));
  assertStrictEquals(tick.encode(seat("native")), native);
  assert(native !== chunk);
});

Deno.test("a sender's copy leaves out what it said, and keeps the order of the rest", () => {
  const tick = new Tick(none);
  const ada = seat(), ben = seat();
  tick.add(says("Ada", "1"), ada);
  tick.add(says("Ada", "2"), ada);
  tick.add(says("Ben", "3"), ben);
  tick.add({ type: "notice", text: "4" }, null);
  tick.add(says("Ada", "5"), ada);
  assertEquals(read(tick, seat()), "Ada: 1\nAda: 2\nBen: 3\n* 4\nAda: 5\n");
  assertEquals(read(tick, ada), "Ben: 3\n* 4\n");
  assertEquals(read(tick, ben), "Ada: 1\nAda: 2\n* 4\nAda: 5\n");
});

Deno.test("a sender who spoke alone gets nothing", () => {
  const tick = new Tick(none);
  const ada = seat();
  tick.add(says("Ada", "hi"), ada);
  assertEquals(tick.encode(ada).length, 0);
});

Deno.test("what the room says ends in a newline over raw, too", () => {
  const tick = new Tick(none);
  tick.add(says("Ada", "hi"), null);
  assertEquals(read(tick, seat("raw")), "Ada: hi\n");
});

Deno.test("the bytes are sealed under the cipher that all share", () => {
  const cipher = vigenere("LEMON");
  const tick = new Tick(cipher);
  tick.add(says("Ada", "attack"), null);
  const sealed = tick.encode(seat());
  assertEquals(new TextDecoder().decode(cipher.open(sealed)), "Ada: attack\n");
});

Deno.test("a tick is about as large as what it holds", () => {
  const tick = new Tick(none);
  assertEquals(tick.size, 0);
  tick.add(says("Ada", "x".repeat(1000)), null);
  assert(tick.size >= 1000 && tick.size < 1200);
});

Deno.test("a message of many lines counts the name that each line shows", () => {
  const tick = new Tick(none);
  tick.add(says("A".repeat(32), "\n".repeat(999)), null);
  const { length } = tick.encode(seat());
  assert(length < 3 * tick.size, `${length} bytes count as ${tick.size}`);
});
