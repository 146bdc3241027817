import { assert, assertEquals } from "@std/assert";
import { TRANSFERS } from "../../../lib/base/limits.ts";
import type { FileClient } from "../../../lib/files/client.ts";
import type { ServiceOptions } from "../../../lib/files/service.ts";
import type { Put } from "../../../lib/wire/file_message.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { bytesOf } from "../../support/feed.ts";
import { FileServer, MIB, patterned, rootOf, sha256 } from "../../support/transfer.ts";

const BIG = patterned(3 * MIB + 100);

function make(options: Omit<ServiceOptions, "log"> = {}, files = {}): Promise<FileServer> {
  return FileServer.make(files, { writable: true, ...options });
}

function block(content: Uint8Array, number: number, id = 1): Message {
  return { type: "block", id, bytes: content.subarray(number * MIB, (number + 1) * MIB) };
}

async function begin(client: FileClient, put: Partial<Put>, content: Uint8Array): Promise<Message> {
  const { id = 1 } = put;
  await client.send({ type: "put", id, name: "a.bin", size: content.length, ...put });
  return await client.answer(id);
}

/** Puts a whole file; the last answer. */
async function put(client: FileClient, some: Partial<Put>, content: Uint8Array): Promise<Message> {
  const want = await begin(client, some, content);
  if (want.type !== "want") return want;
  const { id, from } = want;
  await client.send({ type: "file", id, name: "x", size: content.length, from });
  for (let n = from; n * MIB < content.length; n++) await client.send(block(content, n, id));
  await client.send({ type: "end", id, hash: rootOf(content) });
  return await client.answer(id);
}

/** Why a put was refused. */
function why(answer: Message): string {
  assert(answer.type === "error", answer.type);
  return answer.text;
}

Deno.test("a put is answered with what is wanted, and then with the name", async () => {
  await using server = await make();
  const client = await server.connect("Ada");
  const nothing = rootOf(new Uint8Array());
  const want = await begin(client, { id: 5, name: "sub/a.bin" }, BIG);
  assertEquals(want, { type: "want", id: 5, from: 0, hash: nothing });
  await client.send({ type: "file", id: 5, name: "../x", size: BIG.length, from: 0 });
  for (let n = 0; n < 4; n++) await client.send(block(BIG, n, 5));
  await client.send({ type: "end", id: 5, hash: rootOf(BIG) });
  assertEquals(await client.answer(5), { type: "saved", id: 5, name: "sub/a.bin" });
  assertEquals(sha256(Deno.readFileSync(`${server.folder.path}/sub/a.bin`)), sha256(BIG));
  assertEquals(server.log, [`Ada put sub/a.bin: ${BIG.length} bytes`]);
});

Deno.test("a folder is made, and made again, and that is all", async () => {
  await using server = await make();
  const client = await server.connect("Ada");
  for (const id of [1, 2]) {
    const saved = await begin(client, { id, name: "new/ü/" }, new Uint8Array());
    assertEquals(saved, { type: "saved", id, name: "new/ü/" });
  }
  assert(Deno.statSync(`${server.folder.path}/new/ü`).isDirectory);
  assertEquals(server.log, []);
});

Deno.test("several uploads may go on at once on one connection, each by its number", async () => {
  await using server = await make();
  const client = await server.connect("Ada");
  const contents = [BIG, patterned(2 * MIB + 1, 7)];
  for (const [i, content] of contents.entries()) {
    await begin(client, { id: i, name: `f${i}` }, content);
    await client.send({ type: "file", id: i, name: "", size: content.length, from: 0 });
  }
  for (let n = 0; n < 4; n++) {
    for (const [i, content] of contents.entries()) {
      if (n * MIB < content.length) await client.send(block(content, n, i));
    }
  }
  for (const [i, content] of contents.entries()) {
    await client.send({ type: "end", id: i, hash: rootOf(content) });
    assertEquals((await client.answer(i)).type, "saved");
    assertEquals(sha256(Deno.readFileSync(`${server.folder.path}/f${i}`)), sha256(content));
  }
});

Deno.test("of two uploads of one name the second is refused, and the first goes on", async () => {
  await using server = await make();
  const first = await server.connect("Ada"), second = await server.connect("Bob");
  await begin(first, {}, BIG);
  for (const client of [second, first]) {
    const answer = await begin(client, { id: 2 }, BIG);
    assertEquals(why(answer), 'Cannot save "a.bin": somebody else is sending it right now');
  }
  await first.send({ type: "file", id: 1, name: "", size: BIG.length, from: 0 });
  for (let n = 0; n < 4; n++) await first.send(block(BIG, n));
  await first.send({ type: "end", id: 1, hash: rootOf(BIG) });
  assertEquals((await first.answer(1)).type, "saved");
});

