import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { FileClient } from "../../../lib/files/client.ts";
import { getPaths, type GetPathsOptions } from "../../../lib/files/get_paths.ts";
import type { ListingEntry } from "../../../lib/wire/file_message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { PartPlace } from "../../support/parts.ts";
import { FileServer, MIB, nativePair, patterned, sha256, Tally } from "../../support/transfer.ts";

const FILES = {
  "a.txt": "A",
  "sub/b b.txt": "B",
  "sub/Zoë/名.bin": patterned(MIB + 5),
  "sub/Zoë/empty": "",
  "sub/.hidden": "H",
};

async function setUp() {
  const server = await FileServer.make(FILES);
  await Deno.mkdir(`${server.folder.path}/sub/nothing/in here`, { recursive: true });
  await Deno.symlink("/etc/passwd", `${server.folder.path}/sub/link`);
  return server;
}

async function get(
  server: FileServer,
  place: PartPlace,
  paths: string[],
  options: Omit<GetPathsOptions, "target"> = {},
): Promise<Tally> {
  const tally = new Tally();
  await getPaths(await server.connect(), paths, { target: place.folder, ...options }, tally);
  return tally;
}

/** All paths below a folder, folders with a slash. */
function below(path: string): string[] {
  const paths: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    paths.push(isDirectory ? `${name}/` : name);
    if (isDirectory) paths.push(...below(`${path}/${name}`).map((each) => `${name}/${each}`));
  }
  return paths.sort();
}

const SUB = [
  "sub/",
  "sub/Zoë/",
  "sub/Zoë/empty",
  "sub/Zoë/名.bin",
  "sub/b b.txt",
  "sub/nothing/",
  "sub/nothing/in here/",
];

Deno.test("files are got under their own names, without the folders they are in", async () => {
  await using server = await setUp();
  await using place = await PartPlace.make();
  const tally = await get(server, place, ["a.txt", "sub/b b.txt", "sub/Zoë/empty"]);
  assertEquals(tally.names, ["a.txt", "b b.txt", "empty"]);
  assertEquals(below(place.temp.path), ["a.txt", "b b.txt", "empty"]);
  assertEquals(tally.expected, [3, undefined]); // only a listing tells sizes
});

Deno.test("a folder is got with all that is in it, empty folders and files too", async () => {
  for (const path of ["sub", "sub/"]) {
    await using server = await setUp();
    await using place = await PartPlace.make();
    const tally = await get(server, place, [path], { recursive: true });
    assertEquals([tally.failures, below(place.temp.path)], [{}, SUB]);
    assertEquals(tally.expected, [3, MIB + 6]);
    assertEquals(sha256(place.read("sub/Zoë/名.bin")), sha256(FILES["sub/Zoë/名.bin"]));
    assertEquals(tally.outcomes[0].path, "sub/Zoë/empty");
  }
});

Deno.test("the share itself is got without a name of its own", async () => {
  for (const path of [".", "/"]) {
    await using server = await setUp();
    await using place = await PartPlace.make();
    await get(server, place, [path], { recursive: true });
    assertEquals(below(place.temp.path), ["a.txt", ...SUB]);
  }
});

Deno.test("files and folders are got together; what is not there fails alone", async () => {
  await using server = await setUp();
  await using place = await PartPlace.make();
  const tally = await get(server, place, ["nowhere", "a.txt", "sub/Zoë"], { recursive: true });
  assertEquals(tally.messages, { nowhere: 'Cannot get "nowhere": File not found.' });
  assertEquals(below(place.temp.path), ["Zoë/", "Zoë/empty", "Zoë/名.bin", "a.txt"]);
});

Deno.test("a folder is no file unless whole folders are asked for", async () => {
  await using server = await setUp();
  await using place = await PartPlace.make();
  const tally = await get(server, place, ["sub", "sub/"]);
  assertEquals(tally.messages, { sub: 'Cannot get "sub": It is a folder.' });
  for (const path of [".", "..", "", "/", "sub/.."]) {
    const error = await assertRejects(() => get(server, place, [path]), Failure);
    assertEquals(error.exit, Exit.usage);
  }
  assertEquals(place.temp.names(), []);
});

Deno.test("a folder is got twice: refused first, and then replaced or numbered", async () => {
  await using server = await setUp();
  await using place = await PartPlace.make();
  const recursive = true;
  await get(server, place, ["sub"], { recursive });
  const refused = await get(server, place, ["sub"], { recursive });
  assertEquals([refused.outcomes.length, Object.keys(refused.failures).length], [0, 3]);
  const replaced = await get(server, place, ["sub"], { recursive, exists: "replace" });
  assertEquals([replaced.outcomes.length, below(place.temp.path)], [3, SUB]);
  const numbered = await get(server, place, ["sub"], { recursive, exists: "rename" });
  assertEquals(numbered.names, ["sub/Zoë/empty (2)", "sub/Zoë/名 (2).bin", "sub/b b (2).txt"]);
});

/** A get of `sub` from a server that lists these entries in it, and has every file empty. */
async function listing(entries: ListingEntry[]) {
  const place = await PartPlace.make();
  const [ours, theirs] = await nativePair();
  using client = new FileClient(ours);
  using _ours = ours;
  using _theirs = theirs;
  const answer = async () => {
    for (;;) {
      for (const payload of await theirs.receive() ?? []) {
        const message = decodeNative(payload);
        if (message.type !== "command") throw new Error("a command is due");
        const id = message.id!;
        if (message.name === "list") {
          const some = message.argument === "sub" ? entries : [];
          await theirs.send([encodeNative({ type: "listing", id, entries: some, more: false })]);
          continue;
        }
        const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        await theirs.send([
          encodeNative({ type: "file", id, name: "x", size: 0, from: 0 }),
          encodeNative({ type: "end", id, hash: empty }),
        ]);
      }
    }
  };
  const tally = new Tally();
  const answering = answer().catch(() => {}); // ends with the connection
  await getPaths(client, ["sub"], { target: place.folder, recursive: true }, tally);
  client.conn.close();
  theirs.close();
  await answering;
  return { place, tally };
}

Deno.test("hostile names in a listing are passed over, and nothing is written outside", async () => {
  const hostile = [
    "..",
    ".",
    "",
    "../up",
    "/etc/x",
    "a/b",
    "a\\b",
    ".bashrc",
    "C:x",
    "x\0",
    "\x1b[2J",
    "x".repeat(256),
  ];
  const entries: ListingEntry[] = hostile.flatMap((name) => [
    { name, modified: 0 },
    { name, modified: 0, size: 0 },
  ]);
  const { place, tally } = await listing([...entries, { name: "good", modified: 0, size: 0 }]);
  await using _place = place;
  assertEquals(below(place.temp.path), ["sub/", "sub/good"]);
  for (const name of hostile) {
    assert(/its name is not safe to use here$/.test(tally.messages[name]), name);
  }
});
