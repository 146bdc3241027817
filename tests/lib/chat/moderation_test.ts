/**
 * Sending away, keeping out and keeping quiet, by the operator at the console.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { KICK_MS } from "../../../lib/base/limits.ts";
import type { AuditEvent } from "../../../lib/base/log.ts";
import { actOnLine } from "../../../lib/chat/operator.ts";
import { Room } from "../../../lib/chat/room.ts";
import type { RoomOptions } from "../../../lib/chat/room_options.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Guest } from "../../support/guest.ts";
import { Member } from "../../support/member.ts";

const HERE = "127.0.0.1";

function setUp(options: Partial<RoomOptions> = {}) {
  const events: AuditEvent[] = [], log: string[] = [];
  const room = new Room({
    mode: "chat",
    cipher: none,
    log: (line) => log.push(line),
    audit: (event) => events.push(event),
    ...options,
  });
  const type = async (line: string) => {
    const shown: string[] = [];
    await actOnLine(room, line, { show: (each) => shown.push(each), stop: () => {} });
    return shown.join("\n");
  };
  const named = (name: string) => {
    const guest = new Guest(room);
    room.rename(guest.seat, name);
    return guest;
  };
  return { room, type, named, events, log, guard: room.guard };
}

/** Waits until less than a second of `until` is gone: bans and mutes count from now on. */
function assertLasts(until: number, ms: number): void {
  const left = until - Date.now();
  assert(left > ms - 1000 && left <= ms, `${left} of ${ms}`);
}

Deno.test("a kick ends a stay; without an account nobody is kept out", async () => {
  const { type, named, guard } = setUp();
  const ada = named("Ada Lovelace"), ben = named("Ben");
  assertEquals(await type("/kick ada lovelace"), "Ada Lovelace was sent away");
  assertEquals([ada.left, ben.left], [true, false]);
  assertEquals(await ben.hears(), "* Ada Lovelace left\n");
  assertEquals(guard.bans, []);
});

Deno.test("a kick keeps an account out for a minute, and says so", async () => {
  const { room, type, guard } = setUp({ accounts: true });
  const ada = new Member(room, "Ada");
  assertEquals(await type("/kick Ada"), "Ada was sent away for a minute");
  assert(ada.left);
  const [{ who, byName, until }] = guard.bans;
  assertEquals([who, byName], ["Ada", true]);
  assertLasts(until, KICK_MS);
  assert(guard.refusal(HERE, { name: "ADA", role: "student" }));
  assertEquals(guard.refusal(HERE, { name: "Ben", role: "student" }), undefined);
});

Deno.test("a kick for a time is refused rather than shortened", async () => {
  const { type, named } = setUp();
  const ada = named("Ada");
  assertEquals(
    await type("/kick Ada 10m"),
    "Cannot do that: /kick takes no time; /ban NAME TIME does",
  );
  assert(!ada.left);
});

Deno.test("without accounts a ban is about the address, and all who came from there go", async () => {
  const { type, named, guard } = setUp();
  const ada = named("Ada"), ben = named("Ben");
  assertEquals(await type("/ban Ada"), "127.0.0.1 is banned");
  assertEquals([ada.left, ben.left], [true, true]);
  assertMatch(await ben.hears(), /You were banned by the operator\n$/);
  assertEquals(guard.refusal(HERE)?.message, "you are banned here");
  assertEquals(await type("/bans"), "127.0.0.1");
  assertEquals(await type("/unban 127.0.0.1"), "127.0.0.1 may come in again");
  assertEquals(guard.refusal(HERE), undefined);
  assertEquals(await type("/bans"), "Nobody is banned");
  assertEquals(
    await type("/unban 127.0.0.1"),
    'Cannot do that: "127.0.0.1" is not banned; /bans lists who is',
  );
});

Deno.test("an address can be banned without anybody being there, IPv6 by its network", async () => {
  const { type, named, guard } = setUp();
  const ada = named("Ada");
  assertEquals(await type("/ban 10.1.2.3 10m"), "10.1.2.3 is banned for 600 s");
  assertEquals(await type("/ban 2001:db8::1"), "2001:db8:0:0::/64 is banned");
  assertEquals(await type("/ban ::ffff:10.9.9.9"), "10.9.9.9 is banned");
  assert(guard.refusal("2001:db8::2") && guard.refusal("::ffff:10.1.2.3"));
  assert(!guard.refusal("10.1.2.4") && !ada.left);
  assertLasts(guard.bans[0].until, 600_000);
  assertMatch(await type("/bans"), /^10\.1\.2\.3 until 20\S+Z\n2001:db8:0:0::\/64\n10\.9\.9\.9$/);
  assertEquals(await type("/unban 2001:db8::1"), "2001:db8::1 may come in again");
  assertEquals(guard.bans.length, 2);
});

Deno.test("with accounts a ban is about the account, here or not, and not about the address", async () => {
  const { room, type, guard } = setUp({ accounts: true });
  const ada = new Member(room, "Ada"), ben = new Member(room, "Ben");
  assertEquals(await type("/ban ada"), "Ada is banned");
  assertEquals([ada.left, ben.left], [true, false]);
  assertEquals(await type("/ban Mary Ann 2h"), "Mary Ann is banned for 7200 s");
  assertEquals(await type("/ban Mary Beth"), "Mary Beth is banned");
  assertEquals(guard.bans.map(({ who }) => who), ["Ada", "Mary Ann", "Mary Beth"]);
  assertEquals(guard.refusal(HERE), undefined);
  assertEquals(await type("/unban MARY ANN"), "MARY ANN may come in again");
  assertEquals(guard.bans.map(({ who }) => who), ["Ada", "Mary Beth"]);
  assertEquals(await type("/ban 10.0.0.5"), "10.0.0.5 is banned");
  assertEquals(guard.bans.at(-1)?.byName, false);
});

