/**
 * How programs end: exit codes, and what is said on the way out.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type AddressInfo, createServer } from "node:net";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { Fake, frame, readTo, welcome, writeAll } from "./support/fake.ts";
import { connect, spoken } from "./support/lab.ts";

const DOCS = new URL("../../docs", import.meta.url).pathname;
const DIALECTS = ["native", "text", "raw", "json"];
const SERVERS = ["serve", "echo-reverse", "fileserver"];

function server(command: string, ...args: string[]): Program {
  const folder = command === "fileserver" ? [DOCS] : [];
  return Program.labwire([command, ...folder, "127.0.0.1:0", ...args]);
}

/** A port of this machine on which nobody listens. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

for (const command of SERVERS) {
  Deno.test(`${command} ends with 0 on Ctrl-C, and tells its clients`, async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      await using running = server(command);
      const port = await running.port();
      await using native = connect(port, ["--name", "Ada"]);
      await native.type("/help\n");
      await native.sees(/\S/, command === "echo-reverse" ? "stderr" : "stdout");
      using peer = await Peer.connect(port);
      await peer.send("list\n");
      running.signal(signal);
      await peer.sawEnd();
      await peer.close();
      const { code, stdout, stderr } = await native.ended();
      assertEquals([code, stderr.includes("Cannot go on")], [0, false], stderr);
      assertMatch(stdout, /server is shutting down\n$/);
      assertEquals((await running.ended()).code, 0);
    }
  });
}

Deno.test("serve tells text and JSON clients, too, that it ends", async () => {
  await using running = server("serve");
  const port = await running.port();
  using text = await Peer.connect(port);
  using json = await Peer.connect(port);
  await text.send("hello\n");
  await running.sees("connected as Client", "stderr");
  await json.send('{"username": "Ben", "timestamp": 1, "message": "aGk="}');
  await text.sees("Ben: hi\n");
  running.signal("SIGINT");
  assertStringIncludes(await text.sawEnd(), "server is shutting down\n");
  assertStringIncludes(spoken(await json.sawEnd()), "server is shutting down\n");
  await text.close();
  await json.close();
  assertEquals((await running.ended()).code, 0);
});

Deno.test("two Ctrl-C at once are one, and a client that stays does not hold the server", async () => {
  await using running = server("serve");
  using peer = await Peer.connect(await running.port());
  await peer.send("I will not close\n");
  await running.sees("connected as Client 1", "stderr");
  running.signal("SIGINT");
  running.signal("SIGTERM");
  assertEquals((await running.ended()).code, 0);
  assertStringIncludes(await peer.sawEnd(), "server is shutting down\n");
  await peer.close();
});

Deno.test("a second Ctrl-C cuts the drain short, with 130", async () => {
  await using running = server("serve");
  using peer = await Peer.connect(await running.port());
  await peer.send("I will not close\n");
  await running.sees("connected as Client 1", "stderr");
  running.signal("SIGINT");
  await peer.sawEnd();
  // Within 0.5 s it would count as the same: there is no event to wait for.
  await new Promise((resolve) => setTimeout(resolve, 700));
  running.signal("SIGINT");
  assertEquals((await running.ended()).code, 130);
  await peer.close();
});

Deno.test("whoever cannot connect or listen ends with 3, and one line that says why", async () => {
  await using refused = connect(freePort());
  const { code, stdout, stderr } = await refused.ended();
  assertEquals([code, stdout], [3, ""]);
  assertMatch(stderr, /^labwire: Cannot connect to 127\.0\.0\.1:\d+: connection refused .*\n$/);
  await using running = server("serve");
  const address = `127.0.0.1:${await running.port()}`;
  for (const command of SERVERS) {
    const folder = command === "fileserver" ? [DOCS] : [];
    await using second = Program.labwire([command, ...folder, address]);
    const { code, stdout, stderr } = await second.ended();
    assertEquals([code, stdout], [3, ""]);
    assertMatch(stderr, /^labwire: Cannot listen on \S+: the port is in use .*\n$/);
  }
  await using elsewhere = Program.labwire(["serve", "192.0.2.1:0"]);
  const ended = await elsewhere.ended();
  assertEquals(ended.code, 3);
  assertMatch(ended.stderr, /^labwire: Cannot listen on 192\.0\.2\.1:0: .*\n$/);
});

Deno.test("connect ends with 130 on Ctrl-C, in every dialect, without a word", async () => {
  await using running = server("serve");
  const port = await running.port();
  for (const [i, dialect] of DIALECTS.entries()) {
    await using client = connect(port, ["--dialect", dialect]);
    await client.type("hello\n");
    await running.sees(`connected as Client ${i + 1}: `, "stderr");
    client.signal("SIGINT");
    const { code, stderr } = await client.ended();
    assertEquals([code, stderr], [130, ""], dialect);
  }
  const greeted = Promise.withResolvers<string>();
  await using mute = new Fake(async (conn) => {
    greeted.resolve(await readTo(conn, "hello"));
    await readTo(conn, "never");
  });
  await using greeting = connect(mute.port);
  await greeting.until(greeted.promise);
  greeting.signal("SIGINT");
  assertEquals((await greeting.ended()).code, 130);
});

Deno.test("connect ends with 0 when the server closes and nothing of ours is unsent", async () => {
  await using fake = new Fake(async (conn) => {
    await readTo(conn, "hello");
    await writeAll(conn, new TextEncoder().encode("bye then"));
  });
  for (const dialect of ["text", "raw"]) {
    await using client = connect(fake.port, ["--dialect", dialect]);
    await client.type("hello\n");
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stdout, stderr], [0, "bye then\n", ""], dialect);
  }
});

Deno.test("connect ends with 5 when the server closes before all is sent", async () => {
  await using fake = new Fake((conn) => readTo(conn, "one"));
  await using client = connect(fake.port, ["--dialect", "raw", "--pace", "1m"]);
  await client.type("one\ntwo\n");
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [5, ""]);
  assertMatch(stderr, /^labwire: Cannot go on: the server closed the connection\n$/);
});

Deno.test("connect ends with 5 when the connection is reset", async () => {
  const fake = createServer((socket) => {
    socket.once("data", () => socket.resetAndDestroy());
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = fake.address() as AddressInfo;
    for (const dialect of DIALECTS) {
      await using client = connect(port, ["--dialect", dialect]);
      await client.type("hello\n");
      const { code, stdout, stderr } = await client.ended();
      assertEquals([code, stdout], [5, ""], dialect);
      assertMatch(stderr, /^labwire: Cannot .*\n$/);
    }
  } finally {
    await new Promise((resolve) => fake.close(resolve));
  }
});

Deno.test("connect ends with 5 when the server closes at once, or answers in another dialect", async () => {
  const answers = [
    "",
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    "220 ready\r\n",
    "\0\0\0\x05hello",
    "\0x",
  ];
  for (const answer of answers) {
    await using fake = new Fake((conn) => writeAll(conn, new TextEncoder().encode(answer)));
    await using client = connect(fake.port);
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stdout], [5, ""], answer);
    assertMatch(stderr, /^labwire: Cannot greet the server: .*--dialect raw, text or json\)\n$/);
  }
});

Deno.test("connect ends with 6 when the server never answers, and names --dialect", async () => {
  await using fake = new Fake((conn) => readTo(conn, "never"));
  await using client = connect(fake.port);
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [6, ""]);
  assertMatch(stderr, /^labwire: Cannot greet the server: .*--dialect raw, text or json\)\n$/);
});

Deno.test("connect ends with 4 when the server is busy", async () => {
  for (const command of SERVERS) {
    await using running = server(command, "--max-clients", "1");
    const port = await running.port();
    using first = await Peer.connect(port);
    await first.send("list\n");
    if (command !== "serve") await first.sees("\n");
    else await running.sees("connected as Client 1", "stderr");
    await using second = connect(port);
    const { code, stdout, stderr } = await second.ended();
    assertEquals([code, stdout], [4, ""], command);
    assertMatch(stderr, /^labwire: Cannot join: .*server is busy.*\n$/);
    await first.close();
  }
});

Deno.test("connect ends with 4 when the keys or the ciphers differ", async () => {
  const keys = { vigenere: ["LEMON", "MELON"], caesar: ["3", "4"], xor: ["secret", "secreT"] };
  for (const [cipher, [right, wrong]] of Object.entries({ ...keys, "aes-gcm": ["a b", "b a"] })) {
    const withKey = (key: string) => ["--cipher", cipher, "--key", key];
    await using running = server("serve", "--operator", ...withKey(right));
    const port = await running.port();
    const others = [withKey(wrong), [], ["--cipher", "caesar", "--key", "7"]];
    for (const args of others) {
      await using client = connect(port, args);
      const { code, stdout, stderr } = await client.ended();
      assertEquals([code, stdout], [4, ""], `${cipher} ${args}: ${stderr}`);
      assertMatch(stderr, /labwire: Cannot join: .*--(cipher|key).*\n$/);
    }
    await using client = connect(port, withKey(right));
    await client.type("it is me\n");
    await running.sees(": it is me\n");
  }
});

peerTest(["nc"], "a client that half-closes still gets what it is owed", async () => {
  await using running = server("serve", "--mode", "operator");
  const port = await running.port();
  await using netcat = Program.start("nc", ["-N", "127.0.0.1", `${port}`]);
  await netcat.type("one?\ntwo?\n");
  await netcat.endInput();
  await running.sees(/: one\?\n.*: two\?\n/);
  await running.type("first\nsecond\n");
  const { code, stdout } = await netcat.ended();
  assertEquals([code, stdout], [0, "first\nsecond\n"]);
});

Deno.test("after its input a native connect waits for the server's close, printing what comes", async () => {
  await using fake = new Fake(async (conn) => {
    await welcome(conn);
    await readTo(conn, "to the end of the client's side");
    await writeAll(conn, frame({ type: "reply", text: "said after your end" }));
    await writeAll(conn, frame({ type: "bye", code: "shutdown", reason: "so long" }));
  });
  await using client = connect(fake.port, ["--linger", "1ms"]);
  await client.type("hello\n");
  await client.endInput();
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout, stderr], [0, "said after your end\nso long\n", ""]);
});

Deno.test("after its input a foreign connect ends in silence, though the server stays", async () => {
  const gone = Promise.withResolvers<void>();
  await using fake = new Fake(async (conn) => {
    await readTo(conn, "hello");
    await writeAll(conn, new TextEncoder().encode("an answer"));
    await gone.promise;
  });
  await using client = connect(fake.port, ["--dialect", "raw", "--linger", "300ms"]);
  await client.type("hello\n");
  await client.sees("an answer\n");
  await client.endInput();
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout, stderr], [0, "an answer\n", ""]);
  gone.resolve();
});
