/**
 * Files that are not served, not overwritten, and not kept.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { block, Fake, forFiles, frame, readTo, writeAll } from "./support/fake.ts";
import { anyBytes, connect, Folder } from "./support/lab.ts";

const MiB = 1024 * 1024;

Deno.test("files: what exists already is not fetched, and stays untouched", async () => {
  using shared = new Folder({ "notes.txt": "theirs\n", "sub/notes.txt": "deeper\n" });
  using desk = new Folder({ "notes.txt": "mine\n" });
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0"]);
  const port = await server.port();
  for (const dialect of ["native", "text", "raw"]) {
    await using client = connect(port, ["--dialect", dialect], { cwd: desk.path });
    await client.type("/get notes.txt\n/get sub/notes.txt\n");
    await client.endInput();
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /^(Cannot save "notes\.txt": it exists already.*\n){2}$/);
    assertEquals([desk.names(), Deno.readTextFileSync(desk.at("notes.txt"))], [
      ["notes.txt"],
      "mine\n",
    ]);
  }
});

Deno.test("files: a link in the place of the new file is not written through", async () => {
  using shared = new Folder({ "notes.txt": "theirs\n" });
  using desk = new Folder();
  Deno.symlinkSync(desk.at("elsewhere"), desk.at("notes.txt"));
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0"]);
  await using client = connect(await server.port(), [], { cwd: desk.path });
  await client.type("/get notes.txt\n");
  await client.endInput();
  assertEquals((await client.ended()).code, 1);
  assertEquals(desk.names(), ["notes.txt"]);
});

Deno.test("files: links, dots, absolute paths, FIFOs and devices are not served", async () => {
  using shared = new Folder({
    "here.txt": "served\n",
    "sub/inner.txt": "served, too\n",
    ".hidden": "secret",
    "sub/.hidden": "secret",
    ".git/config": "secret",
  });
  using outside = new Folder({ "secret.txt": "secret" });
  Deno.symlinkSync(outside.at("secret.txt"), shared.at("link.txt"));
  Deno.symlinkSync("here.txt", shared.at("inside.txt"));
  Deno.symlinkSync(outside.path, shared.at("link"));
  Deno.symlinkSync("sub", shared.at("alias"));
  Deno.symlinkSync("/dev/zero", shared.at("zero"));
  assert((await new Deno.Command("mkfifo", { args: [shared.at("fifo")] }).output()).success);
  const name = shared.path.split("/").at(-1);
  const refused = [
    ...["link.txt", "inside.txt", "link/secret.txt", "alias/inner.txt", "zero", "fifo"],
    ...[".hidden", "sub/.hidden", ".git/config", ".", "sub", "sub/", "nothing.txt"],
    ...["..", "../", `../${name}/here.txt`, "sub/../here.txt", "./here.txt", "sub//inner.txt"],
    ...["/etc/passwd", `${shared.path}/here.txt`, "//etc/passwd", "../../../../etc/passwd"],
    ...["..\\here.txt", "sub\\inner.txt", "%2e%2e/here.txt", "here.txt ", "here.txt.", "*"],
    ...["here.txt/", "here.txt/x", "x".repeat(300), "~/.profile", "\u202ehere.txt"],
  ];
  const serve = ["serve", "127.0.0.1:0", "--files", shared.path];
  for (const args of [["fileserver", shared.path, "127.0.0.1:0"], serve]) {
    await using server = Program.labwire(args);
    using peer = await Peer.connect(await server.port());
    await peer.send("/list\n");
    await peer.sees("here.txt\nsub/\n");
    assertEquals(peer.received, "here.txt\nsub/\n");
    for (const each of refused) {
      peer.received = "";
      await peer.send(`/get ${each}\n`);
      if (each === "here.txt ") { // blanks at the end of a line are not part of the name
        await peer.sees("served\nEOF");
        continue;
      }
      await peer.sees("\n");
      assertEquals(peer.received, "File not found.\n", each);
    }
    for (const each of ["..", "/etc", "link", "alias", ".git", "here.txt", "sub/.."]) {
      peer.received = "";
      await peer.send(`/list ${each}\n`);
      await peer.sees("\n");
      assertMatch(peer.received, /^(Cannot do that: )?Folder not found\.\n$/, each);
    }
    await peer.send("/get sub/inner.txt\n");
    await peer.sees("served, too\nEOF");
    await peer.close();
  }
  await using devices = Program.labwire(["fileserver", "/dev", "127.0.0.1:0"]);
  using peer = await Peer.connect(await devices.port());
  for (const each of ["null", "zero", "tty"]) {
    peer.received = "";
    await peer.send(`get ${each}\n`);
    await peer.sees("\n");
    assertEquals(peer.received, "File not found.\n", each);
  }
  await peer.close();
});

Deno.test("files: a native client learns in one sentence what is not served, and ends with 1", async () => {
  using shared = new Folder({ ".hidden": "secret" });
  using desk = new Folder();
  for (const command of [["fileserver", shared.path], ["serve", "--files", shared.path]]) {
    await using server = Program.labwire([...command, "127.0.0.1:0"]);
    await using client = connect(await server.port(), [], { cwd: desk.path });
    await client.type("/get .hidden\n/get ../etc/passwd\n");
    await client.endInput();
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stdout, desk.names()], [1, "", []]);
    const lines = [".hidden", "../etc/passwd"].map((name) =>
      `Cannot get "${name}": File not found.`
    );
    assertEquals(stderr.trimEnd().split("\n").sort(), lines.sort());
  }
});

peerTest(["nc"], "files: a client that half-closes is told, too, what is not served", async () => {
  using shared = new Folder({ "notes.txt": "one\n" });
  for (const command of [["fileserver", shared.path], ["serve", "--files", shared.path]]) {
    await using server = Program.labwire([...command, "127.0.0.1:0"]);
    await using netcat = Program.start("nc", ["-N", "127.0.0.1", `${await server.port()}`]);
    await netcat.type("/get notes.txt\n/get nothing\n");
    await netcat.endInput();
    assertEquals((await netcat.ended()).stdout, "one\nEOFFile not found.\n");
  }
});

/** What a bad server sends after the head of a 3 MiB file, and what becomes of it. */
const FAULTS: Record<string, { code: number; words: RegExp; frames: Uint8Array[]; kept: number }> =
  {
    "whose hash is another": {
      code: 1,
      words: /Cannot keep the file: its hash is not the announced one/,
      frames: [...blocks(3 * MiB), end(anyBytes(3))],
      kept: 0,
    },
    "that ends early": {
      code: 1,
      words: /Cannot keep the file: 2097152 bytes came of 3145728/,
      frames: [...blocks(2 * MiB), end(anyBytes(2 * MiB))],
      kept: 2 * MiB,
    },
    "whose last block is short": {
      code: 5,
      words: /^labwire: Cannot .*: a block has 1048575 bytes where 1048576 are due/m,
      frames: [...blocks(3 * MiB - 1), end(anyBytes(3 * MiB - 1))],
      kept: 2 * MiB,
    },
    "that is long": {
      code: 5,
      words: /^labwire: Cannot .*: a block has 1 bytes where 0 are due/m,
      frames: [...blocks(3 * MiB + 1), end(anyBytes(3 * MiB + 1))],
      kept: 3 * MiB,
    },
    "that the server gives up": {
      code: 1,
      words: /Cannot get "data.bin": the disk is on fire/,
      frames: [...blocks(MiB), frame({ type: "error", id: 1, text: "the disk is on fire" })],
      kept: MiB,
    },
    "whose server ends in the middle": {
      code: 5,
      words: /^labwire: Cannot go on: the connection was lost .*the same command goes on/m,
      frames: blocks(2 * MiB),
      kept: 2 * MiB,
    },
    "whose server ends in the middle of a block": {
      code: 5,
      words: /^labwire: Cannot go on: .*the same command goes on/m,
      frames: [...blocks(MiB), blocks(MiB)[0].subarray(0, 1000)],
      kept: MiB,
    },
  };

