import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { FileClient, unexpected } from "../../../lib/files/client.ts";
import type { Connection } from "../../../lib/net/connection.ts";
import type { ListingEntry } from "../../../lib/wire/file_message.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf } from "../../support/feed.ts";
import { frame } from "../../support/native.ts";
import { nativePair } from "../../support/transfer.ts";

/** A client, and the other end of its connection. */
async function setUp(timeoutMs?: number) {
  const [ours, theirs] = await nativePair();
  const client = new FileClient(ours, timeoutMs);
  return {
    client,
    theirs,
    say: (...messages: Message[]) => theirs.send(messages.map(encodeNative)),
    [Symbol.dispose]() {
      client[Symbol.dispose]();
      ours.close();
      theirs.close();
    },
  };
}

async function failure(work: () => Promise<unknown>): Promise<Failure> {
  return await assertRejects(work, Failure);
}

async function heard(conn: Connection): Promise<Message[]> {
  return (await conn.receive())!.map(decodeNative);
}

Deno.test("answers are those to a number, in order, several in one batch", async () => {
  using scene = await setUp();
  await scene.say(
    { type: "end", id: 1, hash: "a" },
    { type: "saved", id: 1, name: "b" },
    { type: "error", id: 2, text: "c" },
  );
  for (const [id, type] of [[1, "end"], [1, "saved"], [2, "error"]] as const) {
    assertEquals((await scene.client.answer(id)).type, type);
  }
});

Deno.test("each transfer gets a number of its own", async () => {
  using scene = await setUp();
  const ids = Array.from({ length: 5 }, () => scene.client.newId());
  assertEquals(new Set(ids).size, 5);
});

Deno.test("what is answered out of turn, or says goodbye, ends the work", async () => {
  const cases: [message: Message, exit: number, line: string][] = [
    [{ type: "saved", id: 2, name: "" }, Exit.lost, '"saved" out of turn'],
    [{ type: "chat", text: "hi" }, Exit.lost, '"chat" out of turn'],
    [{ type: "bye", code: "shutdown", reason: "it stops" }, Exit.lost, "Cannot go on: it stops"],
    [{ type: "error", text: "no such thing" }, Exit.failed, "Cannot go on: no such thing"],
    [{ type: "error", id: 2, text: "other" }, Exit.failed, "Cannot go on: other"],
  ];
  for (const [message, exit, line] of cases) {
    using scene = await setUp();
    await scene.say(message);
    const error = await failure(() => scene.client.answer(1));
    assertEquals(error.exit, exit);
    assert(error.message.includes(line), error.message);
  }
  assertEquals(unexpected({ type: "chat", text: "" }).exit, Exit.lost);
});

Deno.test("a connection that is lost, or breaks the rules, is told with what to do", async () => {
  const ends: ((conn: Connection) => Promise<void>)[] = [
    (conn) => Promise.resolve(conn.close()),
    (conn) => conn.closeWrite(),
    (conn) => conn.write(frame(bytesOf("\x09"))),
    (conn) => conn.write(new Uint8Array(4).fill(255)),
    (conn) => conn.write(frame(bytesOf('\x01{"type":"file","id":1}'))),
  ];
  for (const end of ends) {
    using scene = await setUp();
    await end(scene.theirs);
    const error = await failure(() => scene.client.answer(1));
    assertEquals([error.exit, error.message.startsWith("Cannot ")], [Exit.lost, true]);
  }
});

Deno.test("a connection on which nothing moves is given up", async () => {
  using scene = await setUp(20);
  const error = await failure(() => scene.client.answer(1));
  assertEquals([error.exit, error.message], [
    Exit.timedOut,
    "Cannot go on: nothing moved for too long",
  ]);
});

Deno.test("errors of other kinds stay what they are", async () => {
  using scene = await setUp();
  const mistake = new TypeError("a mistake");
  const error = await assertRejects(() => scene.client.attempt(() => Promise.reject(mistake)));
  assert(error === mistake);
  const own = new Failure("Cannot save", Exit.failed);
  assert(await assertRejects(() => scene.client.attempt(() => Promise.reject(own))) === own);
  const broken = () => scene.client.attempt(() => Promise.reject(new ProtocolError("x")));
  assertEquals((await failure(broken)).exit, Exit.lost);
});

Deno.test("a listing comes in as many messages as it takes", async () => {
  using scene = await setUp();
  const entries = (...names: string[]): ListingEntry[] =>
    names.map((name) => ({ name, modified: 0 }));
  const answer = async () => {
    const [message] = await heard(scene.theirs);
    assert(message.type === "command");
    assertEquals([message.name, message.argument], ["list", "sub/ü"]);
    const id = message.id!;
    await scene.say(
      { type: "listing", id, entries: entries("a", "b"), more: true },
      { type: "listing", id, entries: [], more: true },
      { type: "listing", id, entries: entries("c"), more: false },
    );
  };
  const [listed] = await Promise.all([scene.client.list("sub/ü"), answer()]);
  assertEquals(listed.map(({ name }) => name), ["a", "b", "c"]);
});

Deno.test("a folder that is not there, or an answer that is no listing, is told", async () => {
  const cases: [message: Message, exit: number][] = [
    [{ type: "error", id: 1, text: "Folder not found." }, Exit.failed],
    [{ type: "saved", id: 1, name: "" }, Exit.lost],
  ];
  for (const [message, exit] of cases) {
    using scene = await setUp();
    await scene.say(message);
    assertEquals((await failure(() => scene.client.list("x"))).exit, exit);
  }
});
