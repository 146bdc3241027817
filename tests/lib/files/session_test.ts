import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { LISTING_ENTRIES } from "../../../lib/base/limits.ts";
import { FileService } from "../../../lib/files/service.ts";
import { FileSession, sendFile } from "../../../lib/files/session.ts";
import { Connection } from "../../../lib/net/connection.ts";
import type { Dialect } from "../../../lib/wire/dialect.ts";
import { makeCipher } from "../../../lib/wire/ciphers/mod.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { ScriptedSocket } from "../../support/sockets.ts";
import { FileServer, MIB, patterned, rootOf } from "../../support/transfer.ts";

/** What a session answers to these payloads over a dialect: its answer, and what it wrote. */
async function answers(
  files: Record<string, string>,
  payloads: string[],
  { dialect = "text" as Dialect, dropbox = false } = {},
) {
  await using folder = await Folder.make(files);
  await using service = await FileService.open(folder.path, { dropbox, log: () => {} });
  const socket = new ScriptedSocket();
  using conn = new Connection(socket);
  conn.speak(dialect);
  await using session = new FileSession(conn, service);
  const stays = await session.answer(payloads.map(bytesOf), "Ada");
  return { stays, said: new TextDecoder().decode(concat(socket.writes)) };
}

Deno.test("over text a client lists and gets by bare words, and leaves with exit", async () => {
  const files = { "a.txt": "A", "sub/b b.txt": "BB" };
  const cases: [typed: string, said: string][] = [
    ["list", "a.txt\nsub/\n"],
    ["/list sub", "sub/b b.txt\n"],
    ["LIST nowhere", "Folder not found.\n"],
    ["get a.txt", "AEOF"],
    ["/get sub/b b.txt", "BBEOF"],
    ["get nowhere", "File not found.\n"],
    ["hello", "Commands: list [FOLDER], get FILE, exit\n"],
  ];
  for (const [typed, said] of cases) {
    assertEquals(await answers(files, [typed]), { stays: true, said });
  }
  assertEquals(await answers({}, ["list"]), { stays: true, said: "No files\n" });
  for (const exit of ["exit", "/exit", "EXIT"]) {
    assertEquals(await answers(files, ["get a.txt", exit, "list"]), { stays: false, said: "AEOF" });
  }
});

Deno.test("over json no file is sent, and it is told", async () => {
  const request = JSON.stringify({
    username: "Ada",
    timestamp: 1,
    message: bytesOf("get a.txt").toBase64(),
  });
  const { said } = await answers({ "a.txt": "A" }, [request], { dialect: "json" });
  const text = new TextDecoder().decode(Uint8Array.fromBase64(JSON.parse(said).message));
  assertEquals(text, "Cannot send a file over json: use the native dialect");
});

Deno.test("a folder of many entries is listed in several messages", async () => {
  for (const count of [0, 1, LISTING_ENTRIES, LISTING_ENTRIES + 1, 2 * LISTING_ENTRIES + 5]) {
    const names = Array.from({ length: count }, (_, i) => `f${1000 + i}`);
    await using server = await FileServer.make(Object.fromEntries(names.map((n) => [n, n])));
    const client = await server.connect();
    await client.send({ type: "command", name: "list", argument: "", id: 9 });
    const sizes: number[] = [], listed: string[] = [];
    for (let more = true; more;) {
      const answer = await client.answer(9);
      assert(answer.type === "listing");
      sizes.push(answer.entries.length);
      listed.push(...answer.entries.map(({ name }) => name));
      more = answer.more;
    }
    assertEquals(listed, names);
    const whole = Math.max(0, Math.ceil(count / LISTING_ENTRIES) - 1);
    assertEquals(sizes, [
      ...Array.from({ length: whole }, () => LISTING_ENTRIES),
      count - whole * LISTING_ENTRIES,
    ]);
  }
});

Deno.test("a native list without a number is answered in words", async () => {
  await using server = await FileServer.make({ "a.txt": "A" });
  const client = await server.connect();
  await client.send({ type: "command", name: "list", argument: "" });
  const [reply] = (await client.conn.receive())!.map(decodeNative);
  assertEquals(reply, { type: "reply", text: "a.txt" });
});

