import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { Downloads } from "../../../lib/files/downloads.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { bytesOf } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function setUp(files: Record<string, string> = {}) {
  const folder = await Folder.make(files);
  const downloads = new Downloads(folder.path);
  return {
    folder,
    downloads,
    read: (name: string) => Deno.readTextFile(`${folder.path}/${name}`),
    block: (id: number, text: string) =>
      downloads.take({ type: "block", id, bytes: bytesOf(text) }),
    async [Symbol.asyncDispose]() {
      downloads[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a file that comes whole is saved, verified and told", async () => {
  await using scene = await setUp();
  const { downloads, folder } = scene;
  const id = await downloads.expect("sub/a.txt");
  assertEquals(downloads.pending, 1);
  assertEquals(await downloads.take({ type: "file", id, name: "other.txt", size: 5 }), undefined);
  assertEquals(await scene.block(id, "he"), undefined);
  assertEquals(await scene.block(id, "llo"), undefined);
  const hash = sha256("hello");
  assertEquals(await downloads.take({ type: "end", id, sha256: hash }), {
    line: `Saved a.txt: 5 bytes, SHA-256 ${hash} verified`,
    failed: false,
  });
  assertEquals([downloads.pending, folder.names()], [0, ["a.txt"]], "under the name we chose");
  assertEquals(await scene.read("a.txt"), "hello");
});

Deno.test("files whose blocks come interleaved are kept apart", async () => {
  await using scene = await setUp();
  const { downloads } = scene;
  const [a, b] = [await downloads.expect("a"), await downloads.expect("b")];
  await scene.block(a, "A1");
  await scene.block(b, "B1");
  await scene.block(a, "A2");
  await downloads.take({ type: "end", id: b, sha256: sha256("B1") });
  await downloads.take({ type: "end", id: a, sha256: sha256("A1A2") });
  assertEquals([await scene.read("a"), await scene.read("b")], ["A1A2", "B1"]);
});

Deno.test("a large file is told in units for people, too", async () => {
  await using scene = await setUp();
  const id = await scene.downloads.expect("a");
  await scene.block(id, "x".repeat(1536));
  const outcome = await scene.downloads.take({ type: "end", id, sha256: sha256("x".repeat(1536)) });
  assertEquals(outcome?.line.slice(0, 32), "Saved a: 1536 bytes (1.5 KiB), S");
});

Deno.test("a file that does not verify is told, and nothing of it stays", async () => {
  await using scene = await setUp();
  const { downloads, folder } = scene;
  const id = await downloads.expect("a.txt");
  await downloads.take({ type: "file", id, name: "a.txt", size: 5 });
  await scene.block(id, "hell");
  assertEquals(await downloads.take({ type: "end", id, sha256: sha256("hell") }), {
    line: "Cannot keep the file: 4 bytes came of 5",
    failed: true,
  });
  const next = await downloads.expect("a.txt");
  await scene.block(next, "hello");
  const outcome = await downloads.take({ type: "end", id: next, sha256: sha256("jello") });
  assertEquals(outcome?.failed, true);
  assertEquals([folder.names(), downloads.pending], [[], 0]);
});

Deno.test("a transfer that the server ends with an error is told", async () => {
  await using scene = await setUp();
  const id = await scene.downloads.expect("a.txt");
  assertEquals(await scene.downloads.take({ type: "error", id, text: "File not found." }), {
    line: "Cannot get the file: File not found.",
    failed: true,
  });
  assertEquals(scene.folder.names(), []);
});

Deno.test("messages of no transfer, or of one that has ended, are nobody's", async () => {
  await using scene = await setUp();
  const { downloads } = scene;
  assertEquals(await downloads.take({ type: "chat", text: "hi" }), undefined);
  assertEquals(await downloads.take({ type: "error", text: "oops" }), undefined);
  assertEquals(await scene.block(1, "x"), undefined);
  const id = await downloads.expect("a");
  await downloads.take({ type: "error", id, text: "no" });
  assertEquals(await downloads.take({ type: "end", id, sha256: "" }), undefined);
});

Deno.test("what cannot be saved is not begun", async () => {
  await using scene = await setUp({ "a.txt": "mine" });
  await assertRejects(() => scene.downloads.expect("a.txt"), Failure, "it exists already");
  assertEquals(scene.downloads.pending, 0);
});

Deno.test("what has not ended is given up with the client", async () => {
  await using scene = await setUp();
  const id = await scene.downloads.expect("a");
  await scene.downloads.expect("b");
  await scene.block(id, "half");
  assertEquals(scene.folder.names().length, 2);
  scene.downloads[Symbol.dispose]();
  assertEquals([scene.folder.names(), scene.downloads.pending], [[], 0]);
});

/** What becomes of a bare `get` whose server says this and closes. */
async function bare(scene: Awaited<ReturnType<typeof setUp>>, said: string) {
  const id = await scene.downloads.expect("a.txt");
  using conn = new Connection(new ScriptedSocket([bytesOf(said)]));
  return await scene.downloads.receiveBare(conn, id);
}

Deno.test("a bare file is saved and told as not verified", async () => {
  await using scene = await setUp();
  assertEquals(await bare(scene, "helloEOF"), {
    line: `Saved a.txt: 5 bytes, SHA-256 ${sha256("hello")}, not verified over this dialect`,
    failed: false,
  });
  assertEquals(await scene.read("a.txt"), "hello");
});

Deno.test("a bare file that is not there is told, one that breaks off ends the conversation", async () => {
  await using scene = await setUp();
  assertEquals(await bare(scene, "File not found."), {
    line: "Cannot get the file: File not found",
    failed: true,
  });
  const error = await assertRejects(() => bare(scene, "half of"), Failure);
  assertEquals(error.exit, Exit.lost);
  assertEquals([scene.folder.names(), scene.downloads.pending], [[], 0]);
});
