/**
 * Files fetched: natively with their SHA-256, bare over text and raw, and in the middle of a chat.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { anyBytes, connect, count, course, Folder, sameBytes } from "./support/lab.ts";
import { Relay } from "./support/relay.ts";

const MiB = 1024 * 1024;

function fileserver(folder: Folder, ...args: string[]): Program {
  return Program.labwire(["fileserver", folder.path, "127.0.0.1:0", ...args]);
}

/** Fetches `names` one after the other, asserting that each comes whole and nothing stays beside. */
async function fetchAll(
  shared: Folder,
  port: number,
  names: string[],
  args: string[] = [],
): Promise<string> {
  using desk = new Folder();
  await using client = connect(port, args, { cwd: desk.path });
  for (const name of names) {
    await client.type(`/get ${name}\n`);
    const base = name.split("/").at(-1)!;
    await client.sees(`Saved ${base}: ${shared.read(name).length} bytes`, "stderr");
    assert(sameBytes(desk.read(base), shared.read(name)), `${name} differs`);
  }
  await client.type("exit\n");
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [0, ""], stderr);
  assertEquals(desk.names(), names.map((name) => name.split("/").at(-1)!).sort());
  return stderr;
}

Deno.test("files: connect fetches files of every size and name natively, verified", async () => {
  const large = anyBytes(5 * MiB);
  using shared = new Folder({
    "empty": "",
    "one.bin": new Uint8Array([0]),
    "block.bin": large.subarray(0, MiB),
    "block and a byte.bin": large.subarray(7, MiB + 8),
    "large.bin": large,
    "sub/deeper/inner.txt": "EOF",
    "Grüße an alle, 日本 😀.txt": "hello\r\n",
  });
  await using server = fileserver(shared);
  const names = ["empty", "one.bin", "block.bin", "block and a byte.bin", "large.bin"];
  names.push("sub/deeper/inner.txt", "Grüße an alle, 日本 😀.txt");
  const said = await fetchAll(shared, await server.port(), names);
  assertEquals(count(said, " verified\n"), names.length, said);
});

Deno.test("files: requests in one breath are all answered, the words in their order", async () => {
  using shared = new Folder({ "a.bin": anyBytes(3 * MiB), "b.bin": "b", "sub/c.txt": "c" });
  using desk = new Folder();
  await using server = fileserver(shared);
  await using client = connect(await server.port(), [], { cwd: desk.path });
  await client.type("/list\n/get a.bin\n/get b.bin\n/list sub\n/get sub/c.txt\n");
  await client.endInput();
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [0, "a.bin\nb.bin\nsub/\nsub/c.txt\n"], stderr);
  assertEquals(desk.names(), ["a.bin", "b.bin", "c.txt"]);
  for (const name of ["a.bin", "b.bin"]) assert(sameBytes(desk.read(name), shared.read(name)));
});

Deno.test("files: connect fetches bare files over raw and text", async () => {
  using shared = new Folder({
    "empty": "",
    "one.bin": new Uint8Array([0]),
    "sub/inner.txt": "a line\nEOF\nand another EOF, quoted\n",
    "Grüße an alle.bin": anyBytes(MiB + 1),
  });
  await using server = fileserver(shared);
  const names = ["empty", "one.bin", "sub/inner.txt", "Grüße an alle.bin"];
  for (const dialect of ["raw", "text"]) {
    const said = await fetchAll(shared, await server.port(), names, ["--dialect", dialect]);
    assertEquals(count(said, " not verified"), names.length, said);
  }
});

peerTest(["nc"], "files: nc and the Python client fetch bare files", async () => {
  using shared = new Folder({ "notes.txt": "one\ntwo\n", "data.bin": anyBytes(300 * 1024) });
  using desk = new Folder();
  await using server = fileserver(shared);
  const port = await server.port();
  await using netcat = Program.start("nc", ["-N", "127.0.0.1", `${port}`]);
  await netcat.type("list\nget notes.txt\nget nothing\n");
  await netcat.endInput();
  assertEquals(
    (await netcat.ended()).stdout,
    "data.bin\nnotes.txt\none\ntwo\nEOFFile not found.\n",
  );
  const options = { cwd: desk.path };
  await using python = course("seed002_client.py", port, ["--name", "help"], options);
  await python.sees(/Commands: .*/); // its first message is a name to seed 002, and no file here
  await python.type("get data.bin\n");
  await python.sees("File received successfully.\n");
  assert(sameBytes(desk.read("data.bin"), shared.read("data.bin")));
});

