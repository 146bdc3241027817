import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { REQUESTS_AHEAD } from "../../../lib/base/limits.ts";
import { FileClient } from "../../../lib/files/client.ts";
import { getFiles, type GetOptions, type Wish } from "../../../lib/files/get_files.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { PartPlace } from "../../support/parts.ts";
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

function wish(path: string, folders: string[] = []): Wish {
  return { path, folders, name: path.split("/").at(-1)! };
}

async function get(
  server: FileServer,
  place: PartPlace,
  wishes: Wish[],
  options: Omit<GetOptions, "target"> = {},
  tally = new Tally(),
): Promise<Tally> {
  const client = await server.connect();
  await getFiles(client, wishes, { target: place.folder, ...options }, tally);
  return tally;
}

/** Gets `big.bin`, and loses the connection once so many bytes of it are there. */
async function getSome(server: FileServer, place: PartPlace, bytes: number): Promise<void> {
  const client = await server.connect();
  const tally = new Tally();
  tally.onProgress = (_, there) => void (there >= bytes && client.conn.close());
  const run = () => getFiles(client, [wish("big.bin")], { target: place.folder }, tally);
  const error = await assertRejects(run, Failure);
  assertEquals([error.exit, tally.outcomes.length], [Exit.lost, 0]);
  await server.cut();
}

Deno.test("files come whole, with all that they are, into folders that are made", async () => {
  const files = { "a b.txt": "A", "sub/Zoë 名.bin": BIG, "empty": "" };
  await using server = await FileServer.make(files);
  await using place = await PartPlace.make();
  await Deno.chmod(`${server.folder.path}/empty`, 0o755);
  for (const path of Object.keys(files)) {
    await Deno.utime(`${server.folder.path}/${path}`, 1_000_000_000, 1_000_000_000);
  }
  const paths = ["a b.txt", "sub/Zoë 名.bin", "empty"];
  const tally = await get(server, place, paths.map((path) => wish(path, ["to", "ü"])));
  assertEquals(tally.failures, {});
  assertEquals(tally.outcomes.map(({ path }) => path), paths);
  assertEquals(tally.names, ["to/ü/a b.txt", "to/ü/Zoë 名.bin", "to/ü/empty"]);
  const [, big, empty] = tally.outcomes;
  assertEquals([big.size, big.moved, big.hashed, big.hash], [
    BIG.length,
    BIG.length,
    BIG.length,
    rootOf(BIG),
  ]);
  assertEquals([empty.size, empty.hash], [0, rootOf(new Uint8Array())]);
  assertEquals(sha256(place.read("to/ü/Zoë 名.bin")), sha256(BIG));
  for (const [name, bits] of [["empty", 0o111 & ~Deno.umask()], ["a b.txt", 0]] as const) {
    const { mode, mtime } = Deno.statSync(place.path(`to/ü/${name}`));
    assertEquals([mode! & 0o111, mtime?.getTime()], [bits, 1_000_000_000_000]);
  }
  assertEquals(place.temp.open(), []);
});

Deno.test("one file that is not to be had does not stop the others", async () => {
  await using server = await FileServer.make({ "a.txt": "A", "c.txt": "C" });
  await using place = await PartPlace.make({ "taken": "a file" });
  const wishes = ["a.txt", "nowhere", "../etc/passwd", "c.txt"].map((path) => wish(path));
  const tally = await get(server, place, [...wishes, wish("a.txt", ["taken"])]);
  assertEquals(tally.names, ["a.txt", "c.txt"]);
  assertEquals(Object.keys(tally.failures).sort(), ["../etc/passwd", "a.txt", "nowhere"]);
  assertEquals(tally.messages.nowhere, 'Cannot get "nowhere": File not found.');
  assertEquals(tally.failures.nowhere.exit, Exit.failed);
  assertEquals(
    tally.messages["a.txt"],
    'Cannot save "taken": something that is no folder is in the way',
  );
  assertEquals(place.temp.names(), ["a.txt", "c.txt", "taken"]);
});

Deno.test("more files than are asked for ahead come in order", async () => {
  const paths = Array.from({ length: 3 * REQUESTS_AHEAD + 1 }, (_, i) => `f${100 + i}`);
  await using server = await FileServer.make(Object.fromEntries(paths.map((path) => [path, path])));
  await using place = await PartPlace.make();
  const tally = await get(server, place, paths.map((path) => wish(path)));
  assertEquals(tally.names, paths);
  for (const path of paths) assertEquals(new TextDecoder().decode(place.read(path)), path);
});

Deno.test("a get that was broken off goes on, and fetches and hashes only what is missing", async () => {
  await using server = await FileServer.make({ "big.bin": BIG });
  await using place = await PartPlace.make();
  await getSome(server, place, 3 * MIB);
  assertEquals(place.temp.names(), [".big.bin.part", ".big.bin.part.index"]);
  const tally = await get(server, place, [wish("big.bin")]);
  const [{ moved, hashed, size, hash, startedOver }] = tally.outcomes;
  assertEquals([moved, hashed], [2 * MIB + 100, 2 * MIB + 100]);
  assertEquals([size, hash, startedOver], [BIG.length, rootOf(BIG), false]);
  assertEquals(tally.told[0], ["big.bin", 3 * MIB, BIG.length]);
  assertEquals(sha256(place.read("big.bin")), sha256(BIG));
  assertEquals(place.temp.names(), ["big.bin"]);
});