function blocks(size: number): Uint8Array[] {
  const bytes = anyBytes(size), all: Uint8Array[] = [];
  for (let at = 0; at < size; at += MiB) all.push(block(1, bytes.subarray(at, at + MiB)));
  return all;
}

function end(bytes: Uint8Array): Uint8Array {
  const all = createHash("sha256");
  for (let at = 0; at < bytes.length; at += MiB) {
    all.update(createHash("sha256").update(bytes.subarray(at, at + MiB)).digest());
  }
  return frame({ type: "end", id: 1, hash: all.digest("hex") });
}

/** A server of a file of 3 MiB, of which it sends `frames`, and then waits if it is to. */
function badServer(frames: Uint8Array[], waits: boolean): Fake {
  return new Fake(forFiles(async (conn) => {
    await readTo(conn, '"get"');
    const head = { type: "file", id: 1, name: "data.bin", size: 3 * MiB, from: 0 };
    await writeAll(conn, frame(head));
    for (const each of frames) await writeAll(conn, each);
    if (waits) await readTo(conn, "to the end of the client's side");
  }));
}

for (const [what, { code, words, frames, kept }] of Object.entries(FAULTS)) {
  Deno.test(`files: of a file ${what} nothing gets its name, and what is whole is kept hidden`, async () => {
    await using fake = badServer(frames, code === 1);
    for (const command of ["get", "connect"]) {
      using desk = new Folder();
      await using client = command === "connect"
        ? connect(fake.port, [], { cwd: desk.path })
        : Program.labwire(["get", `127.0.0.1:${fake.port}`, "data.bin"], { cwd: desk.path });
      if (command === "connect") await client.type("/get data.bin\n");
      await client.endInput();
      const ended = await client.ended();
      // The conversation itself has not broken off.
      assertEquals([ended.code, ended.stdout], [command === "get" ? code : 1, ""], ended.stderr);
      assertMatch(command === "get" ? ended.stderr : `labwire: ${ended.stderr}`, words);
      const parts = kept > 0 ? [".data.bin.part", ".data.bin.part.index"] : [];
      assertEquals(desk.names(), parts);
      if (kept > 0) assertEquals(desk.read(".data.bin.part").length, kept);
    }
  });
}

