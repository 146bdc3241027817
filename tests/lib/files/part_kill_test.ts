import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { blockOf, complete, PartPlace } from "../../support/parts.ts";
import { MIB, patterned, rootOf, sha256 } from "../../support/transfer.ts";

const PART = ".a.bin.part", INDEX = ".a.bin.part.index";
const CONTENT = patterned(4 * MIB + 100);

/** Asserts that `blocks` are taken for there, and that the file becomes what it should. */
async function assertGoesOn(place: PartPlace, blocks: number): Promise<void> {
  await using part = await place.open();
  assertEquals([part.blocks, part.size], [blocks, blocks * MIB]);
  assertEquals(place.read(PART).length, blocks * MIB);
  assertEquals(part.hashes.root(), rootOf(CONTENT.subarray(0, blocks * MIB)));
  await complete(part, CONTENT);
  assertEquals(part.hashes.root(), rootOf(CONTENT));
  await part.keep({}, "replace");
  assertEquals(sha256(place.read("a.bin")), sha256(CONTENT));
  assertEquals(place.temp.names(), ["a.bin"]);
}

/** A part of which three blocks are recorded, two and then one. */
async function setUp(): Promise<PartPlace> {
  const place = await PartPlace.make();
  await place.leave(CONTENT.subarray(0, 3 * MIB), [2, 1]);
  return place;
}

Deno.test("what a part has beyond its index is cut off: nobody knows what it is", async () => {
  for (const more of [new Uint8Array(10), new Uint8Array(MIB), patterned(2 * MIB, 9)]) {
    await using place = await setUp();
    place.write(PART, concat([place.read(PART), more]));
    await assertGoesOn(place, 3);
  }
});

Deno.test("what an index has beyond its part counts for nothing", async () => {
  const cases = [[3 * MIB - 1, 2], [2 * MIB, 2], [2 * MIB - 1, 0], [5, 0], [0, 0]];
  for (const [size, blocks] of cases) {
    await using place = await setUp();
    Deno.truncateSync(place.path(PART), size);
    await assertGoesOn(place, blocks);
  }
});

Deno.test("an index that was torn at any of its records tells what stands before", async () => {
  const header = "labwire part 1\n".length;
  const cases: [cut: number, blocks: number][] = [[1, 2], [50, 2], [80, 0], [100, 0]];
  for (const [cut, blocks] of cases) {
    await using place = await setUp();
    const index = place.read(INDEX);
    place.write(INDEX, index.subarray(0, index.length - cut));
    await assertGoesOn(place, blocks);
  }
  await using place = await setUp();
  place.write(INDEX, place.read(INDEX).subarray(0, header));
  await assertGoesOn(place, 0);
});

Deno.test("a process that was killed between two records leaves what the last one told", async () => {
  const content = patterned(20 * MIB);
  await using place = await PartPlace.make();
  await using writer = await place.open();
  for (let i = 0; i < 20; i++) await writer.write(blockOf(content, i));
  await using after = await PartPlace.make(); // as a killed process leaves it
  const snapshot = () => after.write(INDEX, place.read(INDEX));
  after.write(PART, place.read(PART));
  snapshot();
  await using part = await after.open();
  // Whether the record of the first 16 was there yet is chance; that it is true is not.
  assertEquals(part.blocks === 0 || part.blocks === 16, true);
  assertEquals(part.hashes.root(), rootOf(content.subarray(0, part.blocks * MIB)));
  await complete(part, content);
  await part.keep({});
  assertEquals(sha256(after.read("a.bin")), sha256(content));
  await writer.drop();
});

Deno.test("a kill between link and unlink leaves a file that nobody writes to", async () => {
  await using place = await setUp();
  await Deno.link(place.path(PART), place.path("a.bin"));
  const before = place.read("a.bin");
  {
    await using part = await place.open();
    assertEquals([part.size, part.hashes.count], [0, 0]);
    await part.write(patterned(MIB, 99));
    assertEquals(sha256(place.read("a.bin")), sha256(before));
  }
  assertEquals(sha256(place.read("a.bin")), sha256(before));
  const { ino, nlink } = await Deno.stat(place.path("a.bin"));
  assertEquals([nlink, ino === (await Deno.stat(place.path(PART))).ino], [1, false]);
});

Deno.test("a kill before the part was made leaves an index that is begun with", async () => {
  for (const index of ["", "labwire part 1\n"]) {
    await using place = await PartPlace.make();
    place.write(INDEX, index);
    await assertGoesOn(place, 0);
  }
});

Deno.test("a kill after the part was removed and before its index leaves nothing to go on with", async () => {
  await using place = await setUp();
  await Deno.remove(place.path(PART));
  await assertGoesOn(place, 0);
});

Deno.test("a file of that name without an index is somebody else's, at every try", async () => {
  await using place = await PartPlace.make({ [PART]: "mine" });
  for (let i = 0; i < 3; i++) {
    const error = await assertRejects(() => place.open(), Failure);
    assertEquals(
      error.message,
      'Cannot save "a.bin": something else has the name of its part',
    );
    assertEquals(new TextDecoder().decode(place.read(PART)), "mine");
  }
  assertEquals([place.temp.names(), place.temp.open()], [[PART], []]);
});

Deno.test("an index that is none is somebody else's, and what has the part's name stays", async () => {
  for (const index of ["my notes\n", "x"]) {
    await using place = await PartPlace.make({ [PART]: "mine", [INDEX]: index });
    for (let i = 0; i < 2; i++) {
      await assertRejects(() => place.open(), Failure, "something else has the name of its part");
    }
    assertEquals(place.read(PART), bytesOf("mine"));
    assertEquals(place.read(INDEX), bytesOf(index));
  }
});

Deno.test("a link, a folder or a FIFO in the place of part or index is left alone", async () => {
  for (const name of [PART, INDEX]) {
    for (const kind of ["link", "dangling", "folder", "fifo"]) {
      await using place = await PartPlace.make({ "target": "mine" });
      if (name === PART) place.write(INDEX, "labwire part 1\n");
      if (kind === "link") await Deno.symlink("target", place.path(name));
      if (kind === "dangling") await Deno.symlink("nowhere", place.path(name));
      if (kind === "folder") await Deno.mkdir(place.path(name));
      if (kind === "fifo") {
        const { success } = await new Deno.Command("mkfifo", { args: [place.path(name)] }).output();
        assertEquals(success, true);
      }
      const before = place.temp.names();
      await assertRejects(() => place.open(), Failure, 'Cannot save "a.bin": ');
      assertEquals(place.temp.names(), before);
      assertEquals(place.read("target"), bytesOf("mine"));
    }
  }
});

Deno.test("an empty index left by a kill does not make somebody else's file a part", async () => {
  await using place = await PartPlace.make({ ".a.bin.part": "mine", ".a.bin.part.index": "" });
  await place.open().then((p) => p[Symbol.asyncDispose](), () => {});
  assertEquals(place.temp.names().includes(".a.bin.part"), true);
});

Deno.test("a torn header is begun anew", async () => {
  await using place = await PartPlace.make({ ".a.bin.part.index": "labwire pa" });
  await (await place.open())[Symbol.asyncDispose]();
});
