import { assert, assertEquals } from "@std/assert";
import { type FileHandle, open } from "node:fs/promises";
import { BlockHashes } from "../../../lib/files/block_hashes.ts";
import { BlockIndex } from "../../../lib/files/block_index.ts";
import { bytesOf } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { MIB, patterned, sha256 } from "../../support/transfer.ts";

const HEADER = "labwire part 1\n";
/** Three records: of two blocks, of one and of three. */
const RECORDS: [first: number, count: number][] = [[0, 2], [2, 1], [3, 3]];
const ALL = 6;

function hashesOf(count: number): BlockHashes {
  const hashes = new BlockHashes();
  for (let i = 0; i < count; i++) hashes.add(patterned(10, i + 1));
  return hashes;
}

function line(first: number, count: number): string {
  const record = `${first} ${hashesOf(ALL).slice(first, first + count).toHex()}`;
  return `${record} ${sha256(bytesOf(record)).slice(0, 8)}\n`;
}

const LINES = RECORDS.map(([first, count]) => line(first, count));
const WHOLE = HEADER + LINES.join("");

/** What is known from an index of that text, and what the file holds after it was loaded. */
async function load(
  text: string | Uint8Array,
  size = 100 * MIB,
  then?: (index: BlockIndex) => Promise<void>,
) {
  await using folder = await Folder.make({ index: text });
  const path = `${folder.path}/index`;
  const file: FileHandle = await open(path, "r+");
  try {
    const index = new BlockIndex(file);
    const known = await index.load(size);
    await then?.(index);
    return { known, text: await Deno.readTextFile(path) };
  } finally {
    await file.close();
  }
}

Deno.test("an index that is written is the documented text, and comes back", async () => {
  const { text } = await load("", 0, async (index) => {
    for (const [first, count] of RECORDS) {
      await index.append(first, hashesOf(ALL).slice(first, first + count));
    }
  });
  assertEquals(text, WHOLE);
  const { known, text: after } = await load(WHOLE);
  assertEquals([known?.count, known?.root(), known?.computed], [ALL, hashesOf(ALL).root(), 0]);
  assertEquals(after, WHOLE);
});

Deno.test("a new index gets its header", async () => {
  const { known, text } = await load("", 0);
  assertEquals([known?.count, text], [0, HEADER]);
});

Deno.test("a record that is torn at any position is dropped, and cut off", async () => {
  for (let length = HEADER.length; length <= WHOLE.length; length++) {
    const { known, text } = await load(WHOLE.slice(0, length));
    let whole = HEADER, count = 0;
    for (const [i, [, blocks]] of RECORDS.entries()) {
      if ((whole + LINES[i]).length > length) break;
      whole += LINES[i];
      count += blocks;
    }
    assertEquals([known?.count, known?.root(), text], [count, hashesOf(count).root(), whole]);
  }
});

Deno.test("a record goes on where the torn one was cut off", async () => {
  const torn = WHOLE.slice(0, -20);
  const { text } = await load(torn, 100 * MIB, (index) => index.append(3, hashesOf(ALL).slice(3)));
  assertEquals(text, WHOLE);
});

Deno.test("a digit that was changed anywhere ends what is known", async () => {
  const start = HEADER.length + LINES[0].length;
  for (let at = start; at < start + LINES[1].length; at++) {
    const changed = WHOLE[at] === "0" ? "1" : "0";
    const { known, text } = await load(WHOLE.slice(0, at) + changed + WHOLE.slice(at + 1));
    assertEquals([known?.count, text], [2, HEADER + LINES[0]], `at ${at}`);
  }
});

Deno.test("a record that leaves a gap, repeats a block or has half a hash ends what is known", async () => {
  const half = `2 ${"ab".repeat(16)}`;
  const strange = [
    line(3, 3),
    line(1, 1),
    line(0, 2),
    `${half} ${sha256(bytesOf(half)).slice(0, 8)}\n`,
    "\n",
    "\0\0\0\0\n",
  ];
  for (const record of strange) {
    const { known, text } = await load(HEADER + LINES[0] + record + LINES[1]);
    assertEquals([known?.count, text], [2, HEADER + LINES[0]], record);
  }
});

Deno.test("no more is known than a part of that size can have", async () => {
  const counts = [[0, 0], [MIB, 0], [2 * MIB - 1, 0], [2 * MIB, 2], [5 * MIB, 3], [6 * MIB, 6]];
  for (const [size, count] of counts) {
    const { known } = await load(WHOLE, size);
    assertEquals(known?.count, count);
  }
});

Deno.test("a file that is no index is told, and left as it is", async () => {
  for (const text of ["notes\n", "labwire part 2\n", `x${WHOLE}`, "\n", "LABWIRE PART 1\n"]) {
    const { known, text: after } = await load(text);
    assertEquals([known, after], [undefined, text]);
  }
  const { known } = await load(patterned(1000));
  assert(known === undefined);
});

Deno.test("an index that is cleared has its header, and begins anew", async () => {
  const { text } = await load(WHOLE, 100 * MIB, async (index) => {
    await index.clear();
    await index.append(0, hashesOf(ALL).slice(0, 2));
  });
  assertEquals(text, HEADER + LINES[0]);
});
