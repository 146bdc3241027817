import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { Relay } from "../../../lib/chat/relay.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { anyBytes } from "../../e2e/support/lab.ts";
import { GROUNDS, socketPair } from "../../support/sockets.ts";

/** Two clients, and the relay's ends of their connections. */
async function setUp(pair: () => Promise<[Socket, Socket]>) {
  const pairs = [await pair(), await pair()];
  const [[a, atA], [b, atB]] = pairs.map((ends) => ends.map((end) => new Connection(end)));
  for (const conn of [a, atA, b, atB]) conn.speak("native");
  return {
    a,
    atA,
    b,
    atB,
    [Symbol.dispose]() {
      for (const conn of [a, atA, b, atB]) conn.close();
    },
  };
}

/** All that comes, message by message, to the end. */
async function all(conn: Connection): Promise<string[]> {
  const texts: string[] = [];
  for (let batch = await conn.receive(); batch !== null; batch = await conn.receive()) {
    for (const payload of batch) {
      const message = decodeNative(payload);
      texts.push(message.type === "chat" ? message.text : message.type);
    }
  }
  return texts;
}

async function say(conn: Connection, texts: string[]): Promise<void> {
  for (const text of texts) await conn.send([encodeNative({ type: "chat", text })]);
  await conn.closeWrite();
}

for (const [ground, pair] of GROUNDS) {
  Deno.test(`each side's messages come to the other, in order and to the end, ${ground}`, async () => {
    using four = await setUp(pair);
    const relay = new Relay();
    const [, , heardByA, heardByB] = await Promise.all([
      relay.join(four.atA),
      relay.join(four.atB),
      all(four.a),
      all(four.b),
      say(four.a, ["one", "two", "three"]),
      say(four.b, ["eins", "zwei"]),
    ]);
    assertEquals(heardByA, ["eins", "zwei"]);
    assertEquals(heardByB, ["one", "two", "three"]);
  });
}

Deno.test("what one side says before the other comes is not lost", async () => {
  using four = await setUp(socketPair);
  const relay = new Relay();
  const first = relay.join(four.atA);
  await say(four.a, ["early"]);
  const second = relay.join(four.atB);
  await four.b.closeWrite();
  assertEquals([await all(four.b), await all(four.a)], [["early"], []]);
  await Promise.all([first, second]);
});

Deno.test("a side that ends may still receive", async () => {
  using four = await setUp(socketPair);
  const relay = new Relay();
  const joined = Promise.all([relay.join(four.atA), relay.join(four.atB)]);
  await say(four.a, []);
  assertEquals(await all(four.b), []);
  await say(four.b, ["still here"]);
  assertEquals(await all(four.a), ["still here"]);
  await joined;
});

Deno.test("a side that vanishes takes the other along, and is nobody's failure", async () => {
  for (const bytes of [new Uint8Array(), new Uint8Array([0, 0, 0, 9, 1])]) {
    using four = await setUp(socketPair);
    const relay = new Relay();
    const joined = Promise.all([relay.join(four.atA), relay.join(four.atB)]);
    await four.a.send([encodeNative({ type: "chat", text: "x" })]);
    await four.b.receive();
    if (bytes.length > 0) await four.a.write(bytes); // a frame that does not end
    four.a.close();
    const rest = await four.b.receive().catch(() => null);
    assertEquals(rest, null);
    four.b.close();
    await joined;
  }
});

Deno.test("what breaks the rules of the dialect is for its receiver to notice", async () => {
  using four = await setUp(socketPair);
  const relay = new Relay();
  const joined = Promise.all([relay.join(four.atA), relay.join(four.atB)]);
  await four.a.write(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0]));
  await assertRejects(() => four.b.receive(), ProtocolError);
  four.b.close();
  assertEquals(await four.a.receive().catch(() => null), null);
  four.a.close();
  await joined;
});

Deno.test("what one side does not take is not read from the other", async () => {
  using four = await setUp(() => Promise.resolve(memoryPair(1024)));
  const relay = new Relay();
  const joined = Promise.all([relay.join(four.atA), relay.join(four.atB)]);
  const block = encodeNative({ type: "block", id: 1, bytes: anyBytes(64 * 1024) });
  let sent = 0;
  const sending = (async () => {
    for (; sent < 20; sent++) await four.a.send([block]);
    await four.a.closeWrite();
  })();
  for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
  assert(sent < 3, `${sent} blocks were taken though nobody reads`);
  const [heard] = await Promise.all([all(four.b), four.b.closeWrite(), sending]);
  assertEquals(heard, Array(20).fill("block"));
  assertEquals(await all(four.a), []);
  await joined;
});
