import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { ENTRY_BYTES } from "../../../lib/base/limits.ts";
import { Share } from "../../../lib/files/share.ts";
import { type Upload, type UploadOptions, Uploads } from "../../../lib/files/uploads.ts";
import type { Put } from "../../../lib/wire/file_message.ts";
import { Folder } from "../../support/folder.ts";
import { MIB, patterned, rootOf } from "../../support/transfer.ts";

async function setUp(options: UploadOptions = {}, files: Record<string, string | Uint8Array> = {}) {
  const folder = await Folder.make(files);
  const share = await Share.open(folder.path);
  return {
    folder,
    uploads: new Uploads(share, options),
    async [Symbol.asyncDispose]() {
      await share[Symbol.asyncDispose]();
      assertEquals(folder.open(), []);
      await folder[Symbol.asyncDispose]();
    },
  };
}

function put(name: string, size: number, exists?: Put["exists"]): Put {
  return { type: "put", id: 1, name, size, exists };
}

async function why(work: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(work, ProtocolError)).message;
}

/** Sends the first blocks of a content, and the end when that is all; the name, once there is one. */
async function send(upload: Upload, content: Uint8Array, blocks = Infinity) {
  const { from } = upload.want;
  await upload.take({ type: "file", id: 1, name: "", size: content.length, from });
  for (let n = from; n * MIB < content.length; n++) {
    if (n >= blocks) return undefined;
    await upload.take({ type: "block", id: 1, bytes: content.subarray(n * MIB, (n + 1) * MIB) });
  }
  return await upload.take({ type: "end", id: 1, hash: rootOf(content) });
}

const NO_ROOM = "there is no room left for it: the quota is reached";

/** Begins a file, or makes a folder. */
async function tryIt(uploads: Uploads, put: Put): Promise<unknown> {
  return put.name.endsWith("/") ? await uploads.makeFolder(put) : await uploads.begin(put);
}

Deno.test("an upload takes a file to its place in the share", async () => {
  await using scene = await setUp();
  await using upload = await scene.uploads.begin(put("sub/a b.txt", 5), "Ada");
  assert(upload);
  assertEquals(await send(upload, patterned(5)), "sub/a b.txt");
  assertEquals(upload.fetched, 5);
  assertEquals(Deno.readFileSync(`${scene.folder.path}/sub/a b.txt`), patterned(5));
});

Deno.test("names that are not plain are refused, and make nothing", async () => {
  await using scene = await setUp();
  const names = [
    "",
    "/",
    "//",
    ".",
    "..",
    "../a",
    "/a",
    "a//b",
    ".a",
    "a/.b",
    "a\\b",
    "C:a",
    "a\0",
  ];
  for (const name of [...names, "a.", "a\tb", "\x1b[2J", "../", "./", "a/../b/", "x".repeat(256)]) {
    assert((await why(() => scene.uploads.begin(put(name, 1)))).includes("is no name"), name);
  }
  assertEquals(scene.folder.names(), []);
});

Deno.test("what lies behind a link or a file is out of reach", async () => {
  await using scene = await setUp({}, { "a.txt": "A" });
  await using outside = await Folder.make({});
  await Deno.symlink(outside.path, `${scene.folder.path}/linked`);
  await Deno.symlink(`${outside.path}/new`, `${scene.folder.path}/dangling`);
  for (const name of ["linked/x", "linked/x/", "a.txt/x", "a.txt/", "linked/"]) {
    const text = "there is something in the way that is no folder";
    assertEquals(await why(() => tryIt(scene.uploads, put(name, 1, "replace"))), text);
  }
  assert((await why(() => scene.uploads.begin(put("dangling", 1)))).includes("exists already"));
  {
    await using upload = await scene.uploads.begin(put("dangling", 1, "replace"));
    assertEquals(await send(upload!, patterned(1)), "dangling"); // instead of the link
  }
  assertEquals(outside.names(), []);
  assert(Deno.lstatSync(`${scene.folder.path}/dangling`).isFile);
});

Deno.test("a file of that name stays, is replaced, or the new one is numbered", async () => {
  await using scene = await setUp({}, { "a.txt": "old" });
  assertEquals(
    await why(() => scene.uploads.begin(put("a.txt", 1))),
    '"a.txt" exists already (--overwrite replaces it, --rename numbers the new one)',
  );
  for (const [exists, name] of [["rename", "a (2).txt"], ["replace", "a.txt"]] as const) {
    await using upload = await scene.uploads.begin(put("a.txt", 1, exists));
    assertEquals(await send(upload!, patterned(1)), name);
  }
  const odd = await scene.uploads.begin(put("a.txt", 1, "whatever" as Put["exists"]));
  await using upload = odd!;
  assert((await why(() => send(upload, patterned(1)))).includes("it exists already"));
});

