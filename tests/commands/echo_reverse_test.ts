import { assert, assertEquals, assertMatch } from "@std/assert";
import { echoReverse } from "../../commands/echo_reverse.ts";
import { vigenere } from "../../lib/wire/ciphers/vigenere.ts";
import { bytesOf, hex } from "../support/feed.ts";
import { chat, control, hello, jsonChat } from "../support/native.ts";
import { Peer } from "../support/peer.ts";
import { Running } from "../support/running.ts";

function serve(...args: string[]): Running {
  return new Running(echoReverse, ["127.0.0.1:0", ...args]);
}

/** What comes back for `words`, when the sending side is ended behind them. */
async function answerTo(words: string | Uint8Array, ...args: string[]): Promise<string> {
  await using server = serve(...args);
  using peer = await Peer.connect(await server.port());
  await peer.send(words);
  await peer.endSending();
  return await peer.sawEnd();
}

Deno.test("lines come back reversed, many at once in order", async () => {
  assertEquals(await answerTo("ADVANCE\n\ntwo words\nlast"), "ECNAVDA\n\nsdrow owt\ntsal");
});

Deno.test("a raw message comes back without a newline", async () => {
  await using server = serve();
  using peer = await Peer.connect(await server.port());
  await peer.send("hello");
  assertEquals(await peer.sees("olleh"), "olleh");
  await peer.send("Grüße 👩‍💻");
  assertEquals(await peer.sees("eßürG"), "olleh👩‍💻 eßürG");
});

Deno.test("native and json clients get replies", async () => {
  await using server = serve();
  using native = await Peer.connect(await server.port());
  await native.send(hello("Ada"));
  await native.sees('"mode":"echo"');
  await native.send(chat("né"));
  await native.sees('{"type":"reply","text":"én"}');
  await native.send(control({ type: "command", name: "who", argument: "" }));
  await native.sees(
    '{"type":"error","text":"Cannot do that: nothing but messages is answered here"}',
  );
  await native.send(chat("exit"));
  await native.sawEnd();
  using json = await Peer.connect(await server.port());
  await json.send(jsonChat("Ada", "abc") + jsonChat("Ada", "exit"));
  assert((await json.sawEnd()).includes(`"message":"${btoa("cba")}"`));
});

Deno.test("exit in any case closes, after the answers that are owed", async () => {
  for (const exit of ["exit\n", "EXIT\n", "Exit\r\n", "exit"]) {
    await using server = serve();
    using peer = await Peer.connect(await server.port());
    await peer.send(`abc\n${exit}`);
    assertEquals(await peer.sawEnd(), "cba\n");
  }
});

Deno.test("what only looks like exit is reversed", async () => {
  assertEquals(await answerTo("exi\nexits\ne\u0000it\n"), "ixe\nstixe\nti\0e\n");
});

Deno.test("text that is no UTF-8 is told, and the next line answered", async () => {
  const answer = await answerTo(new Uint8Array([0xff, 10, 0x61, 0x62, 10]));
  assertEquals(answer, "Cannot do that: a message is not valid UTF-8\nba\n");
});

Deno.test("with --bytes any bytes are reversed, a newline stays, and over raw not even that", async () => {
  const bytes = new Uint8Array([1, 0xff, 2, 10]);
  const answers: [string[], string][] = [[[], "02 ff 01 0a"], [
    ["--dialect", "raw"],
    "0a 02 ff 01",
  ]];
  for (const [more, expected] of answers) {
    await using server = serve("--bytes", ...more);
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: await server.port() });
    await conn.write(bytes);
    await conn.closeWrite();
    const answer = new Uint8Array(await new Response(conn.readable).arrayBuffer());
    assertEquals(hex(answer), expected);
  }
});

Deno.test("under a cipher questions are opened, and answers sealed", async () => {
  const cipher = vigenere("LEMON");
  const sealed = new TextDecoder().decode(cipher.seal(bytesOf("attack")));
  const answer = await answerTo(`${sealed}\n`, "--cipher", "vigenere", "--key", "LEMON");
  assertEquals(new TextDecoder().decode(cipher.open(bytesOf(answer))), "kcatta\n");
});

Deno.test("a server that is stopped ends with 0, and so does one that is cut short", async () => {
  await using server = serve();
  using peer = await Peer.connect(await server.port());
  await peer.send("abc\n");
  await peer.sees("cba\n");
  server.stop();
  await peer.sawEnd();
  await peer.close();
  assertEquals(await server.code, 0);
  await using other = serve();
  using stubborn = await Peer.connect(await other.port());
  await stubborn.send("abc\n");
  await stubborn.sees("cba\n");
  other.stop();
  other.cut();
  assertEquals(await other.code, 0);
});

Deno.test("one client too many is told so, and logged", async () => {
  await using server = serve("--max-clients", "1");
  using inside = await Peer.connect(await server.port());
  await inside.send("abc\n");
  await inside.sees("cba\n");
  using outside = await Peer.connect(await server.port());
  await outside.send("abc");
  assertMatch(await outside.sawEnd(), /^the server is busy, please try again later$/);
  assertMatch(server.log.join("\n"), /^Max clients reached\. Rejecting 127\.0\.0\.1:\d+$/m);
});
