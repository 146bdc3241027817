import { assertEquals } from "@std/assert";
import { BlockHashes, blockLength, blocksOf, HASH_BYTES } from "../../../lib/files/block_hashes.ts";
import { hex } from "../../support/feed.ts";
import { MIB, patterned, rootOf, sha256 } from "../../support/transfer.ts";

const BLOCKS = Array.from({ length: 40 }, (_, i) => patterned(100, i + 1));

function known(count = BLOCKS.length): BlockHashes {
  const hashes = new BlockHashes();
  for (const block of BLOCKS.slice(0, count)) hashes.add(block);
  return hashes;
}

Deno.test("the hash of a file is that of its blocks' hashes, in order", () => {
  const hashes = new BlockHashes();
  const content = patterned(2 * MIB + 7);
  for (let at = 0; at < content.length; at += MIB) hashes.add(content.subarray(at, at + MIB));
  assertEquals([hashes.count, hashes.computed], [3, content.length]);
  assertEquals(hashes.root(), rootOf(content));
  assertEquals(hashes.root(2), rootOf(content.subarray(0, 2 * MIB)));
});

Deno.test("the hash of an empty file is the SHA-256 of nothing", () => {
  const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  assertEquals(new BlockHashes().root(), nothing);
  assertEquals(known().root(0), nothing);
});

Deno.test("hashes of any number of blocks are kept, and lie as they were added", () => {
  const hashes = known();
  assertEquals(hashes.slice(0).length, BLOCKS.length * HASH_BYTES);
  for (const [i, block] of BLOCKS.entries()) {
    assertEquals(hashes.slice(i, i + 1).toHex(), sha256(block));
  }
  assertEquals(hex(hashes.slice(38)), hex(hashes.slice(38, 40)));
});

Deno.test("hashes that are told count as known and not as computed", () => {
  const hashes = new BlockHashes();
  hashes.push(known(35).slice(0));
  assertEquals([hashes.count, hashes.computed], [35, 0]);
  for (const block of BLOCKS.slice(35)) hashes.add(block);
  assertEquals([hashes.root(), hashes.computed], [known().root(), 500]);
});

Deno.test("what is truncated is forgotten, and replaced by what comes next", () => {
  const hashes = known();
  hashes.truncate(50);
  assertEquals(hashes.count, 40);
  hashes.truncate(3);
  assertEquals([hashes.count, hashes.root()], [3, known(3).root()]);
  hashes.add(BLOCKS[3]);
  assertEquals(hashes.root(), known(4).root());
});

Deno.test("what hashes take in memory grows with them", () => {
  assertEquals(known().bytes >= 40 * HASH_BYTES, true);
  assertEquals(new BlockHashes().bytes < known().bytes, true);
});

Deno.test("a file has as many blocks as begin in it, the last of what there is", () => {
  const cases: [size: number, lengths: number[]][] = [
    [0, []],
    [1, [1]],
    [MIB - 1, [MIB - 1]],
    [MIB, [MIB]],
    [MIB + 1, [MIB, 1]],
    [3 * MIB, [MIB, MIB, MIB]],
  ];
  for (const [size, lengths] of cases) {
    assertEquals(blocksOf(size), lengths.length);
    assertEquals(lengths.map((_, i) => blockLength(size, i)), lengths);
    assertEquals([blockLength(size, lengths.length), blockLength(size, 1000)], [0, 0]);
  }
});
