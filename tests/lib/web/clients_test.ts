import { assert, assertEquals, assertMatch } from "@std/assert";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { Gate } from "../../../lib/base/tasks.ts";
import { Folder } from "../../support/folder.ts";
import { Peer } from "../../support/peer.ts";
import { peerTest } from "../../support/peers.ts";
import { type Ended, Program } from "../../support/program.ts";
import { Site, WebService } from "./site.ts";

const BYTES = new Uint8Array(2 * BLOCK_BYTES + 12_345).map((_, i) => i % 251);

/** A site, its service, and a folder to save in. */
async function setUp() {
  const site = await Site.make({
    "a.txt": "0123456789",
    "b.bin": BYTES,
    "lab 1/Zoë & co.txt": "Z",
    "lab 1/sub/deep.txt": "D",
  });
  const web = new WebService(site.answer);
  const here = await Folder.make({});
  return {
    site,
    web,
    here,
    /** Runs a program in the folder to its end. */
    async run(command: string, ...args: string[]): Promise<Ended> {
      await using program = Program.start(command, args, {
        cwd: here.path,
        env: { no_proxy: "*", LC_ALL: "C.UTF-8" },
      });
      return await program.ended();
    },
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
      await here[Symbol.asyncDispose]();
    },
  };
}

peerTest(["curl"], "curl gets a file, the head of one, and a part of one", async () => {
  await using all = await setUp();
  const url = `${all.web.url}/a.txt`;
  assertEquals((await all.run("curl", "-sS", url)).stdout, "0123456789");
  assertEquals((await all.run("curl", "-sS", "--http1.0", url)).stdout, "0123456789");
  assertEquals((await all.run("curl", "-sS", "-r", "2-4", url)).stdout, "234");
  assertEquals((await all.run("curl", "-sS", "-r", "-3", url)).stdout, "789");
  const head = await all.run("curl", "-sSI", url);
  assertMatch(head.stdout, /^HTTP\/1\.1 200 OK\r\n[^]*content-length: 10\r\n/i);
  assertEquals((await all.run("curl", "-sSf", "-r", "10-", url)).code, 22);
  assertEquals((await all.run("curl", "-sSf", "-T", "/dev/null", url)).code, 22);
  await all.site.closed();
});

peerTest(["curl"], "curl gets bytes as they are, though it would take them packed", async () => {
  await using all = await setUp();
  const { code } = await all.run("curl", "-sS", "--compressed", "-O", `${all.web.url}/b.bin`);
  assertEquals(code, 0);
  assertEquals(await Deno.readFile(`${all.here.path}/b.bin`), BYTES);
  const head = await all.run("curl", "-sSI", "--compressed", `${all.web.url}/a.txt`);
  assertMatch(head.stdout, /content-length: 10\r\n/i);
  assertEquals(head.stdout.includes("encoding"), false);
});

peerTest(["curl"], "curl goes on with what it has", async () => {
  await using all = await setUp();
  const path = `${all.here.path}/b.bin`;
  await Deno.writeFile(path, BYTES.subarray(0, BLOCK_BYTES + 7));
  const { code, stderr } = await all.run("curl", "-sS", "-C", "-", "-O", `${all.web.url}/b.bin`);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await Deno.readFile(path), BYTES);
  assertMatch(all.web.log.join(), /"GET \/b\.bin" 206$/);
});

peerTest(["curl"], "curl asks for a file again only when it was changed", async () => {
  await using all = await setUp();
  const url = `${all.web.url}/a.txt`;
  const args = ["-sS", "-w", "%{http_code}", "--etag-compare", "etag", "--etag-save", "etag", url];
  assertEquals((await all.run("curl", ...args)).stdout, "0123456789200");
  assertEquals((await all.run("curl", ...args)).stdout, "304");
  const dated = ["-sS", "-w", "%{http_code}", "-z", "Sun, 02 Feb 2020 20:20:20 GMT", url];
  assertEquals((await all.run("curl", ...dated)).stdout, "304");
  await Deno.writeTextFile(`${all.site.folder.path}/a.txt`, "new");
  assertEquals((await all.run("curl", ...args)).stdout, "new200");
  assertEquals((await all.run("curl", ...dated)).stdout, "new200");
});

