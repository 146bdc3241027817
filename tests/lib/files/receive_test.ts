import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { IncomingFile, receiveBare } from "../../../lib/files/receive.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { bytesOf, concat, cut } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

Deno.test("a file stands under its name once it is whole, and the part is gone", async () => {
  await using folder = await Folder.make({});
  {
    using file = await IncomingFile.create(folder.path, "a.txt");
    await file.write(bytesOf("Hello, "));
    await file.write(bytesOf("world"));
    assertMatch(folder.names().join(), /^\.a\.txt\.[0-9a-f]{8}\.part$/);
    const hash = sha256(bytesOf("Hello, world"));
    assertEquals(await file.keep({ size: 12, sha256: hash }), hash);
    assertEquals(file.bytes, 12);
  }
  assertEquals(folder.names(), ["a.txt"]);
  assertEquals(await Deno.readTextFile(`${folder.path}/a.txt`), "Hello, world");
});

Deno.test("a file that is given up leaves nothing behind", async () => {
  await using folder = await Folder.make({});
  const file = await IncomingFile.create(folder.path, "a.txt");
  await file.write(bytesOf("half"));
  file[Symbol.dispose]();
  file[Symbol.dispose]();
  assertEquals(folder.names(), []);
});

Deno.test("a file of another size or content than announced is not kept", async () => {
  await using folder = await Folder.make({});
  const announcements: [{ size?: number; sha256?: string }, string][] = [
    [{ size: 5 }, "Cannot keep the file: 4 bytes came of 5"],
    [{ size: 3 }, "Cannot keep the file: 4 bytes came of 3"],
    [{ size: 4, sha256: sha256(bytesOf("Half")) }, "its SHA-256 is not the announced one"],
  ];
  for (const [announced, reason] of announcements) {
    using file = await IncomingFile.create(folder.path, "a.txt");
    await file.write(bytesOf("half"));
    const error = await assertRejects(() => file.keep(announced), Failure, reason);
    assertEquals(error.exit, Exit.failed);
  }
  assertEquals(folder.names(), []);
});

Deno.test("a name is the last component of what was asked for, and nothing that leads away", async () => {
  await using folder = await Folder.make({});
  for (const name of ["sub/a.txt", "../a.txt", "/etc/a.txt", "..\\a.txt", "a.txt"]) {
    using file = await IncomingFile.create(folder.path, name);
    assertEquals(file.path, `${folder.path}/a.txt`);
  }
  for (const name of ["", ".", "..", "a/", "a/..", "sub\\..", "a\0b"]) {
    const create = () => IncomingFile.create(folder.path, name);
    await assertRejects(create, Failure, `Cannot save "${name}": it is no file name`);
  }
  assertEquals(folder.names(), []);
});

Deno.test("what exists is never replaced, be it there before or come meanwhile", async () => {
  await using folder = await Folder.make({ "a.txt": "mine" });
  await Deno.symlink("nowhere", `${folder.path}/link`);
  for (const name of ["a.txt", "link"]) {
    const error = await assertRejects(() => IncomingFile.create(folder.path, name), Failure);
    assertEquals(
      error.line,
      `Cannot save "${name}": it exists already ` +
        "(move it away, or get the file in another folder)",
    );
  }
  {
    using file = await IncomingFile.create(folder.path, "b.txt");
    await file.write(bytesOf("theirs"));
    await Deno.writeTextFile(`${folder.path}/b.txt`, "mine");
    await assertRejects(() => file.keep(), Failure, "it exists already");
  }
  assertEquals(folder.names(), ["a.txt", "b.txt", "link"]);
  assertEquals(await Deno.readTextFile(`${folder.path}/b.txt`), "mine");
});

Deno.test("a folder that cannot be written is told", async () => {
  await using folder = await Folder.make({ "a.txt": "no folder" });
  const create = () => IncomingFile.create(`${folder.path}/nowhere`, "b.txt");
  await assertRejects(create, Failure, 'Cannot save "b.txt": the folder cannot be written');
});