Deno.test("a file that came meanwhile is not replaced", async () => {
  await using scene = await setUp();
  await using upload = await scene.uploads.begin(put("a.txt", 1));
  await Deno.writeTextFile(`${scene.folder.path}/a.txt`, "mine");
  assert((await why(() => send(upload!, patterned(1)))).includes("it exists already"));
  assertEquals(await Deno.readTextFile(`${scene.folder.path}/a.txt`), "mine");
});

Deno.test("a file that is too large, or has no whole size, is refused", async () => {
  await using scene = await setUp({ maxUpload: 10 });
  const refused = (size: number) => why(() => scene.uploads.begin(put("a", size)));
  assertEquals(await refused(11), "a file may have 10 bytes here, not 11");
  assertEquals(await refused(0.5), "a size is no whole number");
  assertEquals(await refused(2 ** 60), "a size is no whole number");
  await using upload = await scene.uploads.begin(put("a", 10));
  assertEquals(await send(upload!, patterned(10)), "a");
});

Deno.test("a file of another size than was said is refused", async () => {
  await using scene = await setUp({ maxUpload: 10 });
  await using upload = await scene.uploads.begin(put("a", 5));
  const take = () => upload!.take({ type: "file", id: 1, name: "", size: 6, from: 0 });
  assertEquals(await why(take), "the file has 6 bytes, not 5 as was said");
});

Deno.test("the quota is for all that the share holds, and what is on its way", async () => {
  const files = {
    "a": new Uint8Array(MIB),
    ".b.part": new Uint8Array(MIB),
    "sub/.c": new Uint8Array(MIB),
  };
  const entries = 1; // the folder
  const quota = 4 * MIB + (entries + 2) * ENTRY_BYTES;
  await using scene = await setUp({ quota }, files);
  assertEquals(await why(() => scene.uploads.begin(put("d", MIB + 3 * ENTRY_BYTES))), NO_ROOM);
  await using first = await scene.uploads.begin(put("d", MIB));
  assertEquals(await why(() => scene.uploads.begin(put("e", MIB))), NO_ROOM);
  await using second = await scene.uploads.begin(put("e", 1));
  assert(first && second);
});

Deno.test("an upload that did not come gives its room back", async () => {
  await using scene = await setUp({ quota: 2 * MIB });
  for (let i = 0; i < 5; i++) {
    await using upload = await scene.uploads.begin(put("a", MIB + 5 * ENTRY_BYTES));
    assert(upload);
  }
  for (const name of ["..", "a/../b"]) await why(() => scene.uploads.begin(put(name, MIB)));
  await using upload = await scene.uploads.begin(put("a", MIB));
  assert(upload);
});

Deno.test("an upload that goes on needs room for what is missing only", async () => {
  const content = patterned(3 * MIB);
  await using scene = await setUp({ quota: 4 * MIB });
  {
    await using upload = await scene.uploads.begin(put("a", content.length));
    await send(upload!, content, 2);
  }
  await using upload = await scene.uploads.begin(put("a", content.length));
  assertEquals(upload?.want.from, 2);
  assertEquals(await send(upload!, content), "a");
});

Deno.test("a share that is full takes not even empty files, nor folders", async () => {
  await using scene = await setUp({ quota: 2 * MIB }, { a: new Uint8Array(2 * MIB) });
  for (const name of ["b", "c/"]) {
    assertEquals(await why(() => tryIt(scene.uploads, put(name, 0))), NO_ROOM);
  }
  assertEquals(scene.folder.names(), ["a"]);
});

Deno.test("somebody else's file in the place of a part stays", async () => {
  await using scene = await setUp({}, { ".a.part": "mine" });
  for (let i = 0; i < 2; i++) {
    const text = await why(() => scene.uploads.begin(put("a", 1)));
    assertEquals(text, 'Cannot save "a": something else has the name of its part');
  }
  assertEquals(scene.folder.names(), [".a.part"]);
});

Deno.test("folders count in the quota while an upload is open", async () => {
  await using folder = await Folder.make({});
  await using share = await Share.open(folder.path);
  const uploads = new Uploads(share, { quota: 100 * 4096 });
  await using _u = await uploads.begin({ type: "put", id: 1, name: "x", size: 1 });
  let made = 0;
  try {
    for (let i = 0; i < 1000; i++) {
      await uploads.makeFolder({ type: "put", id: 2, name: `d${i}/a/b/c/d/e/f/`, size: 0 });
      made++;
    }
  } catch { /* full */ }
  assert(made < 100, `${made} trees made`);
});