peerTest(
  ["curl"],
  "curl keeps its connection for what it gets next, and follows to a folder",
  async () => {
    await using all = await setUp();
    const { web } = all;
    const { stdout } = await all.run(
      "curl",
      "-sSL",
      "-w",
      "[%{num_connects}]",
      ...["/a.txt", "/none", "/lab%201/sub", "/a.txt"].map((path) => web.url + path),
    );
    assertMatch(
      stdout,
      /^0123456789\[1\]There is no such file or folder\.\n\[0\]<!DOCTYPE html>[^]*\[0\]0123456789\[0\]$/,
    );
  },
);

peerTest(["curl"], "curl says so when an answer breaks off", async () => {
  await using all = await setUp();
  const gate = new Gate();
  const source = new ReadableStream({
    async pull(controller) {
      if (gate.isOpen) throw new RangeError("a bug");
      controller.enqueue(new Uint8Array(10));
      gate.open();
      await gate.pass(1);
    },
  });
  await using web = new WebService(() =>
    Promise.resolve(new Response(source, { headers: { "Content-Length": "100" } }))
  );
  const { code } = await all.run("curl", "-sS", "-o", "x", web.url);
  assertEquals(code, 18); // transfer closed with bytes remaining
});

peerTest(["curl"], "who has the port of a pipe and another address is a stranger", async () => {
  if (Deno.build.os !== "linux") return; // where all of 127.0.0.0/8 is this machine
  await using all = await setUp();
  using peer = await Peer.connect(all.web.port);
  await peer.send("GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n");
  await peer.sees("0123456789");
  const { port } = all.web.front;
  const local = (await Deno.readTextFile("/proc/net/tcp")).split("\n")
    .map((line) => /0100007F:(\w{4}) 0100007F:(\w{4}) 01 /.exec(line))
    .filter((match) => match && parseInt(match[2], 16) === port)
    .map((match) => parseInt(match![1], 16));
  assertEquals(local.length, 1);
  const { stdout } = await all.run(
    "curl",
    ...["-sS", "-w", "%{http_code}", "--interface", "127.0.0.2", "--local-port", `${local[0]}`],
    `http://127.0.0.1:${port}/a.txt`,
  );
  assertMatch(stdout, /403$/);
});

peerTest(["wget"], "wget gets a file, and goes on with a part of it", async () => {
  await using all = await setUp();
  const path = `${all.here.path}/b.bin`;
  await Deno.writeFile(path, BYTES.subarray(0, 1000));
  const args = ["-nv", "-c", `${all.web.url}/b.bin`];
  assertEquals((await all.run("wget", ...args)).code, 0);
  assertEquals(await Deno.readFile(path), BYTES);
  assertEquals((await all.run("wget", ...args)).code, 0); // which asks for what follows its end
  assertEquals(await Deno.readFile(path), BYTES);
  assertEquals(all.web.log.map((line) => line.slice(-3)), ["206", "416"]);
});

peerTest(["wget"], "wget mirrors a folder by its pages, and only what is new", async () => {
  await using all = await setUp();
  const args = ["-nv", "-r", "-N", "-np", "-nH", "--compression=auto", `${all.web.url}/lab%201/`];
  assertEquals((await all.run("wget", ...args)).code, 0);
  assertEquals(await Deno.readTextFile(`${all.here.path}/lab 1/Zoë & co.txt`), "Z");
  assertEquals(await Deno.readTextFile(`${all.here.path}/lab 1/sub/deep.txt`), "D");
  all.web.log.length = 0;
  assertEquals((await all.run("wget", ...args)).code, 0);
  assert(all.web.log.some((line) => line.endsWith('deep.txt" 304')), all.web.log.join("\n"));
});

peerTest(["nc"], "nc gets an answer though it ends its side with the request", async () => {
  await using all = await setUp();
  await using nc = Program.start("nc", ["-N", "127.0.0.1", `${all.web.port}`]);
  await nc.type("GET /a.txt HTTP/1.0\r\n\r\n");
  await nc.endInput();
  await nc.sees(/\r\n\r\n0123456789$/);
});
