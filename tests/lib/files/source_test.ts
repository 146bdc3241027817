import { assert, assertEquals, assertRejects } from "@std/assert";
import { open } from "node:fs/promises";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { Source } from "../../../lib/files/source.ts";
import { Folder } from "../../support/folder.ts";
import { MIB, patterned, rootOf, sha256 } from "../../support/transfer.ts";

const LONG_AGO = 1_000_000_000;

/** A file of that content that was changed long ago, opened. */
async function setUp(content: Uint8Array, now?: number) {
  const folder = await Folder.make({ "a.bin": content });
  const path = `${folder.path}/a.bin`;
  Deno.utimeSync(path, LONG_AGO, LONG_AGO);
  const source = await Source.of(await open(path), "a.bin", now);
  return {
    path,
    source,
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      assertEquals(folder.open(), []);
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a source tells what it is", async () => {
  await using scene = await setUp(patterned(5));
  const { name, size, modified, executable, hashes } = scene.source;
  assertEquals([name, size, modified, executable], ["a.bin", 5, LONG_AGO, false]);
  assertEquals(hashes.count, 0);
});

Deno.test("a source tells a file that its owner may execute, and fractions of a second", async () => {
  await using folder = await Folder.make({ a: "" });
  const path = `${folder.path}/a`;
  await Deno.chmod(path, 0o755);
  await Deno.utime(path, LONG_AGO + 0.25, LONG_AGO + 0.25);
  await using source = await Source.of(await open(path), "a");
  assertEquals([source.executable, source.modified], [true, LONG_AGO + 0.25]);
});

Deno.test("a time before 1970 is told as 1970: messages have no other", async () => {
  await using folder = await Folder.make({ a: "" });
  const path = `${folder.path}/a`;
  const { success } = await new Deno.Command("touch", { args: ["-d", "1960-01-01", path] })
    .output();
  assert(success);
  await using source = await Source.of(await open(path), "a");
  assertEquals([source.modified, source.settled, await source.changed()], [0, true, false]);
});

Deno.test("a file is settled two seconds after it was changed", async () => {
  for (const [ms, settled] of [[0, false], [1999, false], [2000, true], [-5000, false]] as const) {
    await using scene = await setUp(patterned(5), LONG_AGO * 1000 + ms);
    assertEquals(scene.source.settled, settled);
  }
});

Deno.test("each block is read into its place, the last as far as it goes", async () => {
  const content = patterned(2 * MIB + 3);
  await using scene = await setUp(content);
  const buffer = new Uint8Array(MIB + 9);
  for (const [number, length] of [[1, MIB], [2, 3], [0, MIB], [3, 0], [99, 0]]) {
    assertEquals(await scene.source.read(number, buffer, 9), length);
    const expected = content.subarray(number * MIB, number * MIB + length);
    assertEquals(sha256(buffer.subarray(9, 9 + length)), sha256(expected));
  }
});

Deno.test("a file that has become shorter cannot be read to its end", async () => {
  await using scene = await setUp(patterned(2 * MIB));
  Deno.truncateSync(scene.path, MIB + 5);
  const buffer = new Uint8Array(MIB);
  assertEquals(await scene.source.read(0, buffer), MIB);
  const read = () => scene.source.read(1, buffer);
  await assertRejects(read, ProtocolError, "Cannot send the file: it has become shorter");
  await assertRejects(() => scene.source.sha256(), ProtocolError);
});

Deno.test("a file begins with blocks whose hash is that of its own", async () => {
  const content = patterned(3 * MIB + 100);
  await using scene = await setUp(content);
  const { source } = scene;
  const two = rootOf(content.subarray(0, 2 * MIB));
  assert(await source.beginsWith(2, two));
  assertEquals([source.hashes.count, source.hashes.computed], [2, 2 * MIB]);
  assert(await source.beginsWith(1, rootOf(content.subarray(0, MIB)))); // known by now
  assertEquals(source.hashes.computed, 2 * MIB);
  assert(!await source.beginsWith(1, two));
  assert(!await source.beginsWith(3, two));
  assert(await source.beginsWith(0, rootOf(new Uint8Array())));
});

Deno.test("a file begins with no more blocks than it has, and only with whole numbers of them", async () => {
  const content = patterned(MIB + 1);
  await using scene = await setUp(content);
  for (const count of [2, 3, 1e9, 0.5, 1.5, NaN, Infinity]) {
    assert(!await scene.source.beginsWith(count, rootOf(content)));
  }
  assertEquals(scene.source.hashes.count, 0);
});

Deno.test("blocks are hashed one by one, to the end", async () => {
  const content = patterned(2 * MIB + 1);
  await using scene = await setUp(content);
  const { source } = scene;
  const buffer = new Uint8Array(MIB);
  const went: boolean[] = [];
  for (let i = 0; i < 5; i++) went.push(await source.hash(buffer));
  assertEquals(went, [true, true, true, false, false]);
  assertEquals(source.hashes.root(), rootOf(content));
});

Deno.test("the SHA-256 of a file is that of all its bytes", async () => {
  for (const size of [0, 1, MIB, 2 * MIB + 1]) {
    await using scene = await setUp(patterned(size));
    assertEquals(await scene.source.sha256(), sha256(patterned(size)));
    assertEquals(scene.source.hashes.count, 0);
  }
});

Deno.test("a file that grew has not changed; one that was rewritten or cut short has", async () => {
  const cases: [what: string, change: (path: string) => void, changed: boolean][] = [
    ["nothing", () => {}, false],
    ["read", (path) => Deno.readFileSync(path), false],
    ["grown", (path) => Deno.writeTextFileSync(path, "more", { append: true }), false],
    ["rewritten", (path) => Deno.writeFileSync(path, patterned(100, 7)), true],
    ["touched", (path) => Deno.utimeSync(path, LONG_AGO, LONG_AGO + 1), true],
    ["shorter", (path) => Deno.truncateSync(path, 5), true],
    ["replaced", (path) => {
      Deno.writeTextFileSync(`${path}2`, "");
      Deno.renameSync(`${path}2`, path); // what is open is still what it was
    }, false],
  ];
  for (const [what, change, changed] of cases) {
    await using scene = await setUp(patterned(100));
    change(scene.path);
    assertEquals(await scene.source.changed(), changed, what);
  }
});

Deno.test("another version is told by content's size, time and file, not by its name", async () => {
  await using folder = await Folder.make({ a: "A", b: "A" });
  const version = async (name: string) => {
    await using source = await Source.of(await open(`${folder.path}/${name}`), name);
    return source.version;
  };
  for (const name of ["a", "b"]) Deno.utimeSync(`${folder.path}/${name}`, LONG_AGO, LONG_AGO);
  const first = await version("a");
  assertEquals(await version("a"), first);
  assert(await version("b") !== first);
  Deno.renameSync(`${folder.path}/a`, `${folder.path}/c`);
  assertEquals(await version("c"), first);
  Deno.utimeSync(`${folder.path}/c`, LONG_AGO, LONG_AGO + 0.001);
  assert(await version("c") !== first);
});
