/**
 * Transfers that break off, and go on where they ended.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { only } from "../support/events.ts";
import { Program } from "../support/program.ts";
import { Choke } from "./support/choke.ts";
import { anyBytes, Folder, run, sameBytes } from "./support/lab.ts";

const MiB = 1024 * 1024;
const SIZE = 20 * MiB + 5;
const BIG = anyBytes(SIZE);

/** Where the first part of a transfer ends: in the middle of the 19th block. */
const MOST = Math.floor(18.5 * MiB);

function fileserver(folder: Folder, ...args: string[]): Program {
  return Program.labwire(["fileserver", folder.path, "127.0.0.1:0", ...args]);
}

function start(command: string, port: number, args: string[], desk: Folder): Program {
  return Program.labwire([command, `127.0.0.1:${port}`, ...args], { cwd: desk.path });
}

/** Gets `big.bin` as far as it comes, and then sends Ctrl-C. */
async function interruptGet(port: number, desk: Folder): Promise<void> {
  await using choke = new Choke(port, { down: MOST });
  await using client = start("get", choke.port, ["big.bin"], desk);
  await choke.full;
  await until(() => partSize(desk) === 18 * MiB);
  client.signal("SIGINT");
  const { code, stdout } = await client.ended();
  assertEquals([code, stdout], [130, ""]);
}

Deno.test("Ctrl-C leaves a hidden part, and the next get fetches and hashes only what is missing", async () => {
  using shared = new Folder({ "big.bin": BIG });
  using desk = new Folder();
  await using server = fileserver(shared);
  const port = await server.port();
  await interruptGet(port, desk);
  assertEquals(desk.names(), [".big.bin.part", ".big.bin.part.index"]);
  const ended = await run("get", port, ["big.bin", "--json"], { cwd: desk.path });
  const { code, stderr } = ended;
  const rest = SIZE - 18 * MiB;
  const { fetched, hashed } = only("file", ended);
  assertEquals([code, fetched, hashed], [0, rest, rest], stderr);
  assertMatch(stderr, /, fetched 2097157 bytes, hashed 2097157 bytes, hash \w+ verified\n$/);
  assertEquals(desk.names(), ["big.bin"]);
  assert(sameBytes(desk.read("big.bin"), BIG));
});

Deno.test("Ctrl-C in a conversation keeps what has come of a file, too", async () => {
  using shared = new Folder({ "big.bin": BIG });
  using desk = new Folder();
  await using server = fileserver(shared);
  const port = await server.port();
  {
    await using choke = new Choke(port, { down: 10.5 * MiB });
    await using client = start("connect", choke.port, [], desk);
    await client.type("/get big.bin\n");
    await choke.full;
    await until(() => partSize(desk) === 10 * MiB);
    client.signal("SIGINT");
    const { code, stderr } = await client.ended();
    assertEquals([code, stderr], [130, ""]);
  }
  const ended = await run("get", port, ["big.bin", "--json"], { cwd: desk.path });
  assertEquals(only("file", ended).fetched, SIZE - 10 * MiB);
  assert(sameBytes(desk.read("big.bin"), BIG));
});

Deno.test("a server that stops in mid-transfer ends get with 5, and another one goes on", async () => {
  using shared = new Folder({ "big.bin": BIG });
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    using desk = new Folder();
    await using server = fileserver(shared);
    await using choke = new Choke(await server.port(), { down: MOST });
    await using client = start("get", choke.port, ["big.bin"], desk);
    await choke.full;
    server.signal(signal);
    if (signal === "SIGTERM") assertEquals((await server.ended()).code, 0);
    else await server.ended();
    choke.cut();
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stdout], [5, ""], stderr);
    assertMatch(stderr, /^labwire: Cannot go on: .*\(the same command goes on where this .*\)\n$/);
    await using next = fileserver(shared);
    const ended = await run("get", await next.port(), ["big.bin", "--json"], { cwd: desk.path });
    assertEquals([ended.code, only("file", ended).fetched! < 4 * MiB], [0, true], ended.stderr);
    assert(sameBytes(desk.read("big.bin"), BIG));
  }
});

