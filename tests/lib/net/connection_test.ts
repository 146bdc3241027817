import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { LINE_BYTES } from "../../../lib/base/limits.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import { makeCipher } from "../../../lib/wire/ciphers/mod.ts";
import type { Dialect } from "../../../lib/wire/dialect.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { GROUNDS, ScriptedSocket } from "../../support/sockets.ts";

const decoder = new TextDecoder();

/** Both ends, speaking a dialect. */
function connections(
  [a, b]: [
    ConstructorParameters<typeof Connection>[0],
    ConstructorParameters<typeof Connection>[0],
  ],
  dialect: Dialect = "native",
): [Connection, Connection] {
  const ends: [Connection, Connection] = [new Connection(a), new Connection(b)];
  for (const end of ends) end.speak(dialect);
  return ends;
}

/** All payloads to the end, as text. */
async function receiveAll(conn: Connection): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const batch = await conn.receive();
    if (batch === null) return all;
    all.push(...batch.map((payload) => decoder.decode(payload)));
  }
}

async function sendAll(conn: Connection, batches: string[][]): Promise<void> {
  for (const batch of batches) await conn.send(batch.map(bytesOf));
  await conn.closeWrite();
}

/** Texts of all sizes that tiny buffers and large ones have to deal with. */
const BATCHES = [["a"], [], ["", "bc", "Grüße 🎉"], ["x".repeat(300), "y"], ["z".repeat(3000)]];
const OBJECTS = [['{"a":1}'], ['{"b":"}{"}', '{"c":[1,{"d":"\\""}]}'], [
  `{"e":"${"x".repeat(2000)}"}`,
]];

for (const [ground, pair] of GROUNDS) {
  for (
    const [dialect, batches] of [["native", BATCHES], ["text", BATCHES], ["json", OBJECTS]] as const
  ) {
    Deno.test(`${dialect} payloads come as they were sent, both ways at once, ${ground}`, async () => {
      const [a, b] = connections(await pair(), dialect);
      using _a = a, _b = b;
      const [atA, atB] = await Promise.all([
        receiveAll(a),
        receiveAll(b),
        sendAll(a, batches.map((batch) => [...batch])),
        sendAll(b, batches.toReversed().map((batch) => [...batch])),
      ]);
      assertEquals(atB, batches.flat());
      assertEquals(atA, batches.toReversed().flat());
    });
  }

  Deno.test(`a cipher's payloads open at the other end, ${ground}`, async () => {
    const [a, b] = connections(await pair());
    using _a = a, _b = b;
    a.cipher = b.cipher = makeCipher("xor", "key");
    const [received] = await Promise.all([receiveAll(b), sendAll(a, BATCHES)]);
    assertEquals(received, BATCHES.flat());
    assertEquals(
      a.bytesTaken,
      BATCHES.flat().reduce((sum, text) => sum + 4 + bytesOf(text).length, 0),
    );
  });

  Deno.test(`writers wait for each other, ${ground}`, async () => {
    const [a, b] = connections(await pair(), "text");
    using _a = a, _b = b;
    const lines = ["a", "b", "c", "d"].map((letter) => letter.repeat(500));
    const [received] = await Promise.all([
      receiveAll(b),
      Promise.all(lines.map((line) => a.send([bytesOf(line)]))).then(() => a.closeWrite()),
    ]);
    assertEquals(received, lines);
  });

  Deno.test(`the sending side closes after what is being written, ${ground}`, async () => {
    const [a, b] = connections(await pair(), "text");
    using _a = a, _b = b;
    const line = "a".repeat(1000);
    const [received] = await Promise.all([
      receiveAll(b),
      a.send([bytesOf(line)]),
      a.closeWrite(),
      a.closeWrite(),
    ]);
    assertEquals(received, [line]);
    const [heard] = await Promise.all([receiveAll(a), sendAll(b, [["still heard"]])]);
    assertEquals(heard, ["still heard"]);
  });

  Deno.test(`closing ends a read that is pending, ${ground}`, async () => {
    const [a, b] = connections(await pair());
    using _a = a, _b = b;
    const reading = assertRejects(() => a.receive());
    a.close();
    a.close();
    await reading;
    await a.closeWrite();
    await assertRejects(() => a.send([bytesOf("too late")]));
  });

  Deno.test(`closing ends a write that is pending, ${ground}`, async () => {
    const [a, b] = connections(await pair());
    using _b = b;
    const writing = assertRejects(async () => {
      for (;;) await a.write(new Uint8Array(1 << 20));
    });
    // The first bytes have come: the write is under way, and nobody reads the rest.
    await b.peek((bytes) => bytes.length > 0 || undefined);
    a.close();
    await writing;
  });

  Deno.test(`a stream that ends within a frame is refused, ${ground}`, async () => {
    const [a, b] = connections(await pair());
    using _a = a, _b = b;
    await Promise.all([
      a.write(new Uint8Array([0, 0, 0, 5, 0x61])).then(() => a.closeWrite()),
      assertRejects(() => b.receive(), ProtocolError, "the stream ended inside a frame"),
    ]);
  });
}