Deno.test("a ban ends with its time", async () => {
  const { type, guard } = setUp();
  await type("/ban 10.1.2.3 1ms");
  while (guard.bans.length > 0) await new Promise((done) => setTimeout(done, 1));
  assertEquals(guard.refusal("10.1.2.3"), undefined);
});

Deno.test("whom, and for how long, must be understood, and a time has a unit", async () => {
  const { type, named } = setUp();
  const ada = named("Ada");
  const whom = "Cannot do that: whom? /who lists the names";
  for (const order of ["kick", "ban", "mute", "unmute"]) {
    assertEquals(await type(`/${order}`), whom);
    assertEquals(
      await type(`/${order} Eve`),
      'Cannot do that: nobody here is called "Eve"; /who lists the names',
    );
  }
  for (const time of ["10", "soon", "5 minutes", "-1s"]) {
    const told = `Cannot do that: "${time}" is no time such as 30s, 10m or 2h`;
    assertEquals(await type(`/mute Ada ${time}`), told);
    assertEquals(await type(`/ban Ada ${time}`), told);
  }
  assert(!ada.left && ada.seat.mutedUntil === 0);
});

Deno.test("a name may end in what looks like a time", async () => {
  const { type, named } = setUp();
  const plain = named("Ada"), timed = named("Ada 5m");
  assertEquals(await type("/mute Ada 5m"), "Ada 5m is muted");
  assertEquals(await type("/mute Ada 5m 1h"), "Ada 5m is muted for 3600 s");
  assertEquals(plain.seat.mutedUntil, 0);
  assertLasts(timed.seat.mutedUntil, 3_600_000);
});

Deno.test("who is muted hears of it, is heard by nobody, and still hears", async () => {
  const { type, named } = setUp();
  const ada = named("Ada"), ben = named("Ben");
  await ada.hears();
  await ben.hears();
  assertEquals(await type("/mute Ada 10m"), "Ada is muted for 600 s");
  assertEquals(await ada.hears(), "* You were muted for 600 s by the operator\n");
  const muted = "you are muted; nobody hears you";
  for (const words of ["hi", "/msg Ben hi", "/nick Rude Words"]) {
    await assertRejects(() => ada.say(words), ProtocolError, muted);
  }
  await ben.say("hello");
  assertEquals(await ada.hears(), "Ben: hello\n");
  await ada.say("/who");
  assertEquals(await ada.hears(), "Ada\nBen\n");
  assertEquals(await type("/unmute Ada"), "Ada may speak again");
  assertEquals(await ada.hears(), "* You may speak again\n");
  await ada.say("hi");
  assertEquals(await ben.hears(), "Ada: hi\n");
});

Deno.test("a mute ends with its time, and an account keeps it when it comes in again", async () => {
  const { room, type } = setUp({ accounts: true });
  const ada = new Member(room, "Ada");
  await type("/mute Ada 1ms");
  while (ada.seat.mutedUntil > Date.now()) await new Promise((done) => setTimeout(done, 1));
  await ada.say("hi");
  await type("/mute Ada");
  ada.seat.leave();
  const again = new Member(room, "Ada");
  await assertRejects(() => again.say("hi"), ProtocolError, "you are muted");
  await type("/unmute Ada");
  again.seat.leave();
  await new Member(room, "Ada").say("hi");
});

Deno.test("a lock keeps newcomers out until it is opened", async () => {
  const { type, named, guard } = setUp();
  const ada = named("Ada");
  assertEquals(await type("/lock"), "Nobody new comes in until /unlock");
  assertEquals(guard.locked, true);
  await ada.say("still here");
  assertEquals(await type("/unlock"), "People can come in again");
  assertEquals(guard.locked, false);
});

Deno.test("what a moderator does is written down", async () => {
  const { room, type, events, log } = setUp({ accounts: true });
  new Member(room, "Ada");
  new Member(room, "Ben");
  log.length = events.length = 0;
  for (
    const order of ["mute Ada 5s", "mute Ada", "unmute Ada", "kick Ada", "ban Ben 1h", "ban Eve"]
      .concat("unban Eve", "lock", "unlock", "kick Nobody")
  ) await type(`/${order}`);
  const by = "operator", left = { origin: "127.0.0.1:1", role: "student" };
  assertEquals(events, [
    { event: "muted", by, name: "Ada", seconds: 5 },
    { event: "muted", by, name: "Ada", seconds: undefined },
    { event: "unmuted", by, name: "Ada" },
    { event: "left", ...left, name: "Ada", number: 1 },
    { event: "kicked", by, name: "Ada" },
    { event: "left", ...left, name: "Ben", number: 2 },
    { event: "banned", by, who: "Ben", byName: true, seconds: 3600 },
    { event: "banned", by, who: "Eve", byName: true, seconds: undefined },
    { event: "unbanned", by, who: "Eve" },
    { event: "locked", by },
    { event: "unlocked", by },
  ]);
  assertEquals(
    log.filter((line) => line.startsWith("operator")),
    [],
    "the console has its answers",
  );
});
