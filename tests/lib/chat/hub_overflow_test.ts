import { assert, assertEquals } from "@std/assert";
import {
  INBOX_BYTES,
  INBOX_STALLED_BYTES,
  INBOX_WAIT_BYTES,
  STALLED_MS,
} from "../../../lib/base/limits.ts";
import { Hub } from "../../../lib/chat/hub.ts";
import { Seat } from "../../../lib/chat/seat.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { turn, waiting } from "../../support/guest.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

const BIG = "x".repeat(60_000);

function setUp() {
  const log: string[] = [];
  const hub = new Hub(none, (line) => log.push(line));
  let number = 0;
  const join = (name: string, { greeted = true } = {}) => {
    const socket = new ScriptedSocket();
    const conn = new Connection(socket);
    conn.speak("text");
    const record = { number: ++number, name, start: new Date() };
    const seat: Seat = new Seat(conn, {
      cipher: none,
      record,
      origin: "here",
      address: "here",
      onLeave: () => {
        hub.remove(seat);
        hub.publish({ type: "notice", text: `${name} left` }, null);
      },
    });
    if (greeted) seat.greeted.open();
    hub.add(seat);
    return { seat, conn, socket, read: () => read(seat) };
  };
  const read = async (seat: Seat) => {
    const text = await waiting(seat);
    hub.delivered(seat);
    return text;
  };
  /** Says so much that over `bytes` wait for everybody. */
  const say = (bytes: number) => {
    for (let said = 0; said <= bytes; said += BIG.length) {
      hub.publish({ type: "chat", from: "Ada", text: BIG }, null);
    }
  };
  return { hub, join, say, log };
}

/** Whether a promise settles within some turns of the event loop. */
async function settles(promise: Promise<unknown> | undefined, turns = 10): Promise<boolean> {
  let settled = false;
  promise?.then(() => settled = true);
  for (let i = 0; i < turns && !settled; i++) await turn();
  return settled;
}

Deno.test("nobody waits while inboxes hold no more than they may", () => {
  const { hub, join, say } = setUp();
  join("Ben");
  say(INBOX_WAIT_BYTES - 2 * BIG.length);
  assertEquals(hub.ready(), undefined);
});

Deno.test("publishers wait while a reader is full, until the last one has caught up", async () => {
  const { hub, join, say, log } = setUp();
  const ben = join("Ben"), cleo = join("Cleo");
  say(INBOX_WAIT_BYTES);
  await turn();
  const room = hub.ready();
  assert(room !== undefined);
  await ben.read();
  assert(!await settles(room), "Cleo is still full");
  await cleo.read();
  assert(await settles(room));
  assertEquals([hub.ready(), log], [undefined, []]);
});

Deno.test("a full reader who leaves is not waited for", async () => {
  const { hub, join, say } = setUp();
  const ben = join("Ben");
  say(INBOX_WAIT_BYTES);
  await turn();
  const room = hub.ready();
  ben.seat.leave();
  assert(await settles(room));
  assertEquals(hub.ready(), undefined);
});

Deno.test("readers who take nothing are not waited for long, and let go above their bound", async () => {
  const { hub, join, say, log } = setUp();
  const deaf = [join("Deaf"), join("Dead")], ben = join("Ben");
  say(INBOX_WAIT_BYTES);
  await turn();
  await ben.read();
  await hub.ready(); // nobody reads: only the watch can end this
  assert(deaf.every(({ seat }) => seat.stalled && !seat.gone));
  while (hub.size > 1) {
    assertEquals(hub.ready(), undefined);
    say(0);
    const heard = await ben.read();
    const notices = hub.size > 1 ? "" : "* Deaf left\n* Dead left\n";
    assertEquals(heard, `Ada: ${BIG}\n${notices}`, "the notices come after what made them go");
    assert(deaf[0].seat.inbox.bytes < INBOX_STALLED_BYTES + 2 * BIG.length);
  }
  assertEquals(log, [
    "Client 1: Deaf does not read; let go",
    "Client 2: Dead does not read; let go",
  ]);
  assertEquals(deaf.map(({ socket }) => socket.closed), [1, 1]);
});

