import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { FileClient } from "../../../lib/files/client.ts";
import { openSource } from "../../../lib/files/local.ts";
import { type Gift, putFiles } from "../../../lib/files/put_files.ts";
import type { ServiceOptions } from "../../../lib/files/service.ts";
import type { Exists } from "../../../lib/wire/file_message.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { Folder } from "../../support/folder.ts";
import {
  FileServer,
  MIB,
  nativePair,
  patterned,
  rootOf,
  sha256,
  Tally,
} from "../../support/transfer.ts";

const BIG = patterned(5 * MIB + 100);
const PART = [".big.bin.part", ".big.bin.part.index"];

function writable(files = {}, options: Omit<ServiceOptions, "log"> = {}): Promise<FileServer> {
  return FileServer.make(files, { writable: true, ...options });
}

function gift(folder: Folder, name: string, path = name): Gift {
  return { path, open: () => openSource(`${folder.path}/${name}`) };
}

async function put(
  server: FileServer,
  gifts: Gift[],
  exists?: Exists,
  tally = new Tally(),
): Promise<Tally> {
  await putFiles(await server.connect("Ada"), gifts, exists, tally);
  return tally;
}

/** Puts `big.bin`, and loses the connection once the server has so many blocks of it. */
async function putSome(server: FileServer, here: Folder, blocks: number): Promise<void> {
  const client = await server.connect("Ada");
  await using source = await openSource(`${here.path}/big.bin`);
  await client.send({ type: "put", id: 1, name: "big.bin", size: source.size });
  const want = await client.answer(1);
  assert(want.type === "want");
  await client.send({ type: "file", id: 1, name: "big.bin", size: source.size, from: want.from });
  const buffer = new Uint8Array(MIB);
  for (let number = want.from; number < blocks; number++) {
    const length = await source.read(number, buffer);
    await client.send({ type: "block", id: 1, bytes: buffer.subarray(0, length) });
  }
  await client.send({ type: "command", name: "help", argument: "" });
  await assertRejects(() => client.answer(1), Failure); // all before it has been taken
  await server.cut();
}

Deno.test("files are put whole, with all that they are, and folders are made", async () => {
  await using server = await writable();
  await using here = await Folder.make({ "a b.txt": "A", "big.bin": BIG, "empty": "" });
  for (const name of here.names()) {
    await Deno.utime(`${here.path}/${name}`, 1_000_000_000, 1_000_000_000);
  }
  await Deno.chmod(`${here.path}/empty`, 0o755);
  const tally = await put(server, [
    { path: "new/ü b/" },
    gift(here, "a b.txt", "new/a b.txt"),
    gift(here, "big.bin"),
    gift(here, "empty", "new/名"),
  ]);
  assertEquals([tally.failures, tally.names], [{}, ["new/a b.txt", "big.bin", "new/名"]]);
  const [, { size, moved, hashed, hash, startedOver }] = tally.outcomes;
  assertEquals([size, moved, hashed], [BIG.length, BIG.length, BIG.length]);
  assertEquals([hash, startedOver], [rootOf(BIG), false]);
  const there = server.folder;
  assertEquals(there.names(), ["big.bin", "new"]);
  assert(Deno.statSync(`${there.path}/new/ü b`).isDirectory);
  assertEquals(sha256(Deno.readFileSync(`${there.path}/big.bin`)), sha256(BIG));
  const { mode, mtime, size: nothing } = Deno.statSync(`${there.path}/new/名`);
  assertEquals([mode! & 0o111, mtime?.getTime(), nothing], [
    0o111 & ~Deno.umask(),
    1_000_000_000_000,
    0,
  ]);
  assertEquals(server.log, [
    "Ada put new/a b.txt: 1 bytes",
    `Ada put big.bin: ${BIG.length} bytes`,
    "Ada put new/名: 0 bytes",
  ]);
});

Deno.test("one file that cannot be put does not stop the others", async () => {
  await using server = await writable({ "taken.txt": "T" });
  await using here = await Folder.make({ "a.txt": "A", "c.txt": "C", "taken.txt": "new" });
  const gifts = [
    gift(here, "a.txt"),
    gift(here, "nowhere"),
    gift(here, "taken.txt"),
    gift(here, "a.txt", "../up"),
    gift(here, "a.txt", "taken.txt/x"),
    { path: ".hidden/" },
    gift(here, "c.txt"),
  ];
  const tally = await put(server, gifts);
  assertEquals(tally.names, ["a.txt", "c.txt"]);
  assertEquals(Object.keys(tally.failures), [
    "nowhere",
    "taken.txt",
    "../up",
    "taken.txt/x",
    ".hidden/",
  ]);
  for (const { exit } of Object.values(tally.failures)) assertEquals(exit, Exit.failed);
  assertEquals(
    tally.messages["taken.txt"],
    'Cannot put "taken.txt": "taken.txt" exists already ' +
      "(--overwrite replaces it, --rename numbers the new one)",
  );
  assertEquals(server.folder.names(), ["a.txt", "c.txt", "taken.txt"]);
  assertEquals(Deno.readTextFileSync(`${server.folder.path}/taken.txt`), "T");
});

