import { assert, assertEquals, assertMatch } from "@std/assert";
import { exchange } from "../../../lib/auth/exchange.ts";
import { makeKeying } from "../../../lib/auth/keying.ts";
import { LINE_BYTES } from "../../../lib/base/limits.ts";
import type { RateLimit } from "../../../lib/base/rate.ts";
import { chat, hello } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import { Service } from "../../support/service.ts";
import { doorOf, termsOf } from "../../support/terms.ts";

const PLAIN = await makeKeying("none");

/** A server that sends back what it gets, until it gets `stop`; "wait" holds until `released`. */
function serve({ maxClients = 5, released = Promise.resolve(), rate, idleMs }: {
  maxClients?: number;
  rate?: RateLimit;
  idleMs?: number;
  released?: Promise<unknown>;
} = {}) {
  const waiting = Promise.withResolvers<void>();
  const service = new Service(({ signal, cut, log }) => {
    const door = doorOf({ terms: termsOf(PLAIN), maxClients, log, cut });
    return (socket) =>
      door.admit(socket, (visitor) =>
        exchange(visitor, door, {
          mode: "echo",
          signal,
          rate,
          idleMs,
          answer: async (conn, batch) => {
            const texts = batch.map((payload) => new TextDecoder().decode(payload));
            if (texts.includes("wait")) {
              waiting.resolve();
              await released;
            }
            await conn.send(batch);
            return !texts.includes("stop");
          },
        }));
  });
  return Object.assign(service, { waiting: waiting.promise });
}

Deno.test("text is answered as it comes, and owed answers follow a half-close", async () => {
  await using server = serve();
  using peer = await Peer.connect(server.port);
  await peer.send("one\n");
  await peer.sees("one\n");
  await peer.send("two\nthree");
  await peer.endSending();
  assertEquals(await peer.sawEnd(), "one\ntwo\nthree\n");
});

Deno.test("a native client is welcomed, and told the mode", async () => {
  await using server = serve();
  using peer = await Peer.connect(server.port);
  await peer.send(hello("Ada"));
  await peer.sees('{"type":"welcome","version":1,"name":"Ada","mode":"echo","features":[]}');
  await peer.send(chat("hi"));
  await peer.sees('{"type":"chat","text":"hi"}');
});

Deno.test("an answer that ends the exchange closes the connection behind it", async () => {
  await using server = serve();
  using peer = await Peer.connect(server.port);
  await peer.send("stop\n");
  assertEquals(await peer.sawEnd(), "stop\n");
});

Deno.test("a client that comes and goes without a word leaves no trace", async () => {
  await using server = serve();
  using peer = await Peer.connect(server.port);
  await peer.endSending();
  assertEquals([await peer.sawEnd(), server.log], ["", []]);
});

Deno.test("a line beyond the limit is told to its sender, and nobody else is disturbed", async () => {
  await using server = serve();
  using good = await Peer.connect(server.port);
  using bad = await Peer.connect(server.port);
  await bad.send("fine\n" + "x".repeat(LINE_BYTES + 1));
  const told = `Cannot read what you sent: a line is over the limit of ${LINE_BYTES} bytes`;
  assertEquals(await bad.sawEnd(), `fine\n${told}\n`);
  await good.send("undisturbed\n");
  await good.sees("undisturbed\n");
});

Deno.test("a frame beyond the limit is told in native", async () => {
  await using server = serve();
  using peer = await Peer.connect(server.port);
  await peer.send(hello());
  await peer.sees('"name":"guest"');
  await peer.send(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
  await peer.sawEnd();
  assertMatch(
    peer.received,
    /"type":"bye","code":"protocol","reason":"Cannot read .* frame of 4294967295/,
  );
});

Deno.test("a place is taken from the first moment, and free once the client has ended", async () => {
  await using server = serve({ maxClients: 1 });
  for (let round = 0; round < 5; round++) {
    using silent = await Peer.connect(server.port);
    using other = await Peer.connect(server.port);
    await other.send("hello\n");
    assertMatch(await other.sawEnd(), /busy/);
    await silent.send("last words\n");
    await silent.sees("last words");
    await silent.endSending();
    await silent.sawEnd();
  }
});

Deno.test("a server that stops says goodbye to native clients, and ends its side for all", async () => {
  await using server = serve();
  using native = await Peer.connect(server.port);
  await native.send(hello("Ada"));
  await native.sees("welcome");
  using text = await Peer.connect(server.port);
  await text.send("hi\n");
  await text.sees("hi\n");
  using silent = await Peer.connect(server.port);
  server.stop();
  await native.sees('"type":"bye","code":"shutdown"');
  for (const peer of [native, text, silent]) {
    await peer.sawEnd();
    await peer.close();
  }
  assertEquals([text.received, silent.received], ["hi\n", ""]);
  await server.ended();
});

Deno.test("a server that stops gives the answer that is under way", async () => {
  const release = Promise.withResolvers<void>();
  await using server = serve({ released: release.promise });
  using peer = await Peer.connect(server.port);
  await peer.send("wait\n");
  await server.waiting;
  server.stop();
  assert(!peer.ended);
  release.resolve();
  assertEquals(await peer.sawEnd(), "wait\n");
});

Deno.test("under a rate of messages alone, or of bytes alone, what fits is answered at once", async () => {
  for (const rate of [{ messages: 1000 }, { bytes: 1_000_000 }]) {
    await using server = serve({ rate });
    using peer = await Peer.connect(server.port);
    await peer.send("x\n".repeat(500));
    await peer.endSending();
    assertEquals((await peer.sawEnd()).length, 1000);
  }
});

Deno.test("a server that stops does not wait for a client that was too fast", async () => {
  await using server = serve({ rate: { messages: 1 } });
  using peer = await Peer.connect(server.port);
  await peer.send("x\n".repeat(1000)); // a quarter of an hour
  using other = await Peer.connect(server.port);
  await other.send("y\n");
  await other.sees("y\n"); // by now the first is waiting
  server.stop();
  await peer.sawEnd();
  await Promise.all([peer.close(), other.close()]);
  await server.ended();
});

Deno.test("many small messages at once are slowed down, and none is lost", async () => {
  await using server = serve({ rate: { bytes: 2 ** 30 } });
  using peer = await Peer.connect(server.port);
  await peer.send(hello("Ada"));
  await peer.sees("welcome");
  await peer.send(chat("x".repeat(60_000))); // the buffer grows, and stays large for one more read
  await peer.send(new Uint8Array(200_000)); // 50,000 empty frames
  await peer.endSending();
  await peer.sawEnd();
  assertEquals(server.log, []);
});

Deno.test("a client from which nothing comes for as long as it may is let go", async () => {
  await using server = serve({ idleMs: 100 });
  using peer = await Peer.connect(server.port);
  await peer.send("hi\n");
  assertEquals(await peer.sawEnd(), "hi\n");
});
