import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import { Existing } from "../../../lib/files/existing.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { complete, PartPlace } from "../../support/parts.ts";
import { MIB, patterned, rootOf, sha256 } from "../../support/transfer.ts";

const CONTENT = patterned(3 * MIB + 100);

Deno.test("a file that is to be gone on with has whole blocks and a rest", async () => {
  for (const size of [0, 5, MIB - 1, MIB, MIB + 1, 2 * MIB + 5]) {
    await using place = await PartPlace.make({ "a.bin": CONTENT.subarray(0, size) });
    await using existing = await Existing.open(place.folder, "a.bin");
    const blocks = Math.floor(size / MIB);
    assertEquals([existing.blocks, existing.rest.length], [blocks, size % MIB]);
    assertEquals(sha256(existing.rest), sha256(CONTENT.subarray(blocks * MIB, size)));
    assert(await existing.isThere());
    await Deno.writeTextFile(place.path("a.bin"), "of another size");
    assert(!await existing.isThere());
  }
});

Deno.test("what is no regular file is not gone on with", async () => {
  await using place = await PartPlace.make({ "target": "mine", "sub/x": "" });
  await Deno.symlink("target", place.path("link"));
  for (const name of ["link", "sub", "nowhere"]) {
    await assertRejects(() => Existing.open(place.folder, name));
    await using part = await place.open(name);
    await assertRejects(() => part.goOn(), Failure, `Cannot save "${name}": `);
  }
  assertEquals(place.temp.names(), ["link", "sub", "target"]);
});

Deno.test("a file that is the beginning of what comes becomes all of it", async () => {
  for (const size of [0, 5, MIB, MIB + 1, 3 * MIB, 3 * MIB + 99, CONTENT.length]) {
    await using place = await PartPlace.make({ "a.bin": CONTENT.subarray(0, size) });
    await using part = await place.open();
    await part.goOn();
    const from = Math.floor(size / MIB);
    assertEquals(part.there, { from, hash: rootOf(CONTENT.subarray(0, from * MIB)) });
    assertEquals(part.hashed, from * MIB);
    await part.agree();
    assertEquals([part.size, part.hashed], [from * MIB, from * MIB]);
    assertEquals(place.read("a.bin").length, size);
    await complete(part, CONTENT);
    assertEquals([part.hashes.root(), await part.keep({})], [rootOf(CONTENT), "a.bin"]);
    assertEquals(sha256(place.read("a.bin")), sha256(CONTENT));
    assertEquals(place.temp.names(), ["a.bin"]);
  }
});

Deno.test("a file with another rest than what comes is left as it is", async () => {
  for (const whole of [0, 2 * MIB]) {
    for (const rest of [bytesOf("other"), CONTENT.subarray(whole, whole + 200)]) {
      const old = concat([CONTENT.subarray(0, whole), rest]);
      await using place = await PartPlace.make({ "a.bin": old });
      {
        await using part = await place.open();
        await part.goOn();
        await part.agree();
        const next = CONTENT.subarray(whole, whole + 100); // shorter than one of the rests
        const error = await assertRejects(() => part.write(next), Failure);
        assertEquals(error.message, 'Cannot go on with "a.bin": it is something else');
      }
      assertEquals(place.temp.names(), ["a.bin"]);
      assertEquals(sha256(place.read("a.bin")), sha256(old));
    }
  }
});

Deno.test("a file that is longer than what comes is left as it is", async () => {
  await using place = await PartPlace.make({ "a.bin": CONTENT.subarray(0, MIB + 1) });
  {
    await using part = await place.open();
    await part.goOn();
    await part.agree();
    await assertRejects(() => part.keep({}), Failure, "it is something else");
  }
  assertEquals([place.temp.names(), place.read("a.bin").length], [["a.bin"], MIB + 1]);
});

Deno.test("a file that was not gone on with after all is left as it is", async () => {
  const old = CONTENT.subarray(0, 2 * MIB + 5);
  for (const end of ["closed", "agreed", "dropped", "started over"]) {
    await using place = await PartPlace.make({ "a.bin": old });
    {
      await using part = await place.open();
      await part.goOn();
      if (end === "agreed") await part.agree();
      if (end === "dropped") await part.drop();
      if (end === "started over") {
        await assertRejects(() => part.restart(), Failure, "it is something else");
      }
    }
    assertEquals([place.temp.names(), place.temp.open()], [["a.bin"], []]);
    assertEquals(sha256(place.read("a.bin")), sha256(old));
  }
});

Deno.test("what broke off of a file that is gone on with is a part, and the file stays", async () => {
  const old = CONTENT.subarray(0, MIB + 5);
  await using place = await PartPlace.make({ "a.bin": old });
  {
    await using part = await place.open();
    await part.goOn();
    await part.agree();
    await part.write(CONTENT.subarray(MIB, 2 * MIB));
  }
  assertEquals(place.temp.names(), [".a.bin.part", ".a.bin.part.index", "a.bin"]);
  assertEquals(sha256(place.read("a.bin")), sha256(old));
  await using part = await place.open();
  await part.goOn();
  assertEquals(part.there, { from: 2, hash: rootOf(CONTENT.subarray(0, 2 * MIB)) });
  await part.agree();
  await complete(part, CONTENT);
  assertEquals(await part.keep({}), "a.bin");
  assertEquals(sha256(place.read("a.bin")), sha256(CONTENT));
  assertEquals(place.temp.names(), ["a.bin"]);
});

Deno.test("a part of something else stays until the existing file is agreed on", async () => {
  const old = patterned(2 * MIB, 9);
  await using place = await PartPlace.make({ "a.bin": old });
  await place.leave(CONTENT.subarray(0, MIB));
  {
    await using part = await place.open();
    await part.goOn();
    assertEquals(part.there, { from: 2, hash: rootOf(old) });
  }
  await using part = await place.open();
  assertEquals(part.there, { from: 1, hash: rootOf(CONTENT.subarray(0, MIB)) });
});

Deno.test("a file that was changed or removed meanwhile is not replaced", async () => {
  for (const other of ["mine", undefined]) {
    await using place = await PartPlace.make({ "a.bin": CONTENT.subarray(0, 2 * MIB) });
    await using part = await place.open();
    await part.goOn();
    await part.agree();
    await complete(part, CONTENT);
    await Deno.remove(place.path("a.bin"));
    if (other) {
      place.write("a.bin", other);
      await assertRejects(() => part.keep({}), Failure, "it exists already");
      assertEquals(place.read("a.bin"), bytesOf(other));
    } else assertEquals(await part.keep({}), "a.bin");
  }
});
