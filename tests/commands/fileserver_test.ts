import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { fileserver } from "../../commands/fileserver.ts";
import { Failure } from "../../lib/base/errors.ts";
import { Folder } from "../support/folder.ts";
import { control, hello, jsonChat } from "../support/native.ts";
import { Peer } from "../support/peer.ts";
import { Running } from "../support/running.ts";

async function serve(files: Record<string, string>, ...args: string[]) {
  const folder = await Folder.make(files);
  const running = new Running(fileserver, [folder.path, "127.0.0.1:0", ...args]);
  return {
    folder,
    port: await running.port(),
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const FILES = { "a.txt": "Hello", "sub/b.txt": "B", ".hidden": "secret" };
const HELP = "Commands: list [FOLDER], get FILE, exit";

Deno.test("over text files are listed and sent, with a slash or without", async () => {
  await using server = await serve(FILES);
  using peer = await Peer.connect(server.port);
  const dialogue = [
    ["/list\n", "a.txt\nsub/\n"],
    ["list sub\n", "sub/b.txt\n"],
    ["get a.txt\n", "HelloEOF"],
    ["/GET sub/b.txt\n", "BEOF"],
    ["get .hidden\n", "File not found.\n"],
    ["get ../a.txt\n", "File not found.\n"],
    ["get\n", "File not found.\n"],
    ["list nowhere\n", "Folder not found.\n"],
    ["hello\n", `${HELP}\n`],
    ["\n", `${HELP}\n`],
  ];
  let expected = "";
  for (const [question, answer] of dialogue) {
    await peer.send(question);
    expected += answer;
    assertEquals(await peer.sees(expected), expected);
  }
  await peer.send("exit\n");
  assertEquals(await peer.sawEnd(), expected);
});

Deno.test("over raw a file that is not there is answered in exactly these words", async () => {
  await using server = await serve(FILES);
  using peer = await Peer.connect(server.port);
  await peer.send("get b.txt");
  assertEquals(await peer.sees("."), "File not found.");
});

Deno.test("several requests that come together are answered in order", async () => {
  await using server = await serve(FILES);
  using peer = await Peer.connect(server.port);
  await peer.send("get a.txt\nlist\nget sub/b.txt\n");
  await peer.endSending();
  assertEquals(await peer.sawEnd(), "HelloEOFa.txt\nsub/\nBEOF");
});

Deno.test("over native a file comes with its size and hash, an error with the transfer's number", async () => {
  await using server = await serve(FILES);
  using peer = await Peer.connect(server.port);
  await peer.send(hello());
  await peer.sees('"mode":"files"');
  const get = (argument: string, id: number) =>
    peer.send(control({ type: "command", name: "get", argument, id }));
  await get("a.txt", 7);
  await peer.sees('{"type":"file","id":7,"name":"a.txt","size":5,"from":0,"modified":');
  const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
  const hash = sha256(sha256("Hello")).toString("hex"); // of the hash of its only block
  assertMatch(await peer.sees(`{"type":"end","id":7,"hash":"${hash}"}`), /Hello/);
  await get("b.txt", 8);
  await peer.sees('{"type":"error","text":"File not found.","id":8}');
  await peer.send(control({ type: "notice", text: "x" }));
  await peer.sees('"text":"a client does not send \\"notice\\" here"');
});

Deno.test("over json names are listed, and files pointed to native", async () => {
  await using server = await serve(FILES);
  using peer = await Peer.connect(server.port);
  await peer.send(jsonChat("Ada", "list"));
  await peer.sees(btoa("a.txt\nsub/"));
  await peer.send(jsonChat("Ada", "get a.txt"));
  await peer.sees(btoa("Cannot send a file over json: use the native dialect"));
});

Deno.test("an empty folder says so, and files that come later are seen", async () => {
  await using server = await serve({});
  using peer = await Peer.connect(server.port);
  await peer.send("list\n");
  await peer.sees("No files\n");
  await Deno.writeTextFile(`${server.folder.path}/new.txt`, "new");
  await peer.send("list\nget new.txt\n");
  await peer.sees("No files\nnew.txt\nnewEOF");
});

Deno.test("many requests leave no file open", async () => {
  await using server = await serve(FILES);
  using peer = await Peer.connect(server.port);
  for (let round = 0; round < 5; round++) {
    await peer.send("get sub/b.txt\nlist sub\nget nowhere/x\nlist nowhere\n");
  }
  await peer.endSending();
  await peer.sawEnd();
  assertEquals(server.folder.open(), []);
});

Deno.test("a folder that is not there is told before the server listens", async () => {
  await using folder = await Folder.make({});
  await using running = new Running(fileserver, [`${folder.path}/nowhere`, "127.0.0.1:0"]);
  await assertRejects(() => running.code, Failure, "there is no such folder");
  assertEquals(running.log, []);
});
