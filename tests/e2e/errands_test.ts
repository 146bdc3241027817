/**
 * Connections for files alone, as a stranger opens them: what they are given, and what they are not.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { chat, control, hello } from "../support/native.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { Fake, frame, readTo, writeAll } from "./support/fake.ts";
import { Folder, run } from "./support/lab.ts";

function serve(...args: string[]): Program {
  return Program.labwire(["serve", "127.0.0.1:0", ...args]);
}

/** Says hello with these words more; what has come at the server's end of it. */
async function refusalOf(port: number, more: Record<string, unknown>): Promise<string> {
  using peer = await Peer.connect(port);
  await peer.send(control({ type: "hello", version: 1, cipher: "none", ...more }));
  const answer = await peer.sawEnd();
  await peer.close();
  return answer.slice(answer.indexOf("{"));
}

function denied(reason: string): string {
  return JSON.stringify({ type: "refused", code: "denied", reason });
}

async function join(port: number, name: string): Promise<Peer> {
  const peer = await Peer.connect(port);
  await peer.send(hello(name));
  await peer.sees('"welcome"');
  return peer;
}

/** Ada offers a file, Ben accepts; their tickets. */
async function tickets(port: number): Promise<[peers: Peer[], tickets: string[]]> {
  const ada = await join(port, "Ada"), ben = await join(port, "Ben");
  await ada.send(control({ type: "offer", id: 1, name: "a.txt", size: 5, to: "Ben" }));
  await ben.sees('"offer"');
  await ben.send(control({ type: "command", name: "accept", argument: "1" }));
  const both = await Promise.all([ada, ben].map((peer) => peer.sees(/"ticket":"\w+"/)));
  return [[ada, ben], both.map((text) => text.match(/"ticket":"(\w+)"/)![1])];
}

/** Opens the connection that a ticket is for. */
async function redeem(port: number, ticket: string): Promise<Peer> {
  const peer = await Peer.connect(port);
  await peer.send(
    control({ type: "hello", version: 1, cipher: "none", purpose: "relay", ticket }),
  );
  await peer.sees('"mode":"relay"');
  return peer;
}

Deno.test("a purpose that nobody knows is denied, and so are files where there are none", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  await using plain = serve();
  await using sharing = serve("--files", shared.path);
  const none = denied("this server shares no files");
  assertEquals(await refusalOf(await plain.port(), { purpose: "files" }), none);
  for (const server of [plain, sharing]) {
    const answer = await refusalOf(await server.port(), { purpose: "mischief" });
    assert(answer.startsWith('{"type":"refused","code":"denied",'), answer);
  }
});

Deno.test("a ticket opens one connection, once, and no other ticket opens any", async () => {
  await using server = serve();
  const port = await server.port();
  const [peers, [hers, his]] = await tickets(port);
  const over = denied("the ticket is used up or too old");
  for (
    const ticket of [undefined, "", "00".repeat(16), "__proto__", hers.slice(0, -1), hers + "0"]
  ) {
    assertEquals(await refusalOf(port, { purpose: "relay", ticket }), over);
  }
  using first = await redeem(port, hers);
  assertEquals(await refusalOf(port, { purpose: "relay", ticket: hers }), over);
  using second = await redeem(port, his);
  assertEquals(await refusalOf(port, { purpose: "relay", ticket: his }), over);
  await first.send(chat("only for you"));
  await second.sees("only for you");
  for (const peer of peers) assert(!peer.received.includes("only for you"));
  await first.endSending();
  await second.sawEnd();
  await second.endSending();
  await first.sawEnd();
  for (const peer of peers) await peer.close();
});

Deno.test("connections for files show nowhere in the room", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  await using server = serve("--files", shared.path);
  const port = await server.port();
  using ada = await join(port, "Ada");
  assertEquals((await run("ls", port, ["--timeout", "5s"])).stdout, "a.txt\n");
  assertEquals(
    (await run("get", port, ["a.txt", "-o", shared.at("got"), "--name", "Ada"])).code,
    0,
  );
  using ben = await join(port, "Ben");
  for (const name of ["who", "status"]) {
    ada.received = "";
    await ada.send(control({ type: "command", name, argument: "" }));
    const reply = await ada.sees('"reply"');
    assertEquals(reply.match(/Ada|Ben|guest/g), ["Ada", "Ben"], reply);
  }
  assert(!ben.received.includes("left"));
});

Deno.test("those who are in a full room still get files, a bounded number at once", async () => {
  using shared = new Folder({ "a.txt": "hello" });
  await using server = serve("--files", shared.path, "--max-clients", "1");
  const port = await server.port();
  using ada = await join(port, "Ada");
  assertEquals((await run("ls", port)).stdout, "a.txt\n");
  using files = await Peer.connect(port);
  await files.send(control({ type: "hello", version: 1, cipher: "none", purpose: "files" }));
  await files.sees('"mode":"files"');
  const second = await run("ls", port);
  assertEquals([second.code, second.stdout], [4, ""]);
  assertMatch(second.stderr, /^labwire: Cannot .*: the server is busy, please try again later\n$/);
  await files.endSending();
  await files.sawEnd();
  assertEquals((await run("ls", port)).code, 0);
  await ada.endSending();
  await ada.sawEnd();
});

Deno.test("a client that is denied ends with 4", async () => {
  await using fake = new Fake(async (conn) => {
    await readTo(conn, "hello");
    await writeAll(conn, frame({ type: "refused", code: "denied", reason: "not today" }));
    await readTo(conn, "its end");
  });
  for (const [command, ...args] of [["ls"], ["get", "a.txt"], ["put", "a.txt"]]) {
    const { code, stdout, stderr } = await run(command, fake.port, args);
    assertEquals([code, stdout], [4, ""]);
    assertMatch(stderr, /^labwire: Cannot .*: not today\n$/);
  }
});
