import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { bytesOf } from "../../support/feed.ts";
import { blockOf, complete, PartPlace } from "../../support/parts.ts";
import { MIB, patterned, rootOf, sha256 } from "../../support/transfer.ts";

const PART = ".a.bin.part", INDEX = ".a.bin.part.index";

Deno.test("a file stands under its name once it is kept, and the part is gone", async () => {
  const content = patterned(2 * MIB + 5);
  await using place = await PartPlace.make();
  {
    await using part = await place.open();
    await complete(part, content);
    assertEquals(place.temp.names(), [PART, INDEX]);
    assertEquals([part.size, part.blocks, part.hashes.root()], [
      content.length,
      2,
      rootOf(content),
    ]);
    assertEquals(await part.keep({}), "a.bin");
    assertEquals(place.temp.names(), ["a.bin"]);
  }
  assertEquals(place.temp.names(), ["a.bin"]);
  assertEquals(sha256(place.read("a.bin")), sha256(content));
  assertEquals(place.temp.open(), []);
});

Deno.test("an empty file is kept", async () => {
  await using place = await PartPlace.make();
  await using part = await place.open();
  assertEquals(await part.keep({}), "a.bin");
  assertEquals([place.temp.names(), place.read("a.bin").length], [["a.bin"], 0]);
});

Deno.test("a name of the greatest length can be saved", async () => {
  await using place = await PartPlace.make();
  for (const name of ["x".repeat(255), "é".repeat(127)]) {
    await using part = await place.open(name);
    assertEquals(await part.keep({}), name);
    assert(place.temp.names().includes(name));
  }
});

Deno.test("a part that is closed goes on with its whole blocks, which are not hashed again", async () => {
  const content = patterned(3 * MIB + 7);
  await using place = await PartPlace.make();
  {
    await using part = await place.open();
    for (const number of [0, 1]) await part.write(blockOf(content, number));
  }
  assertEquals(place.temp.names(), [PART, INDEX]);
  await using part = await place.open();
  assertEquals([part.blocks, part.size, part.hashes.computed], [2, 2 * MIB, 0]);
  assertEquals(part.hashes.root(), rootOf(content.subarray(0, 2 * MIB)));
  await complete(part, content);
  assertEquals([part.hashes.root(), part.hashes.computed], [rootOf(content), MIB + 7]);
  await part.keep({});
  assertEquals(sha256(place.read("a.bin")), sha256(content));
});

Deno.test("a part without a whole block leaves nothing behind", async () => {
  await using place = await PartPlace.make();
  for (const size of [0, 5, MIB - 1]) {
    const part = await place.open();
    if (size > 0) await part.write(patterned(size));
    await part[Symbol.asyncDispose]();
    assertEquals([place.temp.names(), place.temp.open()], [[], []]);
  }
});

Deno.test("a last block that is short is received again", async () => {
  const content = patterned(MIB + 5);
  await using place = await PartPlace.make();
  {
    await using part = await place.open();
    await complete(part, content);
  }
  assertEquals(place.read(PART).length, content.length);
  await using part = await place.open();
  assertEquals([part.blocks, part.size, place.read(PART).length], [1, MIB, MIB]);
});

Deno.test("what is written may be changed once it was taken", async () => {
  await using place = await PartPlace.make();
  await using part = await place.open();
  const block = new Uint8Array(MIB);
  for (const value of [1, 2]) await part.write(block.fill(value));
  block.fill(9);
  await part.keep({});
  const content = new Uint8Array(2 * MIB).fill(1).fill(2, MIB);
  assertEquals(sha256(place.read("a.bin")), sha256(content));
});

Deno.test("hashes are recorded every 16 blocks, while the part is open", async () => {
  const content = patterned(32 * MIB);
  await using place = await PartPlace.make();
  await using part = await place.open();
  const header = bytesOf("labwire part 1\n").length;
  for (let i = 0; i < 15; i++) await part.write(blockOf(content, i));
  assertEquals(place.read(INDEX).length, header);
  for (let i = 15; i < 32; i++) await part.write(blockOf(content, i));
  // The second record is begun when the first is there.
  const lines = new TextDecoder().decode(place.read(INDEX)).split("\n");
  const [first, hashes] = lines[1].split(" ");
  assertEquals([first, hashes], ["0", part.hashes.slice(0, 16).toHex()]);
  await part.drop();
});

