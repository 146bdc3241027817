/**
 * Peers that send faster than they may: slowed down, and nothing of it lost.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Peer } from "../../support/peer.ts";
import { hello } from "../../support/native.ts";
import { openRoom } from "../../support/room_server.ts";

const TOLD = "You send too fast: what you say is taken slowly\n";

Deno.test("who is over its rate is told once, loses nothing, and others go on", async () => {
  await using server = await openRoom({ room: { rate: { messages: 40 } } });
  using eve = await server.join("/nick Eve\n", "You are Eve\n");
  using ben = await server.join("/nick Ben\n", "You are Ben\n");
  const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
  const began = performance.now();
  await eve.send(lines.map((line) => `${line}\n`).join(""));
  await ben.sees("Eve: line 30\n");
  for (let i = 0; i < 5; i++) await ben.send(`hi ${i}\n`);
  await eve.sees("Ben: hi 4\n");
  assert(!ben.received.includes("line 59"), "Ben waited for Eve");
  await ben.sees("Eve: line 59\n");
  assert(performance.now() - began > 400, "a second's worth at once, and the rest by and by");
  const said = ben.received.split("\n").filter((line) => line.startsWith("Eve: "));
  assertEquals(said, lines.map((line) => `Eve: ${line}`));
  assertEquals(eve.received.split(TOLD).length, 2);
  assert(!ben.received.includes(TOLD));
  const log = server.log.filter((line) => line.includes("too fast"));
  assertEquals(log, ["Client 1: Eve sends too fast; slowed down"]);
});

Deno.test("a rate in bytes holds for messages of any length", async () => {
  await using server = await openRoom({ room: { rate: { bytes: 20_000 } } });
  using eve = await server.join("/nick Eve\n", "You are Eve\n");
  using ben = await server.join("/nick Ben\n", "You are Ben\n");
  const began = performance.now();
  await eve.send(`${"x".repeat(26_000)}\nlast\n`);
  await ben.sees("Eve: last\n");
  assert(performance.now() - began > 200);
  assert(eve.received.endsWith(TOLD));
});

Deno.test("outside chat only a native client is told: others take it for their answer", async () => {
  await using server = await openRoom({ room: { mode: "ack", rate: { messages: 20 } } });
  using eve = await server.join("Eve\n", "successfully.\n");
  using nat = await server.join(hello("Nat"), '"welcome"');
  await eve.send("1\n".repeat(25));
  await eve.sees(/^.*\n(1 ACK\n){25}$/);
  assertEquals(eve.received.split("\n").length, 27);
  assertEquals(server.room.hub.find("Nat")?.slowed, false);
  await nat.close();
});

Deno.test("a server that stops does not wait for those whom it slows down", async () => {
  await using server = await openRoom({ room: { rate: { bytes: 1000 } } });
  using eve = await server.join("/nick Eve\n", "You are Eve\n");
  await eve.send(`${"x".repeat(30_000)}\n`); // half a minute's worth
  using ben = await Peer.connect(server.port);
  await ben.send("/who\n");
  await ben.sees("Eve\n");
  const began = performance.now();
  server.stop();
  await eve.sawEnd();
  await eve.close();
  await ben.sawEnd();
  await ben.close();
  await server.ended();
  assert(performance.now() - began < 4000);
});
