import { assert, assertEquals } from "@std/assert";
import { ENTRY_BYTES, PART_MS } from "../../../lib/base/limits.ts";
import { Usage } from "../../../lib/files/usage.ts";
import { Folder } from "../../support/folder.ts";

const QUOTA = 100 * ENTRY_BYTES;

/** The usage of a folder with these files, of these sizes, counted once. */
async function setUp(sizes: Record<string, number>) {
  const files = Object.entries(sizes).map(([name, size]) => [name, new Uint8Array(size)]);
  const folder = await Folder.make(Object.fromEntries(files));
  const usage = new Usage(folder.path, QUOTA);
  const full = await usage.isFull();
  return { folder, usage, full, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

Deno.test("all that a share holds counts, each entry with the room it takes at least", async () => {
  const cases: [sizes: Record<string, number>, taken: number][] = [
    [{}, 0],
    [{ a: 0 }, 1],
    [{ a: ENTRY_BYTES, b: 1 }, 2],
    [{ a: 10 * ENTRY_BYTES }, 10],
    [{ ".a.part": 10 * ENTRY_BYTES, ".a.part.index": 1 }, 11],
    [{ "sub/deep/a": 5 * ENTRY_BYTES, ".hidden/b": 1 }, 9],
  ];
  for (const [sizes, taken] of cases) {
    await using scene = await setUp(sizes);
    assertEquals(scene.usage.reserve(QUOTA - taken * ENTRY_BYTES + 1), undefined);
    assert(scene.usage.reserve(QUOTA - taken * ENTRY_BYTES));
  }
});

Deno.test("what is set aside is not there for others until it came, or did not", async () => {
  await using scene = await setUp({});
  const { usage } = scene;
  const most = usage.reserve(QUOTA - ENTRY_BYTES);
  assert(most);
  assertEquals(usage.reserve(2 * ENTRY_BYTES), undefined);
  assert(usage.reserve(0));
  assertEquals(usage.reserve(0), undefined);
  most.arrived(10 * ENTRY_BYTES);
  for (const _ of "ab") most[Symbol.dispose](); // the second time changes nothing
  assertEquals(usage.reserve(89 * ENTRY_BYTES + 1), undefined);
  assert(usage.reserve(89 * ENTRY_BYTES));
});

Deno.test("a share is full when not even an empty file has room", async () => {
  assert(!(await setUpAndRemove({ a: 99 * ENTRY_BYTES })).full);
  assert((await setUpAndRemove({ a: 99 * ENTRY_BYTES + 1 })).full);
  assert((await setUpAndRemove({ a: 200 * ENTRY_BYTES })).full);
});

async function setUpAndRemove(sizes: Record<string, number>) {
  await using scene = await setUp(sizes);
  return scene;
}

Deno.test("links are counted as links, and not followed", async () => {
  await using outside = await Folder.make({ big: new Uint8Array(QUOTA) });
  await using folder = await Folder.make({});
  await Deno.symlink(outside.path, `${folder.path}/folder`);
  await Deno.symlink(`${outside.path}/big`, `${folder.path}/file`);
  const usage = new Usage(folder.path, QUOTA);
  assert(!await usage.isFull());
  assert(usage.reserve(98 * ENTRY_BYTES));
});

Deno.test("parts that nobody went on with for long are removed, and nobody's own files", async () => {
  await using folder = await Folder.make({
    ".old.part": "x",
    ".old.part.index": "labwire part 1\n",
    "sub/.old.part": "x",
    "sub/.old.part.index": "labwire part 1\n",
    "sub/.gone.part.index": "labwire part 1\n",
    ".new.part": "x",
    ".new.part.index": "labwire part 1\n",
    ".mine.part": "mine",
    "old.part": "mine",
    "a.txt": "mine",
  });
  const old = (Date.now() - PART_MS - 60_000) / 1000;
  for (
    const name of [
      ".old.part",
      "sub/.old.part",
      "sub/.gone.part.index",
      ".mine.part",
      "old.part",
      "a.txt",
    ]
  ) {
    const both = name.endsWith(".old.part") ? [name, `${name}.index`] : [name];
    for (const each of both) await Deno.utime(`${folder.path}/${each}`, old, old);
  }
  await new Usage(folder.path, QUOTA).isFull();
  assertEquals(folder.names(), [
    ".mine.part",
    ".new.part",
    ".new.part.index",
    "a.txt",
    "old.part",
    "sub",
  ]);
  assertEquals(Array.from(Deno.readDirSync(`${folder.path}/sub`)), []);
});
