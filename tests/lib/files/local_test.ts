import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { baseName, fileName, openSource, openTarget } from "../../../lib/files/local.ts";
import { Folder } from "../../support/folder.ts";

async function why(work: () => Promise<unknown>): Promise<string> {
  const error = await assertRejects(work, Failure);
  assertEquals(error.exit, Exit.failed);
  assertMatch(error.message, /^Cannot (read|save in) ".*": /);
  return error.message.replace(/^.*": /, "");
}

Deno.test("a file that the user names is opened, links followed", async () => {
  await using folder = await Folder.make({ "a b.txt": "A" });
  await Deno.symlink("a b.txt", `${folder.path}/link`);
  for (const name of ["a b.txt", "link"]) {
    await using source = await openSource(`${folder.path}/${name}`);
    assertEquals([source.name, source.size], [name, 1]);
  }
});

Deno.test("what is no regular file is not opened, and a FIFO is not waited for", async () => {
  await using folder = await Folder.make({ "a.txt": "A" });
  const { success } = await new Deno.Command("mkfifo", { args: [`${folder.path}/fifo`] }).output();
  assert(success);
  const open = (name: string) => () => openSource(`${folder.path}/${name}`);
  assertEquals(await why(open("nowhere")), "there is no such file or folder");
  assertEquals(await why(open("fifo")), "it is no regular file");
  assertEquals(await why(open("")), "it is no regular file");
  assertEquals(await why(open("a.txt/b")), "it is no folder");
  assertEquals(folder.open(), []);
});

Deno.test("the folder to save in is made if it is not there", async () => {
  await using folder = await Folder.make({ "a.txt": "A" });
  for (const name of ["", "new/deep", "new/deep"]) {
    await using target = await openTarget(`${folder.path}/${name}`);
    assertEquals(target.path, `${folder.path}${name && "/"}${name}`);
  }
});

Deno.test("a folder that cannot be is told", async () => {
  await using folder = await Folder.make({ "a.txt": "A" });
  assertEquals(await why(() => openTarget(`${folder.path}/a.txt`)), "it is no folder");
  assertEquals(await why(() => openTarget(`${folder.path}/a.txt/b`)), "it is no folder");
});

Deno.test("a base name is the last of a path, or nothing", () => {
  const cases = [
    ["a.txt", "a.txt"],
    ["sub/a.txt", "a.txt"],
    ["/a b/ü", "ü"],
    ["..\\a.txt", "a.txt"],
    ["a/", ""],
    [".", ""],
    ["..", ""],
    ["a/..", ""],
    ["", ""],
    ["...", "..."],
  ];
  for (const [path, name] of cases) assertEquals(baseName(path), name, path);
});

Deno.test("a path that has to name a file, and names none, is a mistake of usage", () => {
  assertEquals(fileName("sub/a.txt"), "a.txt");
  for (const path of ["", ".", "..", "sub/", "sub/.."]) {
    const error = assertThrows(() => fileName(path), Failure);
    assertEquals([error.exit, error.message], [
      Exit.usage,
      `Cannot take "${path}": it names no file`,
    ]);
  }
});
