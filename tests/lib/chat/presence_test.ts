/**
 * Who is still there: pings, and silence.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { greet } from "../../../lib/auth/greeting.ts";
import { makeKeying } from "../../../lib/auth/keying.ts";
import { sleep } from "../../../lib/base/tasks.ts";
import { Client } from "../../../lib/chat/client.ts";
import { type PresenceOptions, watchPresence } from "../../../lib/chat/presence.ts";
import { Room } from "../../../lib/chat/room.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { dial } from "../../../lib/net/dial.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Guest } from "../../support/guest.ts";
import { concat } from "../../support/feed.ts";
import { chat, control, hello } from "../../support/native.ts";
import { openRoom } from "../../support/room_server.ts";

const PING = '{"type":"ping"}';

function setUp(options: PresenceOptions) {
  const log: string[] = [];
  const room = new Room({ mode: "chat", cipher: none, log: (line) => log.push(line) });
  return { room, log, watch: watchPresence(room, options) };
}

/** Waits, looking often, until it holds; a test that waits for ever fails by its timeout. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

Deno.test("a silent client that answers pings is asked once, and let go when it does not", async () => {
  const { room, log, watch } = setUp({ pingMs: 100 });
  using _watch = watch;
  const ada = new Guest(room, "native");
  ada.seat.answersPings = true;
  let heard = "";
  while (!ada.left) {
    heard += await ada.hears();
    await sleep(5);
  }
  assertEquals(heard.split(PING).length - 1, 1);
  assertEquals(log.at(-3), "Client 1: guest1 does not answer; let go");
});

Deno.test("who answers, or says anything, stays, and is asked again", async () => {
  const { room, watch } = setUp({ pingMs: 100 });
  using _watch = watch;
  const ada = new Guest(room, "native");
  ada.seat.answersPings = true;
  for (let pings = 0; pings < 3;) {
    if ((await ada.hears()).includes(PING)) {
      pings++;
      ada.conn.bytesCome += 15;
    }
    await sleep(5);
  }
  assert(!ada.left);
});

Deno.test("who never said that it answers pings is not asked, nor let go", async () => {
  const { room, watch } = setUp({ pingMs: 10 });
  using _watch = watch;
  const guests = (["text", "raw", "json", "native"] as const).map((each) => new Guest(room, each));
  await sleep(350);
  for (const guest of guests) assertEquals([await guest.hears(), guest.left], ["", false]);
});

Deno.test("who says nothing for too long is told so and let go; who speaks stays", async () => {
  const { room, log, watch } = setUp({ idleMs: 2000 / 5 });
  using _watch = watch;
  const ada = new Guest(room), ben = new Guest(room, "native");
  while (!ada.left || !ben.left) {
    await sleep(20);
    if (!ben.left && !ada.left) await ada.say("hi");
  }
  assertEquals(log.filter((line) => line.includes("idle")), [
    "Client 2: guest2 is idle; let go",
    "Client 1: guest1 is idle; let go",
  ]);
  assert((await ben.hears()).includes('{"type":"bye","code":"idle","reason":"You said nothing'));
});

Deno.test("a pong is no word: who only answers pings is idle all the same", async () => {
  const { room, watch } = setUp({ idleMs: 300 });
  using _watch = watch;
  const ada = new Guest(room, "native");
  const pong = async () => {
    await room.handle(ada.seat, { type: "pong" });
    ada.conn.bytesCome += 15;
    await sleep(10);
  };
  while (!ada.left) await pong();
  assert((await ada.hears()).includes('"code":"idle"'));
});

Deno.test("labwire's own client answers pings, and one that stops answering is let go", async () => {
  await using server = await openRoom();
  using _watch = watchPresence(server.room, { pingMs: 100 });
  const { signal } = new AbortController();
  using conn = new Connection(await dial({ hostname: "127.0.0.1", port: server.port }, { signal }));
  await greet(conn, { name: "Ada", features: ["ping"], keying: await makeKeying("none") });
  const shown: string[] = [];
  const client = new Client(conn, {
    name: "Ada",
    paceMs: 0,
    show: (lines) => void shown.push(...lines),
    renamed: () => {},
    files: () => Promise.reject(new Error("no files here")),
  });
  const receiving = client.receive();
  const { seats } = server.room.hub;
  const said = { type: "hello", version: 1, cipher: "none", name: "Ben", features: ["ping"] };
  using ben = await server.join(control(said), '"welcome"');
  using cleo = await server.join(hello("Cleo"), '"welcome"');
  await ben.sees(PING);
  await until(() => ben.ended);
  await until(() => seats[0].come > 200); // several pongs
  assertEquals(server.room.hub.seats.map(({ name }) => name), ["Ada", "Cleo"]);
  assert(!cleo.received.includes(PING));
  assertEquals(shown, ["* Ben joined", "* Cleo joined", "* Ben left"]);
  await client.end();
  await receiving;
});

Deno.test("whose words are taken slowly cannot answer meanwhile, and is not let go", async () => {
  await using server = await openRoom({ room: { rate: { messages: 50 } } });
  using _watch = watchPresence(server.room, { pingMs: 100 });
  const said = { type: "hello", version: 1, cipher: "none", name: "Eve", features: ["ping"] };
  using ben = await server.join("/nick Ben\n", "You are Ben\n");
  using eve = await server.join(control(said), '"welcome"');
  const lines = Array.from({ length: 100 }, (_, i) => chat(`line ${i}`));
  await eve.send(concat(lines)); // one batch, and a second's work
  await ben.sees("Eve: line 99\n");
  await eve.sees(PING);
  await until(() => eve.ended);
});