Deno.test("a name of the greatest length can be saved", async () => {
  await using folder = await Folder.make({});
  const name = "x".repeat(255);
  using file = await IncomingFile.create(folder.path, name);
  await file.keep();
  assertEquals(folder.names().at(-1), name);
});

/** What a bare `get` makes of these chunks; `open`: the server does not close behind them. */
async function receive(folder: Folder, chunks: Uint8Array[], { open = false } = {}) {
  const never = Promise.withResolvers<Uint8Array>();
  const socket = new ScriptedSocket(open ? [...chunks, never.promise] : chunks);
  using conn = new Connection(socket);
  using file = await IncomingFile.create(folder.path, "got");
  const hash = await receiveBare(conn, file, () => {});
  const content = await Deno.readFile(file.path);
  await Deno.remove(file.path);
  assertEquals(hash, sha256(content));
  return new TextDecoder().decode(content);
}

Deno.test("a bare file ends in EOF and the server's close, wherever it is cut", async () => {
  await using folder = await Folder.make({});
  for (const content of ["", "E", "EO", "EOF", "Hello\n", "EOFEOF and EOF again\nEOF\n"]) {
    const stream = bytesOf(content + "EOF");
    for (let at = 0; at <= stream.length; at++) {
      assertEquals(await receive(folder, cut(stream, [at])), content);
    }
    const single = Array.from({ length: stream.length - 1 }, (_, i) => i + 1);
    assertEquals(await receive(folder, cut(stream, single)), content);
  }
});

Deno.test("a bare file ends in EOF and a quiet gap, when the server stays", async () => {
  await using folder = await Folder.make({});
  const content = "x".repeat(5000) + "EOF" + "y".repeat(300);
  for (const at of [0, 5000, 5303, 5304, 5305, 5306]) {
    const chunks = cut(bytesOf(content + "EOF"), [at]);
    assertEquals(await receive(folder, chunks, { open: true }), content);
  }
});

Deno.test("an EOF within the file is content as long as more comes before the gap ends", async () => {
  await using folder = await Folder.make({});
  const chunks = ["one EOF", " two", "EOF", "EOF"].map(bytesOf);
  assertEquals(await receive(folder, chunks), "one EOF twoEOF");
});

Deno.test("a large bare file comes whole", async () => {
  await using folder = await Folder.make({});
  const content = "0123456789".repeat(50_000);
  const stream = concat([bytesOf(content), bytesOf("EOF")]);
  assertEquals(await receive(folder, [stream]), content);
});

Deno.test("a server that has no such file is believed, whether it closes or stays", async () => {
  await using folder = await Folder.make({});
  for (const open of [false, true]) {
    for (const chunks of [["File not found."], ["File not found.\n"], ["File not", " found."]]) {
      const run = () => receive(folder, chunks.map(bytesOf), { open });
      const error = await assertRejects(run, Failure, "Cannot get the file: File not found");
      assertEquals(error.exit, Exit.failed);
    }
  }
  assertEquals(folder.names(), []);
});

Deno.test("a file that says File not found. is a file", async () => {
  await using folder = await Folder.make({});
  assertEquals(await receive(folder, [bytesOf("File not found.EOF")]), "File not found.");
});

Deno.test("a server that closes before the marker has broken off", async () => {
  await using folder = await Folder.make({});
  for (const chunks of [[], ["half of it"], ["x".repeat(1000)], ["half", "EO"], ["EOF\n"]]) {
    const run = () => receive(folder, chunks.map(bytesOf));
    const error = await assertRejects(run, Failure, "the server closed before its end");
    assertEquals(error.exit, Exit.lost);
  }
  assertEquals(folder.names(), []);
});

Deno.test("progress is told as bytes are written", async () => {
  await using folder = await Folder.make({});
  const chunks = ["x".repeat(1000), "y".repeat(1000), "EOF"].map(bytesOf);
  using conn = new Connection(new ScriptedSocket(chunks));
  using file = await IncomingFile.create(folder.path, "got");
  const told: number[] = [];
  await receiveBare(conn, file, (bytes) => told.push(bytes));
  assertEquals(told, [997, 1997, 2000]);
});
