/**
 * The commands get, ls and put against the servers that have files: what comes, and how they end.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { only, toldBy } from "../support/events.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { anyBytes, Folder, run, sameBytes } from "./support/lab.ts";
import { Relay } from "./support/relay.ts";

const MiB = 1024 * 1024;
const THEN = new Date("2020-02-02T20:20:20.500Z");

/** A tree with all that may get lost on the way. */
function sharedTree(): Folder {
  const folder = new Folder({
    "a.txt": "hello",
    "empty": "",
    "big.bin": anyBytes(2 * MiB + 7),
    "lab 1/run me.sh": "#!/bin/sh\n",
    "lab 1/Grüße/日本 😀.txt": "deep",
    "lab 1/zero": "",
  });
  Deno.mkdirSync(folder.at("lab 1/nothing here/at all"), { recursive: true });
  Deno.chmodSync(folder.at("lab 1/run me.sh"), 0o755);
  Deno.utimeSync(folder.at("lab 1/run me.sh"), THEN, THEN);
  return folder;
}

const TREE = [
  "lab 1/",
  "lab 1/Grüße/",
  "lab 1/Grüße/日本 😀.txt",
  "lab 1/nothing here/",
  "lab 1/nothing here/at all/",
  "lab 1/run me.sh",
  "lab 1/zero",
];

function serverOf(folder: Folder, kind: string, args: string[] = []): Program {
  const [command, ...rest] = kind.split(" ");
  const where = command === "serve" ? ["--files", folder.path] : [folder.path];
  return Program.labwire([command, ...where, "127.0.0.1:0", ...rest, ...args]);
}

for (const kind of ["fileserver", "serve", "serve --mode ack"]) {
  Deno.test(`get fetches files and whole folders from ${kind}, with time and executable bit`, async () => {
    using shared = sharedTree();
    using desk = new Folder();
    await using server = serverOf(shared, kind);
    const port = await server.port();
    const files = await run("get", port, ["a.txt", "empty", "big.bin"], { cwd: desk.path });
    assertEquals([files.code, files.stdout], [0, ""], files.stderr);
    assertMatch(files.stderr, /^3 files: 2097164 bytes \(2\.0 MiB\) in .*, all verified\n$/);
    assertEquals(desk.names(), ["a.txt", "big.bin", "empty"]);
    assert(sameBytes(desk.read("big.bin"), shared.read("big.bin")));
    const tree = await run("get", port, ["-r", "lab 1/", "-o", "new/er"], { cwd: desk.path });
    assertEquals([tree.code, tree.stdout], [0, ""], tree.stderr);
    assertEquals(desk.tree("new/er/"), TREE.map((path) => `new/er/${path}`));
    const info = Deno.statSync(desk.at("new/er/lab 1/run me.sh"));
    assertEquals([info.mtime, info.mode! & 0o111], [THEN, 0o111]);
    assertEquals(Deno.statSync(desk.at("a.txt")).mode! & 0o111, 0);
  });
}

for (const kind of ["fileserver", "serve", "serve --mode log"]) {
  Deno.test(`put brings files and whole folders to ${kind} --writable`, async () => {
    using shared = new Folder();
    using desk = sharedTree();
    await using server = serverOf(shared, kind, ["--writable"]);
    const port = await server.port();
    const put = (...args: string[]) => run("put", port, args, { cwd: desk.path });
    const file = await put("a.txt");
    assertEquals([file.code, file.stdout], [0, ""], file.stderr);
    assertMatch(file.stderr, /^a\.txt: 5 bytes in .* s, .*, hash [0-9a-f]{64} verified\n$/);
    const tree = await put("-r", "lab 1", "big.bin", "--into", "week 3", "--name", "Ada");
    assertEquals([tree.code, tree.stdout], [0, ""], tree.stderr);
    const expected = ["big.bin", ...TREE].map((path) => `week 3/${path}`);
    assertEquals(shared.tree(), ["a.txt", "week 3/", ...expected].sort());
    assert(sameBytes(shared.read("week 3/big.bin"), desk.read("big.bin")));
    const info = Deno.statSync(shared.at("week 3/lab 1/run me.sh"));
    assertEquals([info.mtime, info.mode! & 0o100], [THEN, 0o100]);
    await server.sees("Ada put week 3/big.bin: 2097159 bytes", "stderr");
  });
}