Deno.test("files: under a cipher native files come whole, and only sealed bytes cross the wire", async () => {
  const text = "ATTACK AT DAWN, said the general\n".repeat(40_000);
  using shared = new Folder({ "orders.txt": text, "data.bin": anyBytes(2 * MiB) });
  for (const [cipher, key] of [["vigenere", "LEMON"], ["xor", "secret"], ["aes-gcm", "a phrase"]]) {
    const args = ["--cipher", cipher, "--key", key];
    await using server = fileserver(shared, ...args);
    await using relay = new Relay(await server.port());
    const names = cipher === "vigenere" ? ["orders.txt"] : ["orders.txt", "data.bin"];
    const said = await fetchAll(shared, relay.port, names, args);
    assertEquals(count(said, " verified\n"), names.length, said);
    assert(!relay.answered.includes("the general"), cipher);
    assert(!relay.sent.includes("orders"), cipher);
  }
});

Deno.test("files: a native client fetches from a room while others chat", async () => {
  using shared = new Folder({ "large.bin": anyBytes(5 * MiB) });
  using desk = new Folder();
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--files", shared.path]);
  const port = await server.port();
  await using ada = connect(port, ["--name", "Ada"], { cwd: desk.path });
  await server.sees("connected as Client 1: Ada", "stderr");
  await using ben = connect(port, ["--name", "Ben"]);
  await ada.sees("* Ben joined\n");
  const lines = Array.from({ length: 300 }, (_, i) => `line ${i}\n`);
  await ada.type("/get large.bin\n");
  for (const line of lines) await ben.type(line);
  await ada.sees("Saved large.bin: 5242880 bytes", "stderr");
  await ada.sees("Ben: line 299\n");
  assertEquals(ada.stdout, `* Ben joined\n${lines.map((line) => `Ben: ${line}`).join("")}`);
  assert(sameBytes(desk.read("large.bin"), shared.read("large.bin")));
  await ada.type("thank you\n");
  await ben.sees("Ada: thank you\n");
});

Deno.test("files: what a room says waits while a text client gets a bare file", async () => {
  const rows = Array.from({ length: 50_000 }, (_, i) => `row ${i}\n`).join("");
  using shared = new Folder({ "rows.txt": rows });
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--files", shared.path]);
  const port = await server.port();
  await using ben = connect(port, ["--name", "Ben"]);
  await server.sees("connected as Client 1: Ben", "stderr");
  using peer = await Peer.connect(port);
  await peer.send("/nick Peer\n");
  await peer.sees("You are Peer\n");
  await ben.sees("* Peer joined\n");
  await peer.send("/get rows.txt\nthank you\n");
  for (let i = 0; i < 50; i++) await ben.type(`line ${i}\n`);
  await peer.sees("EOF");
  await peer.sees("Ben: line 49\n");
  await ben.sees("Peer: thank you\n");
  await peer.close();
  const [before, after] = peer.received.split(`${rows}EOF`);
  assert(after !== undefined, "the file came in one piece");
  const said = Array.from({ length: 50 }, (_, i) => `Ben: line ${i}\n`).join("");
  assertEquals(before + after, `You are Peer\n${said}`);
});

Deno.test("files: serve --mode ack gives native clients verified files, too", async () => {
  using shared = new Folder({ "notes.txt": "one\ntwo\n" });
  using desk = new Folder();
  const args = ["--mode", "ack", "--files", shared.path];
  await using server = Program.labwire(["serve", "127.0.0.1:0", ...args]);
  await using client = connect(await server.port(), ["--name", "Ben"], { cwd: desk.path });
  await client.type("hello\n/list\n/get notes.txt\n/get nothing\n");
  await client.endInput();
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [1, "hello ACK\nnotes.txt\n"]);
  assertMatch(stderr, /^Saved notes\.txt: 8 bytes in .* s, .*, hash [0-9a-f]{64} verified$/m);
  assertMatch(stderr, /^Cannot get "nothing": File not found\.$/m);
  assertEquals(desk.names(), ["notes.txt"]);
});

Deno.test("a listing longer than one message is cut, and says how many names are missing", async () => {
  const names = Array.from({ length: 6000 }, (_, i) => `${i}`.padStart(200, "x"));
  using shared = new Folder(Object.fromEntries(names.map((name) => [name, ""])));
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0"]);
  await using client = connect(await server.port());
  await client.type("/list\n");
  const [, missing] = await client.sees(/\n… and (\d+) more\n/);
  const listed = client.stdout.split("\n").filter((line) => line.startsWith("x"));
  assertEquals(listed.length + Number(missing), names.length);
  await client.endInput();
  assertEquals((await client.ended()).code, 0);
});