Deno.test("a file that changed between two gets starts over, and it is told", async () => {
  await using server = await FileServer.make({ "big.bin": BIG });
  await using place = await PartPlace.make();
  await getSome(server, place, 3 * MIB);
  const other = patterned(BIG.length, 8);
  await Deno.writeFile(`${server.folder.path}/big.bin`, other);
  const tally = await get(server, place, [wish("big.bin")]);
  const [{ moved, startedOver }] = tally.outcomes;
  assertEquals([moved, startedOver], [BIG.length, true]);
  assertEquals(sha256(place.read("big.bin")), sha256(other));
});

Deno.test("a file that is there is refused, replaced, numbered or gone on with", async () => {
  await using server = await FileServer.make({ "big.bin": BIG });
  const cases: [what: string, options: Omit<GetOptions, "target">, name?: string][] = [
    ["refused", {}],
    ["replaced", { exists: "replace" }, "big.bin"],
    ["numbered", { exists: "rename" }, "big (2).bin"],
    ["gone on with", { resume: true }, "big.bin"],
  ];
  const old = BIG.subarray(0, 2 * MIB + 5);
  for (const [what, options, name] of cases) {
    await using place = await PartPlace.make({ "big.bin": old });
    const tally = await get(server, place, [wish("big.bin")], options);
    assertEquals(tally.names, name ? [name] : [], what);
    if (name) assertEquals(sha256(place.read(name)), sha256(BIG));
    if (name !== "big.bin") assertEquals(sha256(place.read("big.bin")), sha256(old));
    if (!name) {
      assertEquals(
        tally.failures["big.bin"].line,
        'Cannot save "big.bin": it exists already ' +
          "(--overwrite replaces it, --rename numbers the new one)",
      );
    }
    if (options.resume) assertEquals(tally.outcomes[0].moved, BIG.length - 2 * MIB);
  }
});

Deno.test("a file that is something else is not gone on with, and stays as it is", async () => {
  await using server = await FileServer.make({ "big.bin": BIG, "b.txt": "B" });
  const others = [patterned(MIB, 9), patterned(5, 9), patterned(MIB + 5, 9), patterned(9 * MIB)];
  for (const old of [...others, patterned(BIG.length + 1)]) {
    await using place = await PartPlace.make({ "big.bin": old });
    const tally = await get(server, place, [wish("big.bin"), wish("b.txt")], { resume: true });
    assertEquals(tally.names, ["b.txt"]);
    assert(/is something else$/.test(tally.messages["big.bin"]), tally.messages["big.bin"]);
    assertEquals(sha256(place.read("big.bin")), sha256(old));
    assertEquals(place.temp.names(), ["b.txt", "big.bin"]);
  }
});

Deno.test("a file that is all there is gone on with by nothing", async () => {
  await using server = await FileServer.make({ "big.bin": BIG, "empty": "" });
  await using place = await PartPlace.make({ "big.bin": BIG, "empty": "" });
  const wishes = [wish("big.bin"), wish("empty")];
  const tally = await get(server, place, wishes, { resume: true });
  assertEquals([tally.names, tally.outcomes.map(({ moved }) => moved)], [["big.bin", "empty"], [
    100,
    0,
  ]]);
  assertEquals([place.temp.names(), sha256(place.read("big.bin"))], [
    ["big.bin", "empty"],
    sha256(BIG),
  ]);
});

Deno.test("a folder of the name is never replaced", async () => {
  await using server = await FileServer.make({ "a.txt": "A" });
  for (const options of [{}, { exists: "replace" }, { resume: true }] as const) {
    await using place = await PartPlace.make({ "a.txt/b": "B" });
    const tally = await get(server, place, [wish("a.txt")], options);
    assert(tally.failures["a.txt"]);
    assertEquals([place.temp.names(), tally.outcomes], [["a.txt"], []]);
  }
});

/** What becomes of a get that is answered with these messages. */
async function answered(messages: Parameters<typeof encodeNative>[0][], close = true) {
  await using place = await PartPlace.make();
  const [ours, theirs] = await nativePair();
  using client = new FileClient(ours);
  using _ours = ours;
  using _theirs = theirs;
  const tally = new Tally();
  const getting = getFiles(client, [wish("a.txt")], { target: place.folder }, tally);
  getting.catch(() => {}); // it is awaited below
  const [request] = (await theirs.receive())!.map(decodeNative);
  assert(request.type === "command");
  await theirs.send(messages.map(encodeNative));
  if (close) await theirs.closeWrite();
  const error = await getting.then(() => undefined, (error) => error as Failure);
  return { tally, names: place.temp.names(), error };
}

Deno.test("a server that answers something else, or ends, ends the work as a lost connection", async () => {
  const head = { type: "file", id: 1, name: "a.txt", size: 5, from: 0 } as const;
  const cases = [
    [],
    [head],
    [{ type: "saved", id: 1, name: "" }],
    [{ type: "chat", text: "hi" }],
    [{ ...head, id: 2 }],
    [head, head],
    [{ ...head, from: 3 }],
    [head, { type: "block", id: 1, bytes: new Uint8Array(6) }],
    [{ type: "end", id: 1, hash: "" }],
    [{ type: "bye", code: "shutdown", reason: "the server stops" }],
  ] as Parameters<typeof encodeNative>[0][][];
  for (const messages of cases) {
    const { error, names, tally } = await answered(messages);
    assert(error instanceof Failure);
    assertEquals([error.exit, names, tally.outcomes], [Exit.lost, [], []]);
  }
});

Deno.test("a hostile server chooses no name: the file is the one that was asked for", async () => {
  const bytes = new TextEncoder().encode("hi");
  const { error, names } = await answered([
    { type: "file", id: 1, name: "../../.bashrc", size: 2, from: 0 },
    { type: "block", id: 1, bytes },
    { type: "end", id: 1, hash: rootOf(bytes) },
  ], false);
  assertEquals([error, names], [undefined, ["a.txt"]]);
});
