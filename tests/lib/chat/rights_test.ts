/**
 * What an account lets its owner do in a room: guests, students, instructors.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import type { AuditEvent } from "../../../lib/base/log.ts";
import { Room } from "../../../lib/chat/room.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Member } from "../../support/member.ts";

async function setUp() {
  const events: AuditEvent[] = [], log: string[] = [];
  const room = new Room({
    mode: "chat",
    cipher: none,
    accounts: true,
    audit: (event) => events.push(event),
    log: (line) => log.push(line),
    limits: () => ["clients: 3 of 9", "rate: as fast as they can"],
  });
  const ida = new Member(room, "Ida", "instructor");
  const sam = new Member(room, "Sam Smith", "student");
  const gil = new Member(room, "Gil", "guest");
  for (const each of [ida, sam, gil]) await each.hears();
  events.length = 0;
  return { room, ida, sam, gil, events, log };
}

Deno.test("a guest reads and listens, and cannot speak in any way", async () => {
  const { gil, sam } = await setUp();
  const told = "guests only listen here";
  await assertRejects(() => gil.say("hi"), ProtocolError, told);
  await assertRejects(() => gil.command("msg", "Ida hi"), ProtocolError, told);
  const offer = { type: "offer", id: 1, name: "a", size: 1, to: "Ida" } as const;
  await assertRejects(async () => await gil.room.handle(gil.seat, offer), ProtocolError, told);
  await gil.command("who");
  assertEquals(await gil.texts(), ["Ida\nSam Smith\nGil"]);
  await sam.say("hi");
  assertEquals(await gil.texts(), ["hi"]);
});

Deno.test("a student speaks, to one and to all, and offers files", async () => {
  const { room, sam, gil, ida } = await setUp();
  await sam.say("hi");
  await sam.command("msg", "ida psst");
  await room.handle(sam.seat, { type: "offer", id: 1, name: "a", size: 1, to: "Gil" });
  assertEquals(await ida.texts(), ["hi", "psst"]);
  assertEquals((await gil.gets()).map(({ type }) => type), ["chat", "offer"]);
});

Deno.test("to students and guests a moderator's orders are unknown, in the help as well", async () => {
  const { sam, gil } = await setUp();
  for (const each of [sam, gil]) {
    for (const order of ["kick", "ban", "bans", "mute", "lock", "limits", "reload", "say"]) {
      const told = `unknown command /${order}; /help lists them`;
      await assertRejects(() => each.command(order, "Ida"), ProtocolError, told);
    }
    await each.command("help");
    const [help] = await each.texts();
    assert(!/^\/(kick|ban|limits)/m.test(help));
    await each.command("who", "-v");
    assertEquals(await each.texts(), ["Ida\nSam Smith\nGil"], "no address of anybody");
  }
});

Deno.test("an instructor kicks, bans, mutes and locks from where it sits", async () => {
  const { room, ida, sam, gil, events, log } = await setUp();
  const order = async (name: string, argument = "") => {
    await ida.command(name, argument);
    const texts = await ida.texts();
    return texts.filter((text) => !/ (left|joined)$/.test(text)).join("\n");
  };
  assertEquals(await order("mute", "Sam Smith 5m"), "Sam Smith is muted for 300 s");
  await assertRejects(() => sam.say("hi"), ProtocolError, "you are muted");
  assertEquals(await order("unmute", "sam smith"), "Sam Smith may speak again");
  assertEquals(await order("kick", "Gil"), "Gil was sent away for a minute");
  assertEquals(await order("ban", "Sam Smith 1h"), "Sam Smith is banned for 3600 s");
  assertEquals([sam.left, gil.left], [true, true]);
  assertMatch(await order("bans"), /^Gil until \S+\nSam Smith until \S+$/);
  assertEquals(await order("unban", "Gil"), "Gil may come in again");
  assertEquals(await order("lock"), "Nobody new comes in until /unlock");
  assert(room.guard.locked);
  assertEquals(await order("unlock"), "People can come in again");
  const done = events.flatMap((each) => "by" in each ? [`${each.by} ${each.event}`] : []);
  assertEquals(done, [
    "Ida muted",
    "Ida unmuted",
    "Ida kicked",
    "Ida banned",
    "Ida unbanned",
    "Ida locked",
    "Ida unlocked",
  ]);
  assertEquals(log.filter((line) => line.startsWith("Ida: ")), [
    "Ida: muted Sam Smith",
    "Ida: unmuted Sam Smith",
    "Ida: kicked Gil",
    "Ida: banned Sam Smith",
    "Ida: unbanned Gil",
    "Ida: locked",
    "Ida: unlocked",
  ]);
});

Deno.test("an instructor sees more of who is here, and the limits, as one answer each", async () => {
  const { ida } = await setUp();
  await ida.command("who");
  assertEquals(await ida.texts(), ["Ida\nSam Smith\nGil"]);
  await ida.command("who", "-v");
  const [answer, ...more] = await ida.texts();
  assertEquals(more, []);
  const lines = answer.split("\n");
  assertMatch(
    lines[1],
    /^Client 2: Sam Smith - 127\.0\.0\.1:1, native, student, since \d\d:\d\d:\d\d UTC, \d+ bytes in, \d+ out, \d+ waiting$/,
  );
  await ida.command("limits");
  assertEquals(await ida.texts(), ["clients: 3 of 9\nrate: as fast as they can"]);
  await ida.command("help");
  const [help] = await ida.texts();
  for (const name of ["msg", "kick", "ban", "unban", "bans", "mute", "unmute", "lock", "limits"]) {
    assertMatch(help, new RegExp(`^/${name} `, "m"));
  }
  assert(!/^\/(reload|say) /m.test(help), "those are the console's");
  assertEquals(new Set(help.split("\n")).size, help.split("\n").length);
});

Deno.test("an order that cannot be done is told as any other command's failure", async () => {
  const { ida } = await setUp();
  await assertRejects(
    () => ida.command("kick", "Eve"),
    ProtocolError,
    'nobody here is called "Eve"',
  );
  for (const name of ["reload", "say", "constructor"]) {
    await assertRejects(() => ida.command(name, "x"), ProtocolError, `unknown command /${name}`);
  }
});

Deno.test("a name belongs to its account: nobody takes another", async () => {
  const { room, sam } = await setUp();
  const told = "names belong to accounts here";
  await assertRejects(() => sam.command("nick", "Ida"), ProtocolError, told);
  await assertRejects(() => sam.command("nick", "Sam"), ProtocolError, told);
  assertEquals(room.hub.seats.map(({ name }) => name), ["Ida", "Sam Smith", "Gil"]);
});

Deno.test("whoever comes in again replaces its session from before", async () => {
  const { room, ida, sam } = await setUp();
  const again = new Member(room, "Sam Smith");
  assert(sam.left && !again.left);
  const bye = (await sam.gets()).find(({ type }) => type === "bye");
  assertEquals(bye, { type: "bye", code: "kicked", reason: "You came in again from 127.0.0.1:1" });
  assertEquals(again.seat.name, "Sam Smith");
  assertEquals(await ida.texts(), ["Sam Smith left", "Sam Smith joined"]);
  await ida.command("msg", "Sam Smith hello");
  assertEquals((await again.texts()).at(-1), "hello");
});

Deno.test("an account may be called as a guest without a name would be", () => {
  const room = new Room({ mode: "chat", cipher: none, log: () => {}, accounts: true });
  const one = new Member(room, "guest1"), two = new Member(room, "guest2");
  assertEquals([one.left, two.left], [false, false]);
  assertEquals(room.hub.seats.map(({ name }) => name), ["guest1", "guest2"]);
});