Deno.test("files: a bare file that ends without its marker is not kept", async () => {
  using desk = new Folder();
  for (const dialect of ["text", "raw"]) {
    await using fake = new Fake(async (conn) => {
      await readTo(conn, "get data.bin");
      await writeAll(conn, anyBytes(100_000));
    });
    await using client = connect(fake.port, ["--dialect", dialect], { cwd: desk.path });
    await client.type("/get data.bin\n");
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stdout, desk.names()], [5, "", []], stderr);
    assertMatch(stderr, /^labwire: Cannot get the file: .*\n$/);
  }
});

Deno.test("files: of a server that says nothing to a request for a bare file, a client does not wait for ever", async () => {
  using desk = new Folder();
  await using server = Program.labwire(["serve", "127.0.0.1:0"]); // over raw a room takes it for words
  const args = ["--dialect", "raw", "--linger", "1ms"];
  await using client = connect(await server.port(), args, { cwd: desk.path });
  await client.type("/get notes.txt\n");
  await client.sees('Cannot get "notes.txt": the server does not answer\n', "stderr");
  await client.endInput();
  const { code, stdout } = await client.ended();
  assertEquals([code, stdout, desk.names()], [1, "", []]);
});

Deno.test("files: Ctrl-C in a conversation leaves no more than a hidden part of a file on its way", async () => {
  using desk = new Folder();
  const blocked = Promise.withResolvers<void>();
  await using fake = new Fake(forFiles(async (conn) => {
    await readTo(conn, '"get"');
    await writeAll(
      conn,
      frame({ type: "file", id: 1, name: "data.bin", size: 3 * MiB, from: 0 }),
    );
    await writeAll(conn, blocks(MiB)[0]);
    blocked.resolve();
    await readTo(conn, "to the end");
  }));
  await using client = connect(fake.port, [], { cwd: desk.path });
  await client.type("/get data.bin\n");
  await client.until(blocked.promise);
  client.signal("SIGINT");
  const { code, stderr } = await client.ended();
  assertEquals([code, stderr], [130, ""]);
  assertEquals(desk.names().filter((name) => !name.startsWith(".data.bin.part")), []);
});
