import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Exit, Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { BLOCK_BYTES, LISTING_NAMES, PATH_DEPTH } from "../../../lib/base/limits.ts";
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
  await using source = await share.openFile(name);
  const buffer = new Uint8Array(source.size);
  assertEquals(await source.read(0, buffer), source.size);
  return new TextDecoder().decode(buffer);
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
    for (const look of [() => scene.share.list(name), () => scene.share.entries(name)]) {
      const error = await assertRejects(look, ProtocolError);
      assertEquals(error.message, "Folder not found.");
    }
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

Deno.test("entries tell the size, time and bit of a file, and the time of a folder", async () => {
  await using scene = await setUp();
  const { folder, share } = scene;
  const path = (name: string) => `${folder.path}/share/${name}`;
  await Deno.chmod(path("empty"), 0o755);
  for (const name of ["a.txt", "b b.txt", "Zoë.txt", "empty", "sub"]) {
    await Deno.utime(path(name), 1_000_000_000.5, 1_000_000_000.5);
  }
  const modified = 1_000_000_000.5;
  assertEquals(await share.entries(), [
    { name: "Zoë.txt", size: 1, modified, executable: false },
    { name: "a.txt", size: 1, modified, executable: false },
    { name: "b b.txt", size: 1, modified, executable: false },
    { name: "empty", size: 0, modified, executable: true },
    { name: "sub", modified },
  ]);
  for (const name of ["sub", "/sub/", "./sub"]) {
    assertEquals((await share.entries(name)).map(({ name }) => name), ["c.txt", "deep"]);
  }
});

Deno.test("a time before 1970 is listed as 1970: messages have no other", async () => {
  await using folder = await Folder.make({ a: "" });
  const touch = new Deno.Command("touch", { args: ["-d", "1960-01-01", `${folder.path}/a`] });
  assert((await touch.output()).success);
  await using share = await Share.open(folder.path);
  assertEquals((await share.entries())[0].modified, 0);
});

Deno.test("entries are in the order of their names, however many", async () => {
  const names = Array.from({ length: 300 }, (_, i) => `f${i}`);
  await using folder = await Folder.make(Object.fromEntries(names.map((name) => [name, ""])));
  await using share = await Share.open(folder.path);
  assertEquals((await share.entries()).map(({ name }) => name), names.sort());
});

Deno.test("readers of a file share its hashes until it is seen to change", async () => {
  await using folder = await Folder.make({ a: "" });
  await Deno.truncate(`${folder.path}/a`, BLOCK_BYTES + 1);
  await Deno.utime(`${folder.path}/a`, 1_000_000_000, 1_000_000_000);
  await using share = await Share.open(folder.path);
  await using first = await share.openFile("a");
  await using second = await share.openFile("a");
  assert(first.hashes === second.hashes);
  share.forget(first);
  await using third = await share.openFile("a");
  assert(third.hashes !== first.hashes);
});

Deno.test("folders are made in the share, and over nothing that is no folder", async () => {
  await using scene = await setUp();
  const { folder, share } = scene;
  {
    await using made = await share.makeFolder(["sub", "new", "ü b"]);
    assertEquals(made.path, `${folder.path}/share/sub/new/ü b`);
    await using root = await share.makeFolder([]);
    assertEquals(root.path, `${folder.path}/share`);
  }
  const deep = Array.from({ length: PATH_DEPTH + 1 }, () => "x");
  const ways = [["a.txt"], ["linked"], ["inner-linked", "x"], ["fifo", "x"], ["dangling"], deep];
  for (const parts of [...ways, [".."], [".git", "x"], ["a/b"], [""]]) {
    const make = () => share.makeFolder(parts);
    await assertRejects(make, ProtocolError, "there is something in the way that is no folder");
  }
  assertEquals(Array.from(Deno.readDirSync(`${folder.path}/outside`)).length, 1);
  assertEquals(folder.open(), ["share"]);
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
