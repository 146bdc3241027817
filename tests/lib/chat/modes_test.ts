import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { OPERATOR_QUESTIONS } from "../../../lib/base/limits.ts";
import { pythonTime } from "../../../lib/chat/modes.ts";
import { Room } from "../../../lib/chat/room.ts";
import type { RoomOptions } from "../../../lib/chat/room_options.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Guest } from "../../support/guest.ts";

function setUp(mode: RoomOptions["mode"]) {
  const shown: string[] = [];
  const show = (lines: string[]) => void shown.push(...lines);
  return { room: new Room({ mode, cipher: none, log: () => {}, show }), shown };
}

Deno.test("chat relays to everybody but the sender, and shows the operator each line", async () => {
  const { room, shown } = setUp("chat");
  const ada = new Guest(room), ben = new Guest(room, "native"), cleo = new Guest(room);
  await ada.say("/nick Ada");
  await ada.hears();
  await ben.say("one\ntwo\x1b");
  assertEquals(await ada.hears(), "* guest2 joined\nguest2: one\nguest2: two␛\n");
  assertEquals(await cleo.hears(), "* Ada joined\n* guest2 joined\nguest2: one\nguest2: two␛\n");
  assert(!(await ben.hears()).includes("one"));
  assertEquals(shown, ["guest2: one", "guest2: two␛"]);
});

Deno.test("chat takes every slash for a command, but not over native", async () => {
  const { room } = setUp("chat");
  const ada = new Guest(room), ben = new Guest(room, "native");
  const unknown = "unknown command /shrug; /help lists them";
  await assertRejects(() => ada.say("/shrug"), ProtocolError, unknown);
  await ben.say("/shrug");
  assertEquals(await ada.hears(), "* guest2 joined\nguest2: /shrug\n");
});

Deno.test("ack takes the first message for a name, and acknowledges the others", async () => {
  const { room } = setUp("ack");
  const ada = new Guest(room, "raw"), ben = new Guest(room);
  await ada.say("Ada");
  assertEquals(await ada.hears(), "Connected to the server successfully.");
  await ada.say("hello");
  assertEquals(await ada.hears(), "hello ACK");
  await ada.say("hello\nthere");
  assertEquals(await ada.hears(), "hello\nthere ACK");
  assertEquals([ada.seat.name, await ben.hears()], ["Ada", ""], "nobody else hears of it");
});

Deno.test("ack asks again for a name that is none", async () => {
  const { room } = setUp("ack");
  const ada = new Guest(room);
  await assertRejects(() => ada.say("x".repeat(300)), ProtocolError, "at most 32 characters");
  await assertRejects(() => ada.say("Server"), ProtocolError, "could be taken for the server");
  await ada.say("status");
  assertEquals([ada.seat.name, await ada.hears()], [
    "status",
    "Connected to the server successfully.\n",
  ]);
});

Deno.test("ack takes bare words for commands, with a slash or without, once there is a name", async () => {
  const { room } = setUp("ack");
  const ada = new Guest(room);
  await ada.say("Ada");
  await ada.hears();
  for (const text of ["status", "STATUS", "/status"]) {
    await ada.say(text);
    assertMatch(await ada.hears(), /^Client 1: Ada - Start: .* End: Still Connected\n$/);
  }
  for (const text of ["list", "get a.txt", "/list"]) {
    await assertRejects(() => ada.say(text), ProtocolError, "this server shares no files");
  }
  for (const text of ["/nick Ben", "statuses", "who", "/shrug"]) {
    await ada.say(text);
    assertEquals(await ada.hears(), `${text} ACK\n`);
  }
});

Deno.test("ack acknowledges a native client from its first message", async () => {
  const { room } = setUp("ack");
  const ada = new Guest(room, "native");
  room.welcome(ada.seat, { dialect: "native" });
  await ada.say("status");
  assert((await ada.hears()).endsWith('{"type":"reply","text":"status ACK"}'));
});

Deno.test("the operator answers in order of arrival", async () => {
  const { room, shown } = setUp("operator");
  const ada = new Guest(room), ben = new Guest(room, "raw");
  await ada.say("one");
  await ben.say("two");
  await ada.say("three\nfour");
  assertEquals(shown, ["guest1: one", "guest2: two", "guest1: three", "guest1: four"]);
  for (const answer of ["1", "2", "3"]) assert(room.answer(answer));
  assert(!room.answer("4"), "nobody waits");
  assertEquals([await ada.hears(), await ben.hears()], ["1\n3\n", "2"]);
});

Deno.test("who has left is not answered, and holds up nobody", async () => {
  const { room } = setUp("operator");
  const ada = new Guest(room), ben = new Guest(room);
  await ada.say("one");
  await ben.say("two");
  ada.seat.leave();
  assert(room.answer("1"));
  assertEquals([await ada.hears(), await ben.hears()], ["", "1\n"]);
});

Deno.test("an answer is owed until it is given", async () => {
  const { room } = setUp("operator");
  const ada = new Guest(room);
  await ada.say("one");
  await ada.say("two");
  let paid = false;
  const owed = ada.room.questions.settled(ada.seat).then(() => paid = true);
  room.answer("1");
  await ada.hears();
  assert(!paid);
  room.answer("2");
  await owed;
});

Deno.test("more questions than an operator can ever answer are turned down", async () => {
  const { room } = setUp("operator");
  const ada = new Guest(room);
  for (let i = 0; i < OPERATOR_QUESTIONS; i++) await ada.say(`${i}`);
  await assertRejects(() => ada.say("again"), ProtocolError, "too many messages wait");
  room.answer("0");
  await ada.say("again");
});

Deno.test("log shows what comes with name and time, and answers nothing", async () => {
  const { room, shown } = setUp("log");
  const ada = new Guest(room, "json"), ben = new Guest(room);
  const at = new Date(2026, 10, 20, 17, 45, 47).getTime() / 1000;
  await ada.say("hi\nthere", { from: "Ada", at });
  await ada.say("odd", { from: "Ada", at: 1e300 });
  await ben.say("now");
  assertEquals(shown.slice(0, 3), [
    "[Ada @ Fri Nov 20 17:45:47 2026]: hi",
    "[Ada @ Fri Nov 20 17:45:47 2026]: there",
    "[Ada @ unknown time]: odd",
  ]);
  assertMatch(shown[3], /^\[guest2 @ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\]: now$/);
  assertEquals([await ada.hears(), await ben.hears()], ["", ""]);
});

Deno.test("in log and operator a slash that is no command is a message", async () => {
  for (const mode of ["log", "operator"] as const) {
    const { room, shown } = setUp(mode);
    const ada = new Guest(room);
    await ada.say("/usr/bin");
    assert(shown[0].endsWith("/usr/bin"));
    await ada.say("/who");
    assertEquals(await ada.hears(), "guest1\n");
  }
});

Deno.test("a time looks as Python's ctime writes it", () => {
  assertEquals(pythonTime(new Date(2026, 0, 2, 3, 4, 5)), "Fri Jan  2 03:04:05 2026");
  assertEquals(pythonTime(new Date(NaN)), "unknown time");
});
