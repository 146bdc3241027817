import { assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { putPaths, type PutPathsOptions } from "../../../lib/files/put_paths.ts";
import { Folder } from "../../support/folder.ts";
import { FileServer, MIB, patterned, sha256, Tally } from "../../support/transfer.ts";

const BIG = patterned(MIB + 5);

async function setUp(): Promise<Folder> {
  const here = await Folder.make({
    "a.txt": "A",
    "sub/b b.txt": "B",
    "sub/Zoë/名.bin": BIG,
    "sub/Zoë/empty": "",
    "sub/.hidden": "H",
  });
  await Deno.mkdir(`${here.path}/sub/nothing`);
  return here;
}

async function put(paths: string[], options: PutPathsOptions = {}, files = {}) {
  const server = await FileServer.make(files, { writable: true });
  const tally = new Tally();
  const here = await putPaths(await server.connect("Ada"), paths, options, tally);
  return { server, tally, here, there: below(server.folder.path) };
}

function below(path: string): string[] {
  const paths: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    paths.push(isDirectory ? `${name}/` : name);
    if (isDirectory) paths.push(...below(`${path}/${name}`).map((each) => `${name}/${each}`));
  }
  return paths.sort();
}

const SUB = ["sub/", "sub/Zoë/", "sub/Zoë/empty", "sub/Zoë/名.bin", "sub/b b.txt", "sub/nothing/"];

Deno.test("files are put under their own names, into the folder that was named", async () => {
  await using here = await setUp();
  const paths = ["a.txt", "sub/b b.txt"].map((path) => `${here.path}/${path}`);
  for (const into of [undefined, "", "new/ü", "/new/ü/", "./new/ü"]) {
    const { server, tally, there, here: where } = await put(paths, { into });
    await using _server = server;
    const above = into ? "new/ü/" : "";
    assertEquals(tally.names, [`${above}a.txt`, `${above}b b.txt`]);
    assertEquals(there, [...(into ? ["new/", "new/ü/"] : []), `${above}a.txt`, `${above}b b.txt`]);
    assertEquals([...where], tally.names.map((name, i) => [name, paths[i]]));
  }
});

Deno.test("a folder is put with all that is in it, empty folders and files too", async () => {
  await using here = await setUp();
  for (const path of ["sub", "sub/"]) {
    const { server, tally, there } = await put([`${here.path}/${path}`], { recursive: true });
    await using _server = server;
    assertEquals([tally.failures, there, tally.expected], [{}, SUB, [3, MIB + 6]]);
    const content = Deno.readFileSync(`${server.folder.path}/sub/Zoë/名.bin`);
    assertEquals(sha256(content), sha256(BIG));
  }
});

Deno.test("what is in a folder is put without its name when the path has none", async () => {
  await using here = await setUp();
  const { server, there } = await put([`${here.path}/sub/.`], { recursive: true, into: "to" });
  await using _server = server;
  assertEquals(there, SUB.map((path) => path.replace("sub/", "to/")));
});

Deno.test("links and special files are passed over, and it is told", async () => {
  await using here = await setUp();
  await Deno.symlink("/etc/passwd", `${here.path}/sub/link`);
  await new Deno.Command("mkfifo", { args: [`${here.path}/sub/fifo`] }).output();
  await Deno.writeTextFile(`${here.path}/sub/a:b`, "");
  const { server, tally, there } = await put([`${here.path}/sub`], { recursive: true });
  await using _server = server;
  assertEquals(tally.messages, {
    "a:b": 'Cannot put "a:b": its name is not safe to use elsewhere',
    fifo: 'Cannot put "fifo": it is no regular file',
    link: 'Cannot put "link": it is no regular file',
  });
  assertEquals(there, SUB);
});

Deno.test("a folder is no file unless whole folders are put, nor is what is not there", async () => {
  await using here = await setUp();
  const paths = ["sub", "nowhere", "a.txt"].map((path) => `${here.path}/${path}`);
  const { server, tally, there } = await put(paths);
  await using _server = server;
  assertEquals([Object.keys(tally.failures), there], [["sub", "nowhere"], ["a.txt"]]);
  assertEquals(tally.failures.sub.exit, Exit.failed);
});

Deno.test("a path that names no file is a mistake of usage, and nothing is put", async () => {
  await using here = await setUp();
  await using server = await FileServer.make({}, { writable: true });
  const client = await server.connect("Ada");
  for (const path of [".", "..", `${here.path}/..`]) {
    const run = () => putPaths(client, [`${here.path}/a.txt`, path], {}, new Tally());
    assertEquals((await assertRejects(run, Failure)).exit, Exit.usage);
  }
  assertEquals(server.folder.names(), []);
});

Deno.test("files that are there are refused, replaced or numbered, each for itself", async () => {
  await using here = await setUp();
  const files = { "sub/b b.txt": "old" };
  for (const exists of [undefined, "replace", "rename"] as const) {
    const options = { recursive: true, exists };
    const { server, tally, there } = await put([`${here.path}/sub`], options, files);
    await using _server = server;
    assertEquals(Object.keys(tally.failures), exists ? [] : ["sub/b b.txt"]);
    assertEquals(there.includes("sub/b b (2).txt"), exists === "rename");
    const text = await Deno.readTextFile(`${server.folder.path}/sub/b b.txt`);
    assertEquals(text, exists === "replace" ? "B" : "old");
  }
});
