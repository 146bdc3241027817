import { assertEquals } from "@std/assert";
import { GAP_MS } from "../../../lib/base/limits.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { framingOf } from "../../../lib/wire/dialect.ts";
import { bytesOf } from "../../support/feed.ts";
import { GROUNDS, ScriptedSocket, socketPair } from "../../support/sockets.ts";

const decoder = new TextDecoder();

function textsOf(batch: Uint8Array[] | null): string[] | undefined {
  return batch?.map((payload) => decoder.decode(payload));
}

async function chunkOf(conn: Connection, quietMs?: number): Promise<string | null> {
  const chunk = await conn.receiveChunk(quietMs);
  return chunk instanceof Uint8Array ? decoder.decode(chunk) : chunk;
}

for (const [ground, pair] of GROUNDS) {
  Deno.test(`a raw write is a message once it is quiet, ${ground}`, async () => {
    const [client, socket] = await pair();
    using conn = new Connection(socket), peer = new Connection(client);
    conn.speak("raw");
    for (const message of ["hello", "two\nlines", "Grüße 🎉"]) {
      const [batch] = await Promise.all([conn.receive(), peer.write(bytesOf(message))]);
      assertEquals(textsOf(batch), [message]);
    }
  });

  Deno.test(`raw writes without a gap between them are one message, ${ground}`, async () => {
    const [client, socket] = await pair();
    using conn = new Connection(socket), peer = new Connection(client);
    conn.speak("raw");
    const words = ["one", "two", "three"];
    const [batch] = await Promise.all([
      conn.receive(),
      ...words.map((word) => peer.write(bytesOf(word))),
    ]);
    assertEquals(textsOf(batch), ["onetwothree"]);
  });

  Deno.test(`guessed text is lines, and what is left after the gap, ${ground}`, async () => {
    const [client, socket] = await pair();
    using conn = new Connection(socket), peer = new Connection(client);
    conn.speak("text", framingOf("text", { guessed: true }));
    const writing = peer.write(bytesOf("abc"));
    assertEquals([textsOf(await conn.receive()), conn.dialect], [["abc"], "raw"]);
    await writing;
    const [line] = await Promise.all([conn.receive(), peer.write(bytesOf("a line\n"))]);
    assertEquals([textsOf(line), conn.dialect], [["a line"], "text"]);
  });

  Deno.test(`what was peeked at is received, ${ground}`, async () => {
    const [client, socket] = await pair();
    using conn = new Connection(socket), peer = new Connection(client);
    conn.speak("text");
    const writing = peer.write(bytesOf("one\ntwo\n")).then(() => peer.closeWrite());
    const seen = await conn.peek((bytes) => {
      const text = decoder.decode(bytes);
      return text.includes("\n") ? text : undefined;
    });
    assertEquals(seen?.slice(0, 4), "one\n");
    assertEquals(await conn.peek((bytes) => bytes[0]), "o".charCodeAt(0));
    const lines: string[] = [];
    for (let batch; (batch = await conn.receive());) lines.push(...textsOf(batch)!);
    assertEquals(lines, ["one", "two"]);
    await writing;
  });

  Deno.test(`chunks, frames and peeks take turns on one stream, ${ground}`, async () => {
    const [client, socket] = await pair();
    using conn = new Connection(socket), peer = new Connection(client);
    conn.speak("text");
    await Promise.all([
      peer.write(bytesOf("a first line\n")),
      (async () => {
        await conn.peek((bytes) => bytes.length >= 3 || undefined);
        conn.skip(2);
        assertEquals(textsOf(await conn.receive()), ["first line"]);
      })(),
    ]);
    await Promise.all([
      peer.write(bytesOf("\x00\x01\nbytes|")),
      (async () => {
        let bytes = "";
        while (!bytes.includes("|")) bytes += await chunkOf(conn);
        assertEquals(bytes, "\x00\x01\nbytes|");
      })(),
    ]);
    const writing = peer.write(bytesOf("last\nlines\n")).then(() => peer.closeWrite());
    const lines: string[] = [];
    for (let batch; (batch = await conn.receive());) lines.push(...textsOf(batch)!);
    assertEquals(lines, ["last", "lines"]);
    await writing;
  });
}