Deno.test("a file that is there is replaced or the new one numbered", async () => {
  for (const [exists, name] of [["replace", "a.txt"], ["rename", "a (2).txt"]] as const) {
    await using server = await writable({ "a.txt": "old" });
    await using here = await Folder.make({ "a.txt": "new" });
    const tally = await put(server, [gift(here, "a.txt")], exists);
    assertEquals(tally.names, [name]);
    assertEquals(Deno.readTextFileSync(`${server.folder.path}/${name}`), "new");
    assertEquals(server.folder.names().length, exists === "replace" ? 1 : 2);
  }
});

Deno.test("a put that was broken off goes on, and sends only what is missing", async () => {
  await using server = await writable();
  await using here = await Folder.make({ "big.bin": BIG });
  await putSome(server, here, 3);
  assertEquals(server.folder.names(), PART);
  const tally = await put(server, [gift(here, "big.bin")]);
  const [{ moved, size, startedOver }] = tally.outcomes;
  assertEquals([moved, size, startedOver], [2 * MIB + 100, BIG.length, false]);
  assertEquals(tally.told[0], ["big.bin", 4 * MIB, BIG.length]);
  assertEquals(server.folder.names(), ["big.bin"]);
  assertEquals(sha256(Deno.readFileSync(`${server.folder.path}/big.bin`)), sha256(BIG));
  assertEquals(server.log, [`Ada put big.bin: ${2 * MIB + 100} bytes`]);
});

Deno.test("a file that changed between two puts starts over, and it is told", async () => {
  await using server = await writable();
  await using here = await Folder.make({ "big.bin": BIG });
  await putSome(server, here, 3);
  for (const other of [patterned(BIG.length, 8)]) {
    await Deno.writeFile(`${here.path}/big.bin`, other);
    const tally = await put(server, [gift(here, "big.bin")]);
    assertEquals([tally.outcomes[0].startedOver, tally.outcomes[0].moved], [true, other.length]);
    assertEquals(sha256(Deno.readFileSync(`${server.folder.path}/big.bin`)), sha256(other));
  }
});

Deno.test("a file that is cut short or rewritten while it is put is given up, and others are not", async () => {
  const changes: ((path: string) => void)[] = [
    (path) => Deno.truncateSync(path, MIB + 5),
    (path) => Deno.writeFileSync(path, patterned(BIG.length, 3)),
  ];
  for (const change of changes) {
    await using server = await writable();
    await using here = await Folder.make({ "big.bin": BIG, "b.txt": "B" });
    const path = `${here.path}/big.bin`;
    await Deno.utime(path, 1_000_000_000, 1_000_000_000);
    const tally = new Tally();
    tally.onProgress = (_, bytes) => bytes === MIB && change(path);
    await put(server, [gift(here, "big.bin"), gift(here, "b.txt")], undefined, tally);
    assertEquals([Object.keys(tally.failures), tally.names], [["big.bin"], ["b.txt"]]);
    assert(tally.messages["big.bin"].startsWith("Cannot send the file: "));
    assert(!server.folder.names().includes("big.bin"));
  }
});

Deno.test("a server that gives up in mid-file is believed, and the next file follows", async () => {
  await using here = await Folder.make({ "big.bin": patterned(20 * MIB), "b.txt": "B" });
  const [ours, theirs] = await nativePair();
  using client = new FileClient(ours);
  using _ours = ours;
  using _theirs = theirs;
  const say = (message: Message) => theirs.send([encodeNative(message)]);
  const answer = async () => {
    for (let first = true;;) {
      for (const payload of await theirs.receive() ?? []) {
        const message = decodeNative(payload);
        if (message.type === "put") {
          await say({ type: "want", id: message.id, from: 0, hash: "" });
        } else if (message.type === "block" && first) {
          first = false;
          await say({ type: "error", id: message.id, text: "the disk is full" });
        } else if (message.type === "end" && message.id === 2) {
          await say({ type: "saved", id: 2, name: "b.txt" });
          return;
        }
      }
    }
  };
  const tally = new Tally();
  await Promise.all([
    answer(),
    putFiles(client, [gift(here, "big.bin"), gift(here, "b.txt")], undefined, tally),
  ]);
  assertEquals(tally.messages, { "big.bin": 'Cannot put "big.bin": the disk is full' });
  assertEquals(tally.names, ["b.txt"]);
});

Deno.test("a server that answers something else, or ends, ends the work as a lost connection", async () => {
  const cases: Message[][] = [
    [],
    [{ type: "saved", id: 1, name: "a.txt" }],
    [{ type: "want", id: 2, from: 0, hash: "" }],
    [{ type: "bye", code: "shutdown", reason: "the server stops" }],
    [{ type: "want", id: 1, from: 0, hash: "" }, { type: "want", id: 1, from: 0, hash: "" }],
  ];
  for (const messages of cases) {
    await using here = await Folder.make({ "a.txt": "A" });
    const [ours, theirs] = await nativePair();
    using client = new FileClient(ours);
    using _ours = ours;
    using _theirs = theirs;
    const putting = putFiles(client, [gift(here, "a.txt")], undefined, new Tally());
    putting.catch(() => {}); // it is awaited below
    await theirs.receive();
    await theirs.send(messages.map(encodeNative));
    await theirs.closeWrite();
    const error = await assertRejects(() => putting, Failure);
    assertEquals(error.exit, Exit.lost);
    assertEquals(here.open(), []);
  }
});
