/**
 * How `labwire connect` ends where one dialect differs from the others, or the greeting is what fails;
 * what all clients have in common is in endings_matrix_test.ts.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { EndingPeer } from "./support/ending_peer.ts";
import { Fake, frame, readTo, welcome, writeAll } from "./support/fake.ts";
import { connect } from "./support/lab.ts";

const DOCS = new URL("../../docs", import.meta.url).pathname;

Deno.test("connect ends with 5 when the server closes before all is sent", async () => {
  await using fake = new Fake((conn) => readTo(conn, "one"));
  await using client = connect(fake.port, ["--dialect", "raw", "--pace", "1m"]);
  await client.type("one\ntwo\n");
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [5, ""]);
  assertMatch(stderr, /^labwire: Cannot go on: the server closed the connection\n$/);
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

Deno.test("connect ends with 5 when the greeting is answered by a reset", async () => {
  await using peer = await EndingPeer.listen();
  await using client = connect(peer.port);
  await peer.hears("hello");
  peer.resets();
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout], [5, ""]);
  assertMatch(stderr, /^labwire: Cannot greet the server: .*--dialect raw, text or json\)\n$/);
});

Deno.test("connect ends with 130 on Ctrl-C during the greeting, without a word", async () => {
  await using peer = await EndingPeer.listen();
  await using client = connect(peer.port);
  await peer.hears("hello");
  client.signal("SIGINT");
  const { code, stdout, stderr } = await client.ended();
  assertEquals([code, stdout, stderr], [130, "", ""]);
});

Deno.test("connect ends with 4 when a server without a room is busy, too", async () => {
  for (const command of [["echo-reverse"], ["fileserver", DOCS]]) {
    await using running = Program.labwire([...command, "127.0.0.1:0", "--max-clients", "1"]);
    const port = await running.port();
    using first = await Peer.connect(port);
    await first.send("list\n");
    await first.sees("\n");
    await using second = connect(port);
    const { code, stdout, stderr } = await second.ended();
    assertEquals([code, stdout], [4, ""], `${command}`);
    assertMatch(stderr, /^labwire: Cannot join: .*server is busy.*\n$/);
    await first.close();
  }
});

Deno.test("connect ends with 4 when the keys or the ciphers differ", async () => {
  const keys = { vigenere: ["LEMON", "MELON"], caesar: ["3", "4"], xor: ["secret", "secreT"] };
  for (const [cipher, [right, wrong]] of Object.entries({ ...keys, "aes-gcm": ["a b", "b a"] })) {
    const withKey = (key: string) => ["--cipher", cipher, "--key", key];
    await using running = Program.labwire([
      "serve",
      "127.0.0.1:0",
      "--operator",
      ...withKey(right),
    ]);
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
