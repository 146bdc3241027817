import { assert, assertEquals } from "@std/assert";
import { open } from "node:fs/promises";
import { HashCache } from "../../../lib/files/hash_cache.ts";
import { Source } from "../../../lib/files/source.ts";
import { Folder } from "../../support/folder.ts";
import { MIB } from "../../support/transfer.ts";

/** What one file's hashes take at first. */
const ONE = 512;
const LONG_AGO = 1_000_000_000;

/** A folder with files of just over a block, changed long ago. */
async function setUp(...names: string[]): Promise<Folder> {
  const folder = await Folder.make({});
  for (const name of names) make(folder, name, MIB + 1);
  return folder;
}

function make(folder: Folder, name: string, size: number): void {
  const path = `${folder.path}/${name}`;
  Deno.writeTextFileSync(path, "");
  Deno.truncateSync(path, size);
  Deno.utimeSync(path, LONG_AGO, LONG_AGO);
}

/** A file that was opened, lent hashes, and given one of a block if it had none. */
async function lent(cache: HashCache, folder: Folder, name: string, now?: number): Promise<Source> {
  const source = await Source.of(await open(`${folder.path}/${name}`), name, now);
  await using _source = source;
  cache.lend(source);
  if (source.hashes.count === 0) source.hashes.add(new Uint8Array(name.length));
  return source;
}

Deno.test("two readers of a file share its hashes, and those of two files do not", async () => {
  await using folder = await setUp("a", "b");
  const cache = new HashCache();
  const first = await lent(cache, folder, "a");
  const second = await lent(cache, folder, "a");
  const other = await lent(cache, folder, "b");
  assert(first.hashes === second.hashes);
  assertEquals([second.hashes.count, second.hashes.computed], [1, 1]);
  assert(first.hashes !== other.hashes);
});

Deno.test("a file that was changed moments ago is lent nothing, and leaves nothing", async () => {
  await using folder = await setUp("a");
  const cache = new HashCache();
  const early = await lent(cache, folder, "a", LONG_AGO * 1000 + 1999);
  const settled = await lent(cache, folder, "a", LONG_AGO * 1000 + 2000);
  const again = await lent(cache, folder, "a");
  const late = await lent(cache, folder, "a", LONG_AGO * 1000 + 1999);
  assert(early.hashes !== settled.hashes);
  assert(settled.hashes === again.hashes);
  assert(late.hashes !== settled.hashes);
});

Deno.test("a file of one block is hashed anew, which is as fast", async () => {
  await using folder = await Folder.make({});
  make(folder, "a", MIB);
  const cache = new HashCache();
  const first = await lent(cache, folder, "a"), second = await lent(cache, folder, "a");
  assert(first.hashes !== second.hashes);
});

Deno.test("a file that was changed, replaced or resized has other hashes", async () => {
  await using folder = await setUp("a", "b", "c", "d");
  const cache = new HashCache();
  const before = new Map<string, Source>();
  for (const name of ["a", "b", "c"]) before.set(name, await lent(cache, folder, name));
  Deno.utimeSync(`${folder.path}/a`, LONG_AGO + 1, LONG_AGO + 1);
  Deno.renameSync(`${folder.path}/d`, `${folder.path}/b`);
  make(folder, "c", MIB + 2);
  for (const [name, { hashes }] of before) {
    assert((await lent(cache, folder, name)).hashes !== hashes, name);
  }
});

Deno.test("a file that is forgotten has new hashes", async () => {
  await using folder = await setUp("a");
  const cache = new HashCache();
  const first = await lent(cache, folder, "a");
  cache.forget(first);
  assert((await lent(cache, folder, "a")).hashes !== first.hashes);
});

Deno.test("beyond the limit the file that was used longest ago is forgotten", async () => {
  await using folder = await setUp("a", "b", "c");
  const cache = new HashCache(2 * ONE);
  const a = await lent(cache, folder, "a");
  assertEquals(a.hashes.bytes, ONE);
  const b = await lent(cache, folder, "b");
  assert((await lent(cache, folder, "a")).hashes === a.hashes); // now b is the oldest
  await lent(cache, folder, "c");
  assert((await lent(cache, folder, "a")).hashes === a.hashes);
  assert((await lent(cache, folder, "b")).hashes !== b.hashes);
});

Deno.test("a file whose hashes are over the limit keeps them while it is the only one", async () => {
  await using folder = await setUp("a", "b");
  const cache = new HashCache(ONE - 1);
  const a = await lent(cache, folder, "a");
  assert((await lent(cache, folder, "a")).hashes === a.hashes);
  await lent(cache, folder, "b");
  assert((await lent(cache, folder, "a")).hashes !== a.hashes);
});
