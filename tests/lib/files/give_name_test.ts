import { assertEquals, assertRejects } from "@std/assert";
import { codeOf, Folder } from "../../../lib/files/folder.ts";
import { giveName } from "../../../lib/files/give_name.ts";
import { Folder as TempFolder } from "../../support/folder.ts";

async function setUp(files: Record<string, string>) {
  const temp = await TempFolder.make({ ".part": "new", ...files });
  const folder = await Folder.open(temp.path);
  return {
    temp,
    folder,
    /** What is there, with its content. */
    get content() {
      return Object.fromEntries(
        temp.names().map((name) => [name, Deno.readTextFileSync(`${temp.path}/${name}`)]),
      );
    },
    async [Symbol.asyncDispose]() {
      await folder[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a name that is free is given, and the part has it no more", async () => {
  for (const exists of [undefined, "rename", "replace"] as const) {
    await using scene = await setUp({});
    assertEquals(await giveName(scene.folder, ".part", "a.txt", exists), "a.txt");
    assertEquals(scene.content, { "a.txt": "new" });
  }
});

Deno.test("a name that is taken is not given, and the part stays", async () => {
  await using scene = await setUp({ "a.txt": "old" });
  const error = await assertRejects(() => giveName(scene.folder, ".part", "a.txt"));
  assertEquals(codeOf(error), "EEXIST");
  assertEquals(scene.content, { ".part": "new", "a.txt": "old" });
});

Deno.test("the first number that is free is given", async () => {
  await using scene = await setUp({ "a.txt": "old", "a (2).txt": "old", "a (4).txt": "old" });
  assertEquals(await giveName(scene.folder, ".part", "a.txt", "rename"), "a (3).txt");
  assertEquals(scene.content["a (3).txt"], "new");
  assertEquals(Object.values(scene.content).filter((text) => text === "old").length, 3);
});

Deno.test("a file is replaced when that was asked for", async () => {
  await using scene = await setUp({ "a.txt": "old" });
  assertEquals(await giveName(scene.folder, ".part", "a.txt", "replace"), "a.txt");
  assertEquals(scene.content, { "a.txt": "new" });
});

Deno.test("a link is replaced or stays, and what it leads to stays in any case", async () => {
  await using scene = await setUp({ "target.txt": "old" });
  await Deno.symlink("target.txt", `${scene.temp.path}/a.txt`);
  await assertRejects(() => giveName(scene.folder, ".part", "a.txt"));
  assertEquals(scene.content["target.txt"], "old");
  await giveName(scene.folder, ".part", "a.txt", "replace");
  assertEquals(scene.content, { "a.txt": "new", "target.txt": "old" });
});

Deno.test("a folder is never replaced", async () => {
  await using scene = await setUp({ "a.txt/b": "old" });
  await assertRejects(() => giveName(scene.folder, ".part", "a.txt"));
  await assertRejects(() => giveName(scene.folder, ".part", "a.txt", "replace"));
  assertEquals(scene.temp.names(), [".part", "a.txt"]);
});
