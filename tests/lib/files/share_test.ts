import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Exit, Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { LISTING_NAMES } from "../../../lib/base/limits.ts";
import { Share } from "../../../lib/files/share.ts";
import { Folder } from "../../support/folder.ts";

/** A share with some files, beside things that must not be reached. */
async function setUp() {
  const folder = await Folder.make({
    "secret.txt": "secret",
    "outside/hidden.txt": "secret",
    "share/a.txt": "A",
    "share/b b.txt": "B",
    "share/Zoë.txt": "Z",
    "share/empty": "",
    "share/sub/c.txt": "C",
    "share/sub/deep/d.txt": "D",
    "share/.hidden": "secret",
    "share/.git/config": "secret",
    "share/sub/.env": "secret",
  });
  const link = (target: string, path: string) =>
    Deno.symlink(target, `${folder.path}/share/${path}`);
  await link("../secret.txt", "link.txt");
  await link("a.txt", "inner-link.txt");
  await link("../outside", "linked");
  await link("sub", "inner-linked");
  await link("nowhere", "dangling");
  const fifo = await new Deno.Command("mkfifo", { args: [`${folder.path}/share/fifo`] }).output();
  assert(fifo.success);
  const share = await Share.open(`${folder.path}/share`);
  return {
    folder,
    share,
    async [Symbol.asyncDispose]() {
      await share[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function contentOf(share: Share, name: string): Promise<string> {
  const { handle, size } = await share.openFile(name);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(size + 1), 0, size + 1, 0);
    assertEquals(bytesRead, size);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

Deno.test("a share lists files and folders, sorted, and nothing that is hidden or odd", async () => {
  await using scene = await setUp();
  assertEquals(await scene.share.list(), ["Zoë.txt", "a.txt", "b b.txt", "empty", "sub/"]);
});

Deno.test("a folder of the share lists with its path in front", async () => {
  await using scene = await setUp();
  for (const name of ["sub", "sub/", "/sub", "./sub", "sub//"]) {
    assertEquals(await scene.share.list(name), ["sub/c.txt", "sub/deep/"]);
  }
  assertEquals(await scene.share.list("sub/deep"), ["sub/deep/d.txt"]);
});

Deno.test("a file is opened by the name that the list shows", async () => {
  await using scene = await setUp();
  assertEquals(await contentOf(scene.share, "a.txt"), "A");
  assertEquals(await contentOf(scene.share, "b b.txt"), "B");
  assertEquals(await contentOf(scene.share, "Zoë.txt"), "Z");
  assertEquals(await contentOf(scene.share, "empty"), "");
  assertEquals(await contentOf(scene.share, "sub/deep/d.txt"), "D");
});

const OUT_OF_REACH: [what: string, name: string][] = [
  ["nothing", ""],
  ["what is not there", "b.txt"],
  ["a file's name in another case", "A.TXT"],
  ["a folder", "sub"],
  ["a folder with a slash", "sub/"],
  ["a file with a slash", "a.txt/"],
  ["something within a file", "a.txt/b"],
  ["the folder itself", "."],
  ["the folder above", ".."],
  ["a file above", "../secret.txt"],
  ["a file above by a detour", "sub/../../secret.txt"],
  ["a file within by a detour", "sub/../a.txt"],
  ["a file by way of this folder", "./a.txt"],
  ["an absolute path", "/etc/passwd"],
  ["an absolute path with more slashes", "//etc/passwd"],
  ["a doubled slash", "sub//c.txt"],
  ["a NUL behind the name", "a.txt\0"],
  ["a NUL within the path", "sub\0/c.txt"],
  ["backslashes", "sub\\c.txt"],
  ["backslashes that lead up", "..\\secret.txt"],
  ["a drive", "C:secret.txt"],
  ["a stream of Windows", "a.txt::$DATA"],
  ["a dotfile", ".hidden"],
  ["a file in a dot folder", ".git/config"],
  ["a dotfile in a folder", "sub/.env"],
  ["a link to a file above", "link.txt"],
  ["a link to a file within", "inner-link.txt"],
  ["a file through a link to a folder above", "linked/hidden.txt"],
  ["a file through a link to a folder within", "inner-linked/c.txt"],
  ["a link to nowhere", "dangling"],
  ["a FIFO, without waiting for its writer", "fifo"],
  ["a name that ends in a dot", "a.txt."],
  ["a name that ends in a space", "a.txt "],
  ["a name with an escape sequence", "\x1b[2Ja.txt"],
  ["a name that is far too long", "x".repeat(10_000)],
  ["a path that is far too deep", "x/".repeat(5000) + "x"],
];

Deno.test("whatever is no regular file of the share is not found, and nothing more is told", async (t) => {
  await using scene = await setUp();
  for (const [what, name] of OUT_OF_REACH) {
    await t.step(what, async () => {
      const error = await assertRejects(() => scene.share.openFile(name), ProtocolError);
      assertEquals(error.message, "File not found.");
    });
  }
});

Deno.test("no folder outside the share is listed, by any name or link", async () => {
  await using scene = await setUp();
  const names = ["..", "../outside", "sub/../..", "linked", "inner-linked", ".git", "sub/.."];
  for (const name of [...names, "a.txt", "fifo", "nowhere", "sub\0", "sub\\deep", "C:"]) {
    const error = await assertRejects(() => scene.share.list(name), ProtocolError);
    assertEquals(error.message, "Folder not found.");
  }
  assertEquals(await scene.share.list("/"), await scene.share.list());
});

Deno.test("a folder that becomes a link while it is shared leads nowhere", async () => {
  await using scene = await setUp();
  const { folder, share } = scene;
  assertEquals(await contentOf(share, "sub/c.txt"), "C");
  await Deno.writeTextFile(`${folder.path}/outside/c.txt`, "secret");
  await Deno.rename(`${folder.path}/share/sub`, `${folder.path}/sub`);
  await Deno.symlink("../outside", `${folder.path}/share/sub`);
  await assertRejects(() => share.openFile("sub/c.txt"), ProtocolError);
  await assertRejects(() => share.list("sub"), ProtocolError);
});

Deno.test("a share that is moved, and replaced by a link, is still the folder it was", async () => {
  await using scene = await setUp();
  const { folder, share } = scene;
  await Deno.rename(`${folder.path}/share`, `${folder.path}/moved`);
  await Deno.symlink("outside", `${folder.path}/share`);
  assertEquals(await contentOf(share, "a.txt"), "A");
  await assertRejects(() => share.openFile("hidden.txt"), ProtocolError);
});

Deno.test("a listing of very many names is cut, and says so", async () => {
  await using folder = await Folder.make({});
  const names = Array.from({ length: LISTING_NAMES + 3 }, (_, i) => `f${i}`);
  for (const name of names) Deno.writeTextFileSync(`${folder.path}/${name}`, "");
  await using share = await Share.open(folder.path);
  const listed = await share.list();
  assertEquals([listed.length, listed.at(-1)], [LISTING_NAMES + 1, "… and 3 more"]);
});

Deno.test("a folder that cannot be shared is told at the start", async () => {
  await using folder = await Folder.make({ "a.txt": "A" });
  for (
    const [name, why] of [["nowhere", "there is no such folder"], ["a.txt", "it is not a folder"]]
  ) {
    const error = await assertRejects(() => Share.open(`${folder.path}/${name}`), Failure);
    assertEquals(error.exit, Exit.usage);
    assertMatch(error.message, new RegExp(`^Cannot share ".*/${name}": ${why}$`));
  }
});

Deno.test("a share leaves no file open, whatever it was asked for", async () => {
  await using scene = await setUp();
  for (const [, name] of OUT_OF_REACH) await scene.share.openFile(name).catch(() => {});
  for (const name of ["", "sub", "..", "a.txt", "sub/deep"]) {
    await scene.share.list(name).catch(() => {});
  }
  for (const name of ["a.txt", "sub/deep/d.txt"]) await contentOf(scene.share, name);
  assertEquals(scene.folder.open(), ["share"]);
});
