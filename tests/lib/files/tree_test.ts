import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { PATH_DEPTH } from "../../../lib/base/limits.ts";
import type { FileClient } from "../../../lib/files/client.ts";
import { localTree, remoteTree, type Tree } from "../../../lib/files/tree.ts";
import type { ListingEntry } from "../../../lib/wire/file_message.ts";
import { Folder } from "../../support/folder.ts";
import { FileServer } from "../../support/transfer.ts";

const FILES = {
  "a.txt": "A",
  "sub/b b.txt": "BB",
  "sub/Zoë/empty": "",
  ".hidden/x": "",
  "sub/.x": "",
};
const WHOLE = {
  folders: ["nothing", "sub", "sub/Zoë"],
  files: [
    { path: "a.txt", size: 1 },
    { path: "sub/Zoë/empty", size: 0 },
    { path: "sub/b b.txt", size: 2 },
  ],
  skipped: [],
};

Deno.test("a folder of the server is listed with all that is below it", async () => {
  await using server = await FileServer.make(FILES);
  await Deno.mkdir(`${server.folder.path}/nothing`);
  const client = await server.connect();
  for (const root of ["", ".", "/"]) assertEquals(await remoteTree(client, root), WHOLE);
  assertEquals(await remoteTree(client, "sub/Zoë"), {
    folders: [],
    files: [{ path: "empty", size: 0 }],
    skipped: [],
  });
  for (const root of ["nowhere", "a.txt", "..", ".hidden"]) {
    const why = await remoteTree(client, root);
    assert(why instanceof Failure);
    assertEquals(why.message, `Cannot list "${root}": Folder not found.`);
  }
});

Deno.test("a folder that cannot be listed is passed over, and the rest is not", async () => {
  const client = listing((path) => {
    if (path === "a") throw new Failure("Cannot list it", Exit.failed);
    if (path === "b") return [{ name: "c", modified: 0, size: 1 }];
    return [{ name: "a", modified: 0 }, { name: "b", modified: 0 }];
  });
  assertEquals(await remoteTree(client, ""), {
    folders: ["a", "b"],
    files: [{ path: "b/c", size: 1 }],
    skipped: [{ path: "a", why: "Cannot list it" }],
  });
  const lost = listing((path) => {
    if (path !== "") throw new Failure("Cannot go on", Exit.lost);
    return [{ name: "a", modified: 0 }];
  });
  await assertRejects(() => remoteTree(lost, ""), Failure, "Cannot go on");
});

Deno.test("a folder of this machine is listed with all that is below it", async () => {
  await using folder = await Folder.make(FILES);
  await Deno.mkdir(`${folder.path}/nothing`);
  assertEquals(await localTree(folder.path), WHOLE);
});

Deno.test("links, special files and unsafe names of this machine are passed over", async () => {
  await using folder = await Folder.make({
    "good": "",
    "a:b": "",
    "tab\there": "",
    "sub/c\\d": "",
  });
  await Deno.symlink("/etc", `${folder.path}/link`);
  await new Deno.Command("mkfifo", { args: [`${folder.path}/fifo`] }).output();
  const { files, folders, skipped } = await localTree(folder.path);
  assertEquals([files.map(({ path }) => path), folders], [["good"], ["sub"]]);
  assertEquals(skipped, [
    { path: "a:b", why: "its name is not safe to use elsewhere" },
    { path: "fifo", why: "it is no regular file" },
    { path: "link", why: "it is no regular file" },
    { path: "sub/c\\d", why: "its name is not safe to use elsewhere" },
    { path: "tab\there", why: "its name is not safe to use elsewhere" },
  ]);
});

/** A client of a server that lists what it likes. */
function listing(list: (path: string) => ListingEntry[]): FileClient {
  // deno-lint-ignore require-await
  return { list: async (path: string) => list(path) } as unknown as FileClient;
}

Deno.test("names of a hostile server are passed over, and not looked into", async () => {
  const names = ["..", ".", "", "/", "../x", "a/b", "a\\b", ".x", "C:", "a\0", "\x1b[2J", "a."];
  const asked: string[] = [];
  const client = listing((path) => {
    asked.push(path);
    return path === "" ? names.map((name) => ({ name, modified: 0 })) : [];
  });
  const { files, folders, skipped } = (await remoteTree(client, "")) as Tree;
  assertEquals([files, folders, asked], [[], [], [""]]);
  assertEquals(skipped, names.map((path) => ({ path, why: "its name is not safe to use here" })));
});

Deno.test("a server whose folders do not end is followed to a certain depth", async () => {
  const client = listing(() => [{ name: "a", modified: 0 }]);
  const { folders, skipped } = (await remoteTree(client, "")) as Tree;
  const deepest = folders.at(-1)!.split("/").length;
  assertEquals(skipped.map(({ why }) => why), ["it lies too deep"]);
  assertEquals(deepest <= PATH_DEPTH, true);
});
