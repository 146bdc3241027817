import { assert, assertEquals, assertRejects } from "@std/assert";
import { OUTBOX_BYTES } from "../../../lib/base/limits.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Outbox } from "../../../lib/net/outbox.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import { bytesOf } from "../../support/feed.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

const decoder = new TextDecoder();

function setUp(paceMs = 0) {
  const socket = new ScriptedSocket();
  const conn = new Connection(socket);
  conn.speak("text");
  const texts = () => socket.writes.map((chunk) => decoder.decode(chunk));
  return { socket, conn, texts, outbox: new Outbox(conn, paceMs) };
}

Deno.test("what piles up during a write leaves in one write", async () => {
  const { socket, conn, outbox, texts } = setUp();
  using _conn = conn;
  const gate = Promise.withResolvers<void>();
  socket.gate = gate.promise;
  for (const word of ["one", "two", "three", "four"]) await outbox.put(bytesOf(word));
  assert(outbox.unsent);
  gate.resolve();
  await outbox.flush();
  assertEquals(texts(), ["one\n", "two\nthree\nfour\n"]);
  assert(!outbox.unsent);
});

Deno.test("with a pace each message leaves alone", async () => {
  const { conn, outbox, texts } = setUp(1);
  using _conn = conn;
  for (const word of ["one", "two", "three"]) await outbox.put(bytesOf(word));
  await outbox.flush();
  assertEquals(texts(), ["one\n", "two\n", "three\n"]);
  await outbox.put(bytesOf("four"));
  await outbox.flush();
  assertEquals(texts().length, 4);
  assert(!outbox.unsent);
});

Deno.test("an outbox that is full lets nobody put more before there is room", async () => {
  const { socket, conn, outbox } = setUp();
  using _conn = conn;
  const gate = Promise.withResolvers<void>();
  socket.gate = gate.promise;
  const half = new Uint8Array(OUTBOX_BYTES / 2);
  await outbox.put(half);
  await outbox.put(half);
  let accepted = false;
  const third = outbox.put(half).then(() => accepted = true);
  await new Promise((resolve) => setImmediate(resolve));
  assert(!accepted);
  gate.resolve();
  await third;
  assertEquals(socket.writes.length, 2);
});

Deno.test("what could not be sent is unsent for good, and every later put says so", async () => {
  const { socket, conn, outbox } = setUp();
  using _conn = conn;
  const gate = Promise.withResolvers<void>();
  socket.gate = gate.promise;
  await outbox.put(bytesOf("one"));
  const flushed = assertRejects(() => outbox.flush(), Deno.errors.ConnectionReset);
  gate.reject(new Deno.errors.ConnectionReset("gone"));
  await flushed;
  assert(outbox.unsent);
  await assertRejects(() => outbox.put(bytesOf("two")), Deno.errors.ConnectionReset);
  await assertRejects(() => outbox.flush(), Deno.errors.ConnectionReset);
});

Deno.test("nothing put is nothing to flush", async () => {
  const { conn, outbox, texts } = setUp();
  using _conn = conn;
  await outbox.flush();
  assertEquals([texts(), outbox.unsent], [[], false]);
});

Deno.test("what waits behind a write that fails is left, and so is that, unless a part was taken", async () => {
  for (const taken of [0, 2]) {
    const gate = Promise.withResolvers<void>();
    let writes = 0;
    const socket: Socket = {
      read: () => Promise.resolve(null),
      write: async () => {
        await gate.promise;
        if (writes++ === 0 && taken > 0) return taken;
        throw new Deno.errors.BrokenPipe("gone");
      },
      closeWrite: () => Promise.resolve(),
      close: () => {},
    };
    using conn = new Connection(socket);
    const outbox = new Outbox(conn, 0);
    for (const word of ["one", "two"]) await outbox.put(bytesOf(word), word);
    await outbox.put(bytesOf("nobody typed this"));
    gate.resolve();
    await assertRejects(() => outbox.flush(), Deno.errors.BrokenPipe);
    const left = taken === 0
      ? { unsent: ["one", "two"], torn: [] }
      : { unsent: ["two"], torn: ["one"] };
    assertEquals(outbox.left, left);
  }
});
