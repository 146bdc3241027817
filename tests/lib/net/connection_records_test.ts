import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { FRAME_BYTES } from "../../../lib/base/limits.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import { aesGcm, RANDOM_BYTES } from "../../../lib/wire/ciphers/aes_gcm.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { LengthFraming } from "../../../lib/wire/length_framing.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { GROUNDS, ScriptedSocket } from "../../support/sockets.ts";

const MASTER = new Uint8Array(32).fill(7);
const decoder = new TextDecoder();

function sealed(socket: Socket, role: "client" | "server", master = MASTER): Connection {
  const conn = new Connection(socket);
  conn.speak("native");
  const clientRandom = new Uint8Array(RANDOM_BYTES).fill(1);
  const serverRandom = new Uint8Array(RANDOM_BYTES).fill(2);
  conn.cipher = aesGcm(master, { clientRandom, serverRandom, role });
  return conn;
}

/** All payloads to the end, as text; those that came before a fault are in `all`. */
async function receiveAll(conn: Connection, all: string[] = []): Promise<string[]> {
  for (;;) {
    const batch = await conn.receive();
    if (batch === null) return all;
    all.push(...batch.map((payload) => decoder.decode(payload)));
  }
}

/** What a sealed client writes for each batch of payloads. */
async function recordsOf(batches: Uint8Array[][]): Promise<Uint8Array[]> {
  const socket = new ScriptedSocket();
  using conn = sealed(socket, "client");
  for (const batch of batches) await conn.send(batch);
  return socket.writes;
}

for (const [ground, pair] of GROUNDS) {
  Deno.test(`sealed payloads come as they were sent, both ways at once, ${ground}`, async () => {
    const [a, b] = await pair();
    using client = sealed(a, "client"), server = sealed(b, "server");
    const batches = [["a", "", "Grüße 🎉"], ["b".repeat(700)], [], Array(40).fill("many")];
    const say = async (conn: Connection) => {
      for (const batch of batches) await conn.send(batch.map(bytesOf));
      await conn.closeWrite();
    };
    const [atClient, atServer] = await Promise.all([
      receiveAll(client),
      receiveAll(server),
      say(client),
      say(server),
    ]);
    assertEquals(atClient, batches.flat());
    assertEquals(atServer, batches.flat());
  });

  Deno.test(`writers seal in the order in which they write, ${ground}`, async () => {
    const [a, b] = await pair();
    using client = sealed(a, "client"), server = sealed(b, "server");
    const texts = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(50));
    const writing = Promise.all(texts.map((text) => client.send([bytesOf(text)])));
    const [received] = await Promise.all([
      receiveAll(server),
      writing.then(() => client.closeWrite()),
    ]);
    assertEquals(received, texts);
  });
}

Deno.test("all frames of a write are one record, and nothing of them shows", async () => {
  const payloads = ["one", "two", "three"].map(bytesOf);
  const [record, ...others] = await recordsOf([payloads]);
  assertEquals(others, []);
  assertEquals(record.length, 4 + 3 * 4 + 11 + 16);
  assertEquals(new DataView(record.buffer).getUint32(0), record.length - 4);
  assert(!decoder.decode(record).includes("two"));
  using server = sealed(new ScriptedSocket([record]), "server");
  assertEquals((await server.receive())?.length, 3);
});

Deno.test("the same payload is never the same record twice", async () => {
  const [first, second] = await recordsOf([[bytesOf("same")], [bytesOf("same")]]);
  assertNotEquals(first, second);
});

Deno.test("the largest frame fits in a record", async () => {
  const payload = new Uint8Array(FRAME_BYTES).fill(0x61);
  const records = await recordsOf([[payload]]);
  using server = sealed(new ScriptedSocket(records), "server");
  assertEquals((await server.receive())?.map(({ length }) => length), [FRAME_BYTES]);
});

Deno.test("a record that was tampered with is refused, whichever byte it is", async () => {
  const [record] = await recordsOf([[bytesOf("pay 100 to Ada")]]);
  for (let at = 4; at < record.length; at++) {
    const altered = record.slice();
    altered[at] ^= 1;
    using server = sealed(new ScriptedSocket([altered]), "server");
    await assertRejects(() => receiveAll(server), ProtocolError, "a record does not open");
  }
});

Deno.test("records that are replayed, swapped, left out or cut short are refused", async () => {
  const [first, second, third] = await recordsOf(["1", "2", "3"].map((text) => [bytesOf(text)]));
  const streams: [Uint8Array[], string[]][] = [
    [[first, first], ["1"]],
    [[second, first], []],
    [[first, third], ["1"]],
    [[first, second.subarray(0, 10)], ["1"]],
  ];
  for (const [stream, before] of streams) {
    using server = sealed(new ScriptedSocket(stream), "server");
    const heard: string[] = [];
    await assertRejects(() => receiveAll(server, heard), ProtocolError);
    assertEquals(heard, before);
  }
});

Deno.test("a record under another key, or from our own side, is refused", async () => {
  const [record] = await recordsOf([[bytesOf("hi")]]);
  using stranger = sealed(new ScriptedSocket([record]), "server", new Uint8Array(32));
  await assertRejects(() => receiveAll(stranger), ProtocolError, "a record does not open");
  using reflected = sealed(new ScriptedSocket([record]), "client");
  await assertRejects(() => receiveAll(reflected), ProtocolError, "a record does not open");
});

Deno.test("a record that ends within a frame is refused", async () => {
  const socket = new ScriptedSocket();
  using client = sealed(socket, "client");
  await client.write(new Uint8Array([0, 0, 0, 9, 0x61]));
  using server = sealed(new ScriptedSocket(socket.writes), "server");
  await assertRejects(() => receiveAll(server), ProtocolError, "the stream ended inside a frame");
});

Deno.test("records that came whole with one that does not open are received before it is", async () => {
  const [first, second] = await recordsOf([["1", "2"].map(bytesOf), [bytesOf("3")]]);
  second[7] ^= 1;
  using server = sealed(new ScriptedSocket([concat([first, second])]), "server");
  const heard: string[] = [];
  await assertRejects(() => receiveAll(server, heard), ProtocolError, "a record does not open");
  assertEquals(heard, ["1", "2"]);
  await assertRejects(() => server.receive(), ProtocolError, "a record does not open");
});

Deno.test("what was framed elsewhere is sealed as it is", async () => {
  const [a, b] = memoryPair(64);
  using client = sealed(a, "client"), server = sealed(b, "server");
  const chunk = frameAll(new LengthFraming(FRAME_BYTES), ["x", "y"].map(bytesOf));
  const [received] = await Promise.all([
    receiveAll(server),
    client.write(concat([chunk, chunk])).then(() => client.closeWrite()),
  ]);
  assertEquals(received, ["x", "y", "x", "y"]);
});