Deno.test("an error in mid-upload keeps the part, and the next upload goes on with it", async () => {
  const errors: [message: Message, text: string][] = [
    [{ type: "error", id: 1, text: "it was changed" }, "given up"],
    [{ type: "block", id: 1, bytes: bytesOf("short") }, "a block has 5 bytes where"],
    [{ type: "end", id: 1, hash: rootOf(BIG) }, `Cannot keep the file: ${2 * MIB} bytes came of`],
    [{ type: "file", id: 1, name: "", size: 5, from: 0 }, "a file began twice"],
  ];
  for (const [message, text] of errors) {
    await using server = await make();
    const client = await server.connect("Ada");
    await begin(client, {}, BIG);
    await client.send({ type: "file", id: 1, name: "", size: BIG.length, from: 0 });
    for (const n of [0, 1]) await client.send(block(BIG, n));
    await client.send(message);
    await client.send(block(BIG, 2)); // it was under way
    assert(why(await client.answer(1)).startsWith(text));
    const hash = rootOf(BIG.subarray(0, 2 * MIB));
    assertEquals(await begin(client, { id: 2 }, BIG), { type: "want", id: 2, from: 2, hash });
    await client.send({ type: "file", id: 2, name: "", size: BIG.length, from: 2 });
    for (const n of [2, 3]) await client.send(block(BIG, n, 2));
    await client.send({ type: "end", id: 2, hash: rootOf(BIG) });
    assertEquals((await client.answer(2)).type, "saved");
    assertEquals(sha256(Deno.readFileSync(`${server.folder.path}/a.bin`)), sha256(BIG));
    assertEquals(server.folder.names(), ["a.bin"]);
  }
});

Deno.test("an upload with another hash leaves nothing", async () => {
  await using server = await make();
  const client = await server.connect("Ada");
  await begin(client, {}, BIG);
  await client.send({ type: "file", id: 1, name: "", size: BIG.length, from: 0 });
  for (let n = 0; n < 4; n++) await client.send(block(BIG, n));
  await client.send({ type: "end", id: 1, hash: rootOf(BIG.subarray(1)) });
  assert(why(await client.answer(1)).includes("its hash is not the announced one"));
  assertEquals(server.folder.names(), []);
});

Deno.test("a client that goes away in mid-upload leaves a part, and nothing open", async () => {
  await using server = await make();
  const client = await server.connect("Ada");
  await begin(client, {}, BIG);
  await client.send({ type: "file", id: 1, name: "", size: BIG.length, from: 0 });
  await client.send(block(BIG, 0));
  await client.list(""); // all before it has been taken
  await server.cut();
  assertEquals([server.folder.names(), server.folder.open()], [
    [".a.bin.part", ".a.bin.part.index"],
    [],
  ]);
});

Deno.test("parts are neither listed nor sent", async () => {
  await using server = await make();
  const client = await server.connect("Ada");
  await begin(client, {}, BIG);
  assertEquals(await client.list(""), []);
  for (const argument of [".a.bin.part", ".a.bin.part.index", "a.bin"]) {
    await client.send({ type: "command", name: "get", argument, id: 9 });
    assertEquals(why(await client.answer(9)), "File not found.");
  }
});

Deno.test("a number is used once at a time, and only so many at once", async () => {
  await using server = await make();
  const client = await server.connect("Ada");
  const small = patterned(1);
  for (let id = 0; id < TRANSFERS; id++) {
    assertEquals((await begin(client, { id, name: `f${id}` }, small)).type, "want");
  }
  const limited = "too many transfers at once, or two of one number";
  assertEquals(why(await begin(client, { id: TRANSFERS, name: "more" }, small)), limited);
  assertEquals(why(await begin(client, { id: 3, name: "again" }, small)), limited);
  await client.send({ type: "error", id: 3, text: "enough" });
  assertEquals(why(await client.answer(3)), "given up");
  assertEquals((await begin(client, { id: TRANSFERS, name: "more" }, small)).type, "want");
});

Deno.test("each hand-in lies under its client's name, and none is ever replaced", async () => {
  await using server = await make({ dropbox: true });
  const ada = await server.connect("Ada"), bob = await server.connect("Zoë 2");
  const old = patterned(5), other = patterned(5, 2);
  assertEquals(await put(ada, {}, old), { type: "saved", id: 1, name: "Ada/a.bin" });
  assertEquals(await put(bob, {}, other), { type: "saved", id: 1, name: "Zoë 2/a.bin" });
  for (const [id, exists] of [[2, undefined], [3, "replace"]] as const) {
    const text = '"a.bin" exists already (--rename numbers the new one)';
    assertEquals(why(await begin(ada, { id, exists }, other)), text);
  }
  const renamed = await put(ada, { id: 4, exists: "rename" }, other);
  assertEquals(renamed, { type: "saved", id: 4, name: "Ada/a (2).bin" });
  assertEquals(Deno.readFileSync(`${server.folder.path}/Ada/a.bin`), old);
  const deep = await put(ada, { id: 5, name: "week 1/b.bin" }, old);
  assertEquals(deep, { type: "saved", id: 5, name: "Ada/week 1/b.bin" });
  for (const name of ["../Zoë 2/a.bin", "/Zoë 2/a.bin", ".."]) {
    assert(why(await begin(ada, { id: 6, name, exists: "replace" }, old)).includes("is no name"));
  }
  assertEquals(server.folder.names(), ["Ada", "Zoë 2"]);
});

Deno.test("a hand-in needs a name that can be a folder's", async () => {
  await using server = await make({ dropbox: true });
  for (const name of [undefined, "..", ".ada", "a/b", "a\\b", "C:", "x."]) {
    const client = await server.connect(name);
    const text = why(await begin(client, {}, new Uint8Array()));
    assertEquals(
      text.startsWith(name === undefined ? "a hand-in needs a name" : `"${name}"`),
      true,
    );
  }
  assertEquals(server.folder.names(), []);
});
