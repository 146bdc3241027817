import { assert, assertEquals, assertRejects } from "@std/assert";
import { codeOf, Folder } from "../../../lib/files/folder.ts";
import { openPartFiles, type PartFiles } from "../../../lib/files/part_files.ts";
import { Folder as TempFolder } from "../../support/folder.ts";

async function close({ file, writer, index, lock }: PartFiles): Promise<void> {
  lock[Symbol.dispose]();
  await index.close();
  writer.close();
  await file.close();
}

for (const byPath of [false, true]) {
  const way = byPath ? "by path" : "by handle";

  Deno.test(`part and index are made, locked, and found again, ${way}`, async () => {
    await using temp = await TempFolder.make({});
    await using folder = await Folder.open(temp.path, { byPath });
    const first = await openPartFiles(folder, "a");
    assertEquals(temp.names(), [".a.part", ".a.part.index"]);
    const error = await assertRejects(() => openPartFiles(folder, "a"));
    assertEquals(codeOf(error), "EBUSY");
    await first.writer.write(new Uint8Array([65]));
    await close(first);
    const second = await openPartFiles(folder, "a");
    assertEquals(await second.file.readFile({ encoding: "utf8" }), "A");
    await close(second);
    assertEquals(temp.open(), []);
  });

  Deno.test(`a part with a second name gives way to a new one, ${way}`, async () => {
    await using temp = await TempFolder.make({ ".a.part": "A", ".a.part.index": "" });
    await Deno.link(`${temp.path}/.a.part`, `${temp.path}/a`);
    await using folder = await Folder.open(temp.path, { byPath });
    const files = await openPartFiles(folder, "a");
    await files.writer.write(new Uint8Array([66]));
    assertEquals((await files.file.stat()).size, 1);
    assert(!await folder.is("a", files.file));
    await close(files);
    assertEquals(await Deno.readTextFile(`${temp.path}/a`), "A");
  });
}

Deno.test("an index that was removed as it was locked is made anew", async () => {
  await using temp = await TempFolder.make({});
  await using folder = await Folder.open(temp.path);
  const lock = folder.lock.bind(folder);
  let removed = 0;
  folder.lock = async (name, handle) => {
    const held = await lock(name, handle);
    if (removed++ < 2) await Deno.remove(`${temp.path}/${name}`); // by whoever had it before
    return held;
  };
  const files = await openPartFiles(folder, "a");
  assertEquals(removed, 3);
  assert(await folder.is(".a.part.index", files.index));
  await close(files);
  assertEquals(temp.open(), []);
});