Deno.test("a file gets its time, and may be executed when its owner says so", async () => {
  await using place = await PartPlace.make();
  for (const executable of [undefined, false, true]) {
    const part = await place.open();
    await part.write(bytesOf("#!/bin/sh\n"));
    await part.keep({ modified: 1_000_000_000.25, executable }, "replace");
    await part[Symbol.asyncDispose]();
    const { mtime, mode } = await Deno.stat(place.path("a.bin"));
    assertEquals(mtime?.getTime(), 1_000_000_000_250);
    assertEquals(mode! & 0o111, executable ? 0o111 & ~Deno.umask() : 0);
  }
});

Deno.test("a time that no file system has is left out", async () => {
  await using place = await PartPlace.make();
  for (const modified of [1e300, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    await using part = await place.open();
    await part.write(bytesOf("A"));
    await part.keep({ modified }, "replace");
    assert(Date.now() - (await Deno.stat(place.path("a.bin"))).mtime!.getTime() < 1e8);
  }
});

Deno.test("a name that is taken stays, is replaced, or the new one is numbered", async () => {
  await using place = await PartPlace.make({ "a.bin": "old" });
  const keep = async (exists?: "replace" | "rename") => {
    await using part = await place.open();
    await part.write(bytesOf("new"));
    return await part.keep({}, exists);
  };
  const error = await assertRejects(() => keep(), Failure);
  assertEquals(error.exit, Exit.failed);
  assertEquals(
    error.line,
    'Cannot save "a.bin": it exists already (--overwrite replaces it, --rename numbers the new one)',
  );
  assertEquals(place.temp.names(), ["a.bin"]);
  assertEquals(await keep("rename"), "a (2).bin");
  assertEquals(new TextDecoder().decode(place.read("a.bin")), "old");
  assertEquals(await keep("replace"), "a.bin");
  assertEquals(new TextDecoder().decode(place.read("a.bin")), "new");
  assertEquals(place.temp.names(), ["a (2).bin", "a.bin"]);
});

Deno.test("a part that cannot be kept can be kept later, whole blocks and all", async () => {
  const content = patterned(MIB);
  await using place = await PartPlace.make({ "a.bin": "old" });
  {
    await using part = await place.open();
    await complete(part, content);
    await assertRejects(() => part.keep({}), Failure, "it exists already");
  }
  assertEquals(place.temp.names(), [PART, INDEX, "a.bin"]);
  await using part = await place.open();
  assertEquals(part.size, MIB);
  await part.keep({}, "replace");
  assertEquals(sha256(place.read("a.bin")), sha256(content));
});

Deno.test("only one has a part at a time", async () => {
  await using place = await PartPlace.make();
  await place.leave(patterned(MIB));
  {
    await using part = await place.open();
    const error = await assertRejects(() => place.open(), Failure);
    assertEquals(error.exit, Exit.failed);
    assertEquals(error.message, 'Cannot save "a.bin": somebody else is sending it right now');
    await using _other = await place.open("b.bin");
    assertEquals(part.blocks, 1);
  }
  await using part = await place.open();
  assertEquals(part.blocks, 1);
});

Deno.test("of many who open a part at once exactly one gets it", async () => {
  await using place = await PartPlace.make();
  const opened = await Promise.allSettled(Array.from({ length: 20 }, () => place.open()));
  const parts = opened.filter((each) => each.status === "fulfilled").map(({ value }) => value);
  assertEquals(parts.length, 1);
  for (const each of opened) {
    if (each.status === "rejected") assertEquals(each.reason.cause.code, "EBUSY");
  }
  await parts[0][Symbol.asyncDispose]();
  assertEquals([place.temp.names(), place.temp.open()], [[], []]);
});

Deno.test("a part that starts over forgets what was there", async () => {
  await using place = await PartPlace.make();
  await place.leave(patterned(2 * MIB));
  const content = patterned(MIB, 5);
  {
    await using part = await place.open();
    await part.restart();
    assertEquals([part.size, part.blocks, part.hashes.count], [0, 0, 0]);
    await complete(part, content);
  }
  await using part = await place.open();
  assertEquals([part.size, part.hashes.root()], [MIB, rootOf(content)]);
});

Deno.test("a part that is dropped is gone", async () => {
  await using place = await PartPlace.make();
  await place.leave(patterned(2 * MIB));
  const part = await place.open();
  await part.drop();
  assertEquals(place.temp.names(), []);
  await part[Symbol.asyncDispose]();
  assertEquals([place.temp.names(), place.temp.open()], [[], []]);
});