Deno.test("a reader who was given no chance to take anything is waited for", async () => {
  const { hub, join, say } = setUp();
  const reader = join("Ben");
  say(INBOX_WAIT_BYTES);
  await turn();
  const ready = hub.ready();
  const blocked = performance.now() + 2 * STALLED_MS;
  while (performance.now() < blocked); // a turn of the event loop that takes long
  assertEquals(await settles(ready), false);
  await reader.read();
  assertEquals(await settles(ready), true);
});

Deno.test("a stalled reader who takes something again is waited for again", async () => {
  const { hub, join, say } = setUp();
  const ben = join("Ben");
  say(INBOX_WAIT_BYTES);
  await turn();
  await hub.ready();
  assert(ben.seat.stalled);
  await ben.read();
  assert(!ben.seat.stalled);
  say(INBOX_WAIT_BYTES);
  await turn();
  const room = hub.ready();
  assert(room !== undefined);
  await ben.read();
  assert(await settles(room));
});

Deno.test("a reader who takes bytes is waited for, however slow", async () => {
  const { hub, join, say } = setUp();
  const slow = join("Slow");
  let looks = 0;
  const enough = Promise.withResolvers<void>();
  Object.defineProperty(slow.conn, "bytesTaken", {
    get: () => {
      if (looks === 8) enough.resolve();
      return looks++;
    },
  });
  say(INBOX_WAIT_BYTES);
  await turn();
  const room = hub.ready();
  await enough.promise;
  assert(!await settles(room));
  assert(!slow.seat.stalled);
  await slow.read();
  assert(await settles(room));
});

Deno.test("whoever has too much waiting is let go, though it reads", async () => {
  const { hub, join, say, log } = setUp();
  const ben = join("Ben"), cleo = join("Cleo");
  say(INBOX_BYTES / 2);
  await turn();
  const quick = join("Quick"); // has only half of it to read
  say(INBOX_BYTES / 2 + BIG.length);
  await turn();
  assertEquals([ben.seat.gone, cleo.seat.gone, quick.seat.gone], [true, true, false]);
  assertEquals(log, [
    "Client 1: Ben does not read; let go",
    "Client 2: Cleo does not read; let go",
  ]);
  await quick.read();
  assertEquals(hub.ready(), undefined);
});

Deno.test("a thousand readers who are let go at once are let go once each", async () => {
  const { hub, join, say, log } = setUp();
  for (let i = 0; i < 1000; i++) join(`Deaf ${i}`);
  say(INBOX_BYTES + BIG.length);
  await turn();
  assertEquals([log.length, new Set(log).size, hub.size], [1000, 1000, 0]);
});

Deno.test("a newcomer is written to, silent or not, before more than may wait is waiting", async () => {
  const { join, say } = setUp();
  const { seat } = join("Late", { greeted: false });
  say(INBOX_WAIT_BYTES / 2);
  await turn();
  assert(!seat.silence.isOpen);
  say(INBOX_WAIT_BYTES);
  await turn();
  assert(seat.silence.isOpen);
  seat.leave();
});

Deno.test("a native client before its welcome gets nothing, and is not waited for", async () => {
  const { hub, join, say, log } = setUp();
  const { seat, conn, read } = join("Late", { greeted: false });
  conn.speak("native");
  say(INBOX_STALLED_BYTES);
  for (let i = 0; i < 10; i++) hub.tell(seat, { type: "chat", text: BIG, private: true });
  await turn();
  assertEquals([hub.ready(), seat.gone, log], [undefined, false, []]);
  assertEquals(await read(), "");
});

Deno.test("answers count as words do", async () => {
  const { hub, join, log } = setUp();
  const eve = join("Eve");
  for (let i = 0; i < 200; i++) hub.tell(eve.seat, { type: "reply", text: BIG });
  assertEquals([eve.seat.gone, log], [true, ["Client 1: Eve does not read; let go"]]);
  assertEquals(hub.ready(), undefined);
  await turn();
});
