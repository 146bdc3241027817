/**
 * What waits for single peers, in all: over the budget the one that takes nothing is let go.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../../lib/base/budget.ts";
import { Room } from "../../../lib/chat/room.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Guest } from "../../support/guest.ts";
import { openRoom } from "../../support/room_server.ts";

const KiB = 1024;
const BIG = "x".repeat(50_000);

Deno.test("who does not read its private messages is let go, and the others stay", async () => {
  const log: string[] = [], budget = new Budget(300 * KiB);
  const room = new Room({ mode: "chat", cipher: none, log: (line) => log.push(line), budget });
  const [ada, ben, cleo] = [new Guest(room), new Guest(room), new Guest(room)];
  const names = ["Ada", "Ben", "Cleo"];
  for (const [i, each] of [ada, ben, cleo].entries()) room.rename(each.seat, names[i]);
  let closed = false;
  const close = ben.conn.evicted!;
  ben.conn.evicted = () => {
    closed = true;
    close();
  };
  for (let i = 0; i < 12 && !closed; i++) {
    await ada.say(`/msg Ben ${BIG}`);
    await ada.say(`/msg Cleo ${BIG}`);
    assert((await cleo.hears()).includes(BIG), "Cleo reads");
  }
  assert(closed);
  assertEquals(log.at(-1), "Client 2: Ben holds too much memory; let go");
  assert(budget.used <= budget.limit);
  assertEquals(log.filter((line) => line.includes("too much memory")).length, 1);
  for (const each of [ada, ben, cleo]) each.seat.leave();
});

Deno.test("what all are told is not counted for each, and little is not counted at all", async () => {
  const budget = new Budget(1 * KiB);
  const room = new Room({ mode: "chat", cipher: none, log: () => {}, budget });
  const guests = Array.from({ length: 20 }, () => new Guest(room));
  await guests[0].say(BIG);
  for (let i = 0; i < 100; i++) await guests[1].say("/who");
  await guests[2].hears();
  assertEquals(budget.used, 0);
});

Deno.test("over sockets: the one that stops reading goes, what it held is free, others talk on", async () => {
  const budget = new Budget(2048 * KiB);
  await using server = await openRoom({ room: { budget } });
  // A bare connection that never reads; its name is known by /who of another.
  const mute = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await mute.write(new TextEncoder().encode("/nick Mute\n"));
  using ada = await server.join("/nick Ada\n", "You are Ada\n");
  using ben = await server.join("/nick Ben\n", "You are Ben\n");
  while (!server.room.hub.find("Mute")) await ada.send("/who\n");
  for (let i = 0; i < 400 && server.room.hub.find("Mute"); i++) {
    await ada.send(`/msg Mute ${BIG}\n/msg Ben ${i}\n`);
    await ben.sees(`Ada (private): ${i}\n`);
  }
  mute.close();
  await ada.sees("* Mute left\n");
  await ada.send("still here\n");
  await ben.sees("Ada: still here\n");
  assertEquals(budget.used, 0);
});

Deno.test("what waited for somebody who left by force is counted no longer", async () => {
  const budget = new Budget(4096 * KiB);
  await using server = await openRoom({ room: { budget } });
  const mute = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await mute.write(new TextEncoder().encode("/nick Mute\n"));
  using ada = await server.join("/nick Ada\n", "You are Ada\n");
  while (!server.room.hub.find("Mute")) await ada.send("/who\n");
  for (let i = 0; i < 1000 && budget.used === 0; i++) {
    await ada.send(`/msg Mute ${BIG}\n/msg Ada ${i}\n`);
    await ada.sees(`Ada (private): ${i}\n`);
  }
  assert(budget.used > 0);
  mute.close(); // with unread bytes: a reset
  await ada.sees("* Mute left\n");
  for (let i = 0; i < 100 && budget.used > 0; i++) await new Promise((go) => setTimeout(go, 10));
  assertEquals(budget.used, 0);
});