Deno.test("what came together is one batch of views into one buffer", async () => {
  const [a, b] = connections(memoryPair(1024));
  using _a = a, _b = b;
  await a.send(["one", "two", "three"].map(bytesOf));
  const batch = await b.receive();
  assertEquals(batch?.map((payload) => decoder.decode(payload)), ["one", "two", "three"]);
  assert(batch!.every((payload) => payload.buffer === batch![0].buffer));
});

Deno.test("a batch leaves in one write, and a short write is continued", async () => {
  const socket = new ScriptedSocket();
  using conn = new Connection(socket);
  conn.speak("text");
  await conn.send(["one", "two"].map(bytesOf));
  assertEquals(socket.writes.map((chunk) => decoder.decode(chunk)), ["one\ntwo\n"]);
  socket.most = 3;
  await conn.send([bytesOf("three")]);
  assertEquals(socket.writes.slice(1).map((chunk) => decoder.decode(chunk)), ["thr", "ee\n"]);
  assertEquals(conn.bytesTaken, 14);
});

Deno.test("nothing to send writes nothing", async () => {
  const socket = new ScriptedSocket();
  using conn = new Connection(socket);
  await conn.send([]);
  assertEquals(socket.writes, []);
});

Deno.test("a write that fails lets the next one try", async () => {
  const socket = new ScriptedSocket();
  using conn = new Connection(socket);
  socket.gate = Promise.reject(new Deno.errors.ConnectionReset("gone"));
  await assertRejects(() => conn.write(bytesOf("a")), Deno.errors.ConnectionReset);
  await assertRejects(() => conn.write(bytesOf("b")), Deno.errors.ConnectionReset);
  await conn.closeWrite();
  assertEquals(socket.writeClosed, 1);
});

Deno.test("a connection closes its socket once, its sending side once, and not after all of it", async () => {
  const socket = new ScriptedSocket(), other = new ScriptedSocket();
  {
    using conn = new Connection(socket);
    await conn.closeWrite();
    await conn.closeWrite();
    conn.close();
    conn.close();
  }
  assertEquals([socket.writeClosed, socket.closed], [1, 1]);
  const conn = new Connection(other);
  conn.close();
  await conn.closeWrite();
  assertEquals([other.writeClosed, other.closed], [0, 1]);
});

Deno.test("lines that came whole before one that is too long are received before it is refused", async () => {
  const stream = concat([bytesOf("one\ntwo\n"), new Uint8Array(LINE_BYTES + 1).fill(0x61)]);
  using conn = new Connection(new ScriptedSocket([stream]));
  conn.speak("text");
  const lines: string[] = [];
  await assertRejects(
    async () => {
      for (let batch; (batch = await conn.receive());) {
        lines.push(...batch.map((line) => decoder.decode(line)));
      }
    },
    ProtocolError,
    "a line is over the limit",
  );
  assertEquals(lines, ["one", "two"]);
  await assertRejects(() => conn.receive(), ProtocolError, "a line is over the limit");
  while (await conn.receiveChunk() !== null); // what follows can still be read past
});

Deno.test("payloads that are put back are received, and seen by peek, before anything else", async () => {
  using conn = new Connection(new ScriptedSocket([bytesOf("a\nb\n"), bytesOf("c\n")]));
  conn.speak("text");
  const batch = (await conn.receive())!;
  conn.putBack(batch.slice(1));
  assertEquals(await conn.peek((bytes) => decoder.decode(bytes)), "b");
  assertEquals((await conn.receive())!.map((payload) => decoder.decode(payload)), ["b"]);
  assertEquals((await conn.receive())!.map((payload) => decoder.decode(payload)), ["c"]);
});

Deno.test("after the end every receive says that it is the end", async () => {
  using conn = new Connection(new ScriptedSocket([bytesOf("a\n")]));
  conn.speak("text");
  assertEquals((await conn.receive())?.length, 1);
  assertEquals([await conn.receive(), await conn.receive()], [null, null]);
  assertEquals(await conn.receiveChunk(), null);
  assertEquals(await conn.peek((bytes) => bytes.length > 0 || undefined), null);
});

Deno.test("answers that were made where the questions lay are sent from there", async () => {
  const written: Uint8Array[] = [];
  const socket = new class extends ScriptedSocket {
    override write(bytes: Uint8Array): Promise<number> {
      written.push(bytes);
      return super.write(bytes);
    }
  }([bytesOf("abc\nde\n")]);
  using conn = new Connection(socket);
  conn.speak("text");
  const batch = (await conn.receive())!;
  for (const payload of batch) payload.reverse();
  await conn.answer(batch, [...batch]);
  await conn.answer(batch, [batch[0], batch[1].slice()]);
  assertEquals(socket.writes.map((bytes) => decoder.decode(bytes)), ["cba\ned\n", "cba\ned\n"]);
  assertEquals(written.map(({ buffer }) => buffer === batch[0].buffer), [true, false]);
});

Deno.test("a write of nothing asks nothing of the socket", async () => {
  const socket = new ScriptedSocket();
  using conn = new Connection(socket);
  await conn.write(new Uint8Array());
  assertEquals(socket.writes.length, 0);
});