Deno.test("a file that has changed since is started over, and that is said", async () => {
  using shared = new Folder({ "big.bin": BIG });
  using desk = new Folder();
  await using server = fileserver(shared);
  const port = await server.port();
  await interruptGet(port, desk);
  const other = BIG.slice();
  other[0] ^= 1;
  Deno.writeFileSync(shared.at("big.bin"), other);
  const ended = await run("get", port, ["big.bin", "--json"], { cwd: desk.path });
  assertEquals([ended.code, only("file", ended).fetched], [0, SIZE], ended.stderr);
  assertMatch(ended.stderr, /^big\.bin has changed since it was begun: started over$/m);
  assert(sameBytes(desk.read("big.bin"), other));
});

Deno.test("--resume goes on with a file that stands under its name", async () => {
  using shared = new Folder({ "big.bin": BIG });
  using desk = new Folder({ "big.bin": BIG.subarray(0, 15 * MiB + 77) });
  await using server = fileserver(shared);
  const port = await server.port();
  const ended = await run("get", port, ["big.bin", "--resume", "--json"], { cwd: desk.path });
  assertEquals([ended.code, only("file", ended).fetched], [0, SIZE - 15 * MiB], ended.stderr);
  assert(sameBytes(desk.read("big.bin"), BIG));
  assertEquals(desk.names(), ["big.bin"]);
});

Deno.test("a put that broke off stays hidden at the server, and goes on", async () => {
  using shared = new Folder();
  using desk = new Folder({ "big.bin": BIG });
  await using server = fileserver(shared, "--writable");
  const port = await server.port();
  {
    await using choke = new Choke(port, { up: MOST });
    await using client = start("put", choke.port, ["big.bin"], desk);
    await choke.full;
    client.signal("SIGINT");
    assertEquals((await client.ended()).code, 130);
  }
  assertEquals((await run("ls", port)).stdout, "", "nobody sees it");
  const put = await putOnceFree(port, ["big.bin", "--json"], desk);
  const { sent, size } = only("file", put);
  assertEquals([put.code, size, sent! < 4 * MiB], [0, SIZE, true], put.stderr + put.stdout);
  assertEquals(shared.names(), ["big.bin"]);
  assert(sameBytes(shared.read("big.bin"), BIG));
});

Deno.test("a put whose server stops in the middle ends with 5", async () => {
  using shared = new Folder();
  using desk = new Folder({ "big.bin": BIG });
  await using server = fileserver(shared, "--writable");
  await using choke = new Choke(await server.port(), { up: MOST });
  await using client = start("put", choke.port, ["big.bin"], desk);
  await choke.full;
  server.signal("SIGKILL");
  choke.cut();
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [5, ""], stderr);
  assertMatch(stderr, /^labwire: Cannot go on: .*\n$/);
  assert(!shared.names().includes("big.bin"), "nothing stands under the final name");
});

Deno.test("a server of which nothing more comes ends get with 6, once --timeout is over", async () => {
  using shared = new Folder({ "big.bin": BIG });
  using desk = new Folder();
  await using server = fileserver(shared);
  await using choke = new Choke(await server.port(), { down: MOST });
  const args = ["big.bin", "--timeout", "300ms"];
  const { code, stdout, stderr } = await run("get", choke.port, args, { cwd: desk.path });
  assertEquals([code, stdout], [6, ""], stderr);
  assertMatch(stderr, /^labwire: Cannot go on: nothing moved for too long.*\n$/);
  assertEquals(desk.names(), [".big.bin.part", ".big.bin.part.index"]);
});

/** The size of the part of `big.bin`, 0 while there is none. */
function partSize(desk: Folder): number {
  try {
    return Deno.statSync(desk.at(".big.bin.part")).size;
  } catch {
    return 0;
  }
}

/** Waits for what no event tells of; fails after 20 s. */
async function until(holds: () => boolean): Promise<void> {
  const late = Date.now() + 20_000;
  while (!holds()) {
    assert(Date.now() < late, `not in 20 s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Puts once the server has noticed that the last client is gone: no event tells of that. */
async function putOnceFree(port: number, args: string[], desk: Folder) {
  for (let tries = 20;; tries--) {
    const ended = await run("put", port, args, { cwd: desk.path });
    if (tries === 0 || !ended.stderr.includes("somebody else is sending it")) return ended;
  }
}