Deno.test("a rest behind a line is a message of its own at the end of the stream", async () => {
  using conn = new Connection(new ScriptedSocket([bytesOf("line\nrest")]));
  conn.speak("text");
  assertEquals(textsOf(await conn.receive()), ["line"]);
  assertEquals(textsOf(await conn.receive()), ["rest"]);
  assertEquals(await conn.receive(), null);
});

Deno.test("a rest behind a line is a message after the gap while the peer may be raw", async () => {
  const never = Promise.withResolvers<Uint8Array>();
  using conn = new Connection(new ScriptedSocket([bytesOf("line\nrest"), never.promise]));
  conn.speak("text", framingOf("text", { guessed: true }));
  assertEquals(textsOf(await conn.receive()), ["line"]);
  assertEquals(textsOf(await conn.receive()), ["rest"]);
  const last = conn.receive();
  never.resolve(bytesOf("more\n"));
  assertEquals(textsOf(await last), ["more"]);
});

Deno.test("a read that is ready when the gap ends still counts", async () => {
  const late = Promise.withResolvers<Uint8Array>();
  const socket = new ScriptedSocket([bytesOf("a"), late.promise]);
  using conn = new Connection(socket);
  conn.speak("raw");
  const receiving = conn.receive();
  // The loop stands still until the gap is over, and only then finds that bytes came in time.
  setTimeout(() => {
    setTimeout(() => late.resolve(bytesOf("b")), 0);
    for (const until = performance.now() + 2 * GAP_MS; performance.now() < until;);
  }, 0);
  assertEquals(textsOf(await receiving), ["ab"]);
});

Deno.test("a chunk is quiet after its time, and what comes then is the next one", async () => {
  const late = Promise.withResolvers<Uint8Array>();
  using conn = new Connection(new ScriptedSocket([bytesOf("a"), late.promise, bytesOf("c")]));
  assertEquals([await chunkOf(conn, 1), await chunkOf(conn, 1), await chunkOf(conn, 1)], [
    "a",
    "quiet",
    "quiet",
  ]);
  late.resolve(bytesOf("b"));
  assertEquals([await chunkOf(conn), await chunkOf(conn, 1000), await chunkOf(conn)], [
    "b",
    "c",
    null,
  ]);
});

Deno.test("a peek hears of the quiet once, and of what comes after it", async () => {
  const late = Promise.withResolvers<Uint8Array>();
  using conn = new Connection(new ScriptedSocket([bytesOf("{"), late.promise]));
  const heard: string[] = [];
  const answer = await conn.peek((bytes, quiet) => {
    heard.push(`${decoder.decode(bytes)}${quiet ? " quiet" : ""}`);
    if (quiet) late.resolve(bytesOf("x"));
    return bytes.length > 1 ? "enough" : undefined;
  });
  assertEquals([answer, heard], ["enough", ["", "{", "{ quiet", "{x"]]);
});

Deno.test("a peek at a stream that ends is told, and then gives up", async () => {
  using conn = new Connection(new ScriptedSocket([bytesOf("{")]));
  const heard: boolean[] = [];
  assertEquals(await conn.peek((_bytes, quiet) => void heard.push(quiet)), null);
  assertEquals(heard, [false, false, true]);
  using other = new Connection(new ScriptedSocket([bytesOf("{")]));
  assertEquals(await other.peek((_bytes, quiet) => quiet ? "text" : undefined), "text");
});

Deno.test("a reader that gave up leaves the bytes to the next one", async () => {
  const [client, server] = await socketPair();
  using conn = new Connection(server), peer = new Connection(client);
  conn.speak("text");
  assertEquals(await chunkOf(conn, 1), "quiet");
  await peer.write(bytesOf("hello\n"));
  assertEquals(textsOf(await conn.receive()), ["hello"]);
});