Deno.test("what is not there, and what a client does not send, is answered by its number", async () => {
  await using server = await FileServer.make({ "a.txt": "A" });
  const client = await server.connect("Ada");
  const cases: [message: Message, text: string][] = [
    [{ type: "command", name: "get", argument: "nowhere", id: 1 }, "File not found."],
    [{ type: "command", name: "list", argument: "a.txt", id: 1 }, "Folder not found."],
    [
      { type: "put", id: 1, name: "b.txt", size: 1 },
      "this server takes no files (it was started without --writable)",
    ],
    [{ type: "saved", id: 1, name: "x" }, 'a client does not send "saved" here'],
    [{ type: "error", id: 1, text: "x" }, "given up"],
    [
      { type: "command", name: "get", argument: "a.txt", id: 1, from: 1, hash: "", strict: true },
      "Cannot go on with the file: what is there already is something else",
    ],
  ];
  for (const [message, text] of cases) {
    await client.send(message);
    assertEquals(await client.answer(1), { type: "error", id: 1, text });
  }
  assertEquals(server.folder.names(), ["a.txt"]);
});

Deno.test("pieces of a transfer that nobody knows are passed over", async () => {
  await using server = await FileServer.make({ "a.txt": "A" }, { writable: true });
  const client = await server.connect("Ada");
  await client.send({ type: "file", id: 7, name: "x", size: 1, from: 0 });
  await client.send({ type: "block", id: 7, bytes: new Uint8Array(1) });
  await client.send({ type: "end", id: 7, hash: "" });
  assertEquals((await client.list("")).map(({ name }) => name), ["a.txt"]);
  assertEquals(server.folder.names(), ["a.txt"]);
});

Deno.test("a file that is asked for with what is there goes on behind it", async () => {
  const content = patterned(2 * MIB + 5);
  await using server = await FileServer.make({ "a.bin": content });
  const client = await server.connect();
  const hash = rootOf(content.subarray(0, 2 * MIB));
  await client.send({ type: "command", name: "get", argument: "a.bin", id: 3, from: 2, hash });
  const head = await client.answer(3), block = await client.answer(3);
  assert(head.type === "file" && block.type === "block");
  assertEquals([head.from, block.bytes.length], [2, 5]);
  assertEquals(await client.answer(3), { type: "end", id: 3, hash: rootOf(content) });
});

Deno.test("a dropbox neither lists nor sends, over any dialect", async () => {
  const files = { "Bob/a.txt": "A" };
  for (const typed of ["list", "list Bob", "get Bob/a.txt"]) {
    const { said } = await answers(files, [typed], { dropbox: true });
    assertEquals(said, "this server takes files and shows none\n");
  }
  assertEquals((await answers(files, ["help"], { dropbox: true })).said, "Commands: exit\n");
  await using server = await FileServer.make(files, { dropbox: true });
  const client = await server.connect("Ada");
  await client.send({ type: "command", name: "get", argument: "Bob/a.txt", id: 1 });
  const text = "this server takes files and shows none";
  assertEquals(await client.answer(1), { type: "error", id: 1, text });
  await assertRejects(() => client.list("Bob"), Failure, text);
});

Deno.test("what cannot go, or is not there, is told before anything is sent", async () => {
  await using folder = await Folder.make({ "a.txt": "A" });
  await using service = await FileService.open(folder.path, { log: () => {} });
  const cases: [Dialect, "none" | "caesar", string, string][] = [
    ["native", "none", "b.txt", "File not found."],
    ["text", "none", "../a.txt", "File not found."],
    ["json", "none", "a.txt", "Cannot send a file over json: use the native dialect"],
    [
      "text",
      "caesar",
      "a.txt",
      "Cannot send a file over text under a cipher: use the native dialect",
    ],
  ];
  for (const [dialect, cipher, argument, reason] of cases) {
    const socket = new ScriptedSocket();
    using conn = new Connection(socket);
    conn.speak(dialect);
    conn.cipher = makeCipher(cipher, "1");
    const send = () => sendFile(conn, service.share, { type: "command", name: "get", argument });
    const error = await assertRejects(send, ProtocolError);
    assertEquals([error.message, socket.writes.length], [reason, 0]);
  }
  assertEquals(folder.open(), []);
});