Deno.test("ls shows names, all there is to know, or an object for each entry", async () => {
  using shared = sharedTree();
  await using server = serverOf(shared, "fileserver");
  const port = await server.port();
  const names = await run("ls", port);
  assertEquals([names.code, names.stderr], [0, ""]);
  assertEquals(names.stdout, "a.txt\nbig.bin\nempty\nlab 1/\n");
  assertEquals((await run("ls", port, ["lab 1/nothing here/at all"])).stdout, "");
  const long = (await run("ls", port, ["lab 1", "-l"])).stdout.split("\n");
  assertMatch(long[2], /^ {10}10 {2}2020-02-02 20:20 {2}run me\.sh\*$/);
  const json = toldBy(await run("ls", port, ["lab 1", "--json"]));
  const file = { name: "run me.sh", size: 10, modified: THEN.getTime() / 1000, executable: true };
  const { at: _, ...entry } = json[2];
  assertEquals(entry, { v: 1, event: "entry", ...file });
  const nowhere = await run("ls", port, ["nowhere"]);
  assertEquals([nowhere.code, nowhere.stdout], [1, ""]);
  assertEquals(nowhere.stderr, 'labwire: Cannot list "nowhere": Folder not found.\n');
});

Deno.test("what exists is not touched, unless an option says what to do with it", async () => {
  using shared = new Folder({ "a.txt": "theirs" });
  using desk = new Folder({ "a.txt": "mine" });
  await using server = serverOf(shared, "fileserver");
  const port = await server.port();
  const get = (...args: string[]) => run("get", port, ["a.txt", ...args], { cwd: desk.path });
  const content = (name: string) => new TextDecoder().decode(desk.read(name));
  const refused = await get();
  assertEquals([refused.code, refused.stdout, content("a.txt")], [1, "", "mine"]);
  const remedy = "--overwrite replaces it, --rename numbers the new one";
  assertEquals(
    refused.stderr,
    `labwire: Cannot save "a.txt": it exists already (${remedy})\n`,
  );
  assertMatch((await get("--rename")).stderr, /^a \(2\)\.txt: 6 bytes /);
  assertEquals([content("a.txt"), content("a (2).txt")], ["mine", "theirs"]);
  const other = await get("--resume");
  assertEquals([other.code, content("a.txt")], [1, "mine"], "it is no beginning of theirs");
  assertMatch(other.stderr, /^labwire: Cannot go on with "a\.txt": it is something else \(/);
  assertEquals((await get("--overwrite")).code, 0);
  assertEquals([content("a.txt"), desk.names()], ["theirs", ["a (2).txt", "a.txt"]]);
  const both = await get("--overwrite", "--rename");
  assertEquals([both.code, both.stdout], [2, ""]);
});

Deno.test("put replaces nothing, unless an option says so", async () => {
  using shared = new Folder({ "a.txt": "theirs" });
  using desk = new Folder({ "a.txt": "mine" });
  await using server = serverOf(shared, "fileserver", ["--writable"]);
  const port = await server.port();
  const put = (...args: string[]) => run("put", port, ["a.txt", ...args], { cwd: desk.path });
  const content = (name: string) => new TextDecoder().decode(shared.read(name));
  const refused = await put();
  assertEquals([refused.code, content("a.txt")], [1, "theirs"]);
  assertMatch(refused.stderr, /^labwire: Cannot put "a\.txt": "a\.txt" exists already \(.*\)\n$/);
  assertMatch((await put("--rename")).stderr, /^a \(2\)\.txt: 4 bytes /);
  assertEquals([content("a.txt"), content("a (2).txt")], ["theirs", "mine"]);
  assertEquals((await put("--overwrite")).code, 0);
  assertEquals([content("a.txt"), shared.names()], ["mine", ["a (2).txt", "a.txt"]]);
});

Deno.test("standard output holds results only, for programs or for sha256sum, and --quiet is quiet", async () => {
  using shared = new Folder({ "a b.txt": "hello", "big.bin": anyBytes(2 * MiB + 7) });
  using desk = new Folder();
  await using server = serverOf(shared, "fileserver", ["--writable"]);
  const port = await server.port();
  const cwd = desk.path;
  const json = await run("get", port, ["a b.txt", "gone", "big.bin", "--json", "-q"], { cwd });
  const [first, gone, last] = toldBy(json);
  assertEquals([json.code, first.path, first.name, first.size], [1, "a b.txt", "a b.txt", 5]);
  assertEquals([gone.event, gone.path], ["failed", "gone"]);
  assertEquals(gone.reason, 'Cannot get "gone": File not found.');
  assertEquals([last.fetched, last.hashed], [2 * MiB + 7, 2 * MiB + 7]);
  assertMatch(last.hash, /^[0-9a-f]{64}$/);
  assertEquals(json.stderr, `labwire: ${gone.reason}\n`, "errors are told all the same");
  const quiet = await run("get", port, ["a b.txt", "-q", "-o", "q"], { cwd });
  assertEquals([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
  const put = await run("put", port, ["big.bin", "--into", "up", "--json"], { cwd });
  const sent = only("file", put);
  assertEquals([sent.path, sent.sent, sent.hash], ["up/big.bin", 2 * MiB + 7, last.hash]);
});

peerTest(["sha256sum"], "--sha256 is what sha256sum -c takes", async () => {
  using shared = new Folder({ "a b.txt": "hello", "big.bin": anyBytes(MiB + 7), "d/é": "" });
  using desk = new Folder();
  await using server = serverOf(shared, "fileserver", ["--writable"]);
  const port = await server.port();
  const cwd = desk.path;
  const check = async (sums: string) => {
    await using program = Program.start("sha256sum", ["-c", "--strict"], { cwd });
    await program.type(sums);
    await program.endInput();
    return await program.ended();
  };
  const got = await run("get", port, ["-r", "a b.txt", "big.bin", "d", "--sha256", "-o", "x/y/"], {
    cwd,
  });
  const checked = await check(got.stdout);
  assertEquals([got.code, checked.code], [0, 0], got.stdout + checked.stderr);
  assertEquals(checked.stdout, "x/y/a b.txt: OK\nx/y/big.bin: OK\nx/y/d/é: OK\n");
  const put = await run("put", port, ["-r", "x", "--sha256"], { cwd });
  assertEquals([put.code, (await check(put.stdout)).code], [0, 0], put.stdout);
});

for (const cipher of ["vigenere", "xor", "aes-gcm"]) {
  Deno.test(`under ${cipher} files are got and put, and only sealed bytes cross the wire`, async () => {
    using shared = new Folder({ "orders.txt": "attack at dawn\n".repeat(100_000) });
    using desk = new Folder();
    const args = ["--cipher", cipher, "--key", "LEMON"];
    await using server = serverOf(shared, "serve", ["--writable", ...args]);
    await using relay = new Relay(await server.port());
    const { port } = relay;
    const got = await run("get", port, ["orders.txt", ...args], { cwd: desk.path });
    assertEquals(got.code, 0, got.stderr);
    assert(sameBytes(desk.read("orders.txt"), shared.read("orders.txt")));
    const put = await run("put", port, ["orders.txt", "--into", "x", ...args], { cwd: desk.path });
    assertEquals(put.code, 0, put.stderr);
    assert(sameBytes(shared.read("x/orders.txt"), desk.read("orders.txt")));
    assert(!/attack at|orders/.test(relay.sent + relay.answered));
    const wrong = await run("ls", await server.port(), ["--cipher", cipher, "--key", "MELON"]);
    assertEquals([wrong.code, wrong.stdout], [cipher === "aes-gcm" ? 4 : wrong.code, ""]);
    assert(wrong.code === 4 || wrong.code === 5, wrong.stderr);
  });
}
