import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { LINE_BYTES, MESSAGE_LINES } from "../../../lib/base/limits.ts";
import { Room } from "../../../lib/chat/room.ts";
import type { RoomOptions } from "../../../lib/chat/room_options.ts";
import type { Meeting } from "../../../lib/net/meeting.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Guest } from "../../support/guest.ts";

function setUp(options: Partial<RoomOptions> = {}) {
  const log: string[] = [];
  const room = new Room({
    mode: "chat",
    cipher: none,
    log: (line) => log.push(line),
    ...options,
  });
  return { room, log };
}

function meeting(name?: string): Meeting {
  return { dialect: "native", hello: { type: "hello", version: 1, cipher: "none", name } };
}

Deno.test("nobody is announced before a first word, nor missed without one", async () => {
  const { room, log } = setUp();
  const ada = new Guest(room), ben = new Guest(room), mute = new Guest(room);
  await ada.say("hi");
  assertEquals(await ben.hears(), "* guest1 joined\nguest1: hi\n");
  mute.seat.leave();
  assertEquals([await ada.hears(), await ben.hears(), mute.left], ["", "", true]);
  ada.seat.leave();
  assertEquals(await ben.hears(), "* guest1 left\n");
  assertEquals(log.filter((line) => line.includes("Client 1: ")), [
    "Client connected as Client 1: guest1",
    "Client 1: guest1 has disconnected",
  ]);
});

Deno.test("connections are logged with who is here", () => {
  const { room, log } = setUp();
  const ada = new Guest(room);
  new Guest(room).seat.leave();
  ada.seat.leave();
  assertEquals(log, [
    "Connection from 127.0.0.1:1 as Client 1",
    "Client count: 1",
    "Connection from 127.0.0.1:1 as Client 2",
    "Client count: 2",
    "Client 2: guest2 has disconnected",
    "Client count: 1",
    "Client 1: guest1 has disconnected",
    "Client count: 0",
  ]);
});

Deno.test("a guest's name is free when it is given", async () => {
  const { room } = setUp();
  const ada = new Guest(room);
  await ada.say("/nick Guest2");
  assertEquals(new Guest(room).seat.name, "guest2_");
});

Deno.test("a first name announces, a later one tells who changed it", async () => {
  const { room } = setUp();
  const ada = new Guest(room), ben = new Guest(room);
  await ada.say("/nick Ada");
  assertEquals(await ben.hears(), "* Ada joined\n");
  await ada.say("/nick Countess");
  assertEquals(await ben.hears(), "* Ada is now Countess\n");
  await ada.say("/nick Countess");
  assertEquals(await ben.hears(), "");
  assertEquals(await ada.hears(), "You are Ada\nYou are Countess\nYou are Countess\n");
});

Deno.test("a name that somebody has is taken in chat, in any mode for a native client", () => {
  for (const mode of ["chat", "ack", "log", "operator"] as const) {
    const { room } = setUp({ mode });
    const ada = new Guest(room), ben = new Guest(room, "native");
    room.rename(ada.seat, "Ada");
    const welcome = () => room.welcome(ben.seat, meeting("ada"));
    assertThrows(welcome, ProtocolError, 'the name "ada" is taken');
    const rename = () => room.rename(new Guest(room).seat, "Ada");
    if (mode === "chat") assertThrows(rename, ProtocolError, "taken");
    else rename();
  }
});

Deno.test("a native client is welcomed under its name, and hears nothing from before", async () => {
  const { room } = setUp({ motd: "be kind" });
  const ada = new Guest(room), ben = new Guest(room, "native");
  await ada.say("unheard");
  room.welcome(ben.seat, meeting("Ben"));
  const first = await ben.hears();
  assertMatch(first, /^[^{]{5}\{"type":"welcome","version":1,"name":"Ben","mode":"chat"/);
  assert(first.includes('"motd":"be kind"') && !first.includes("unheard"));
  assertEquals(await ada.hears(), "be kind\n* Ben joined\n");
});

Deno.test("the welcome says whether there are files, and whether they can be passed on", async () => {
  const files = { list: () => Promise.resolve([]), send: () => Promise.resolve() };
  const features = async (options: Partial<RoomOptions>) => {
    const { room } = setUp(options);
    const ben = new Guest(room, "native");
    room.welcome(ben.seat, meeting());
    return (await ben.hears()).match(/"features":(\[.*?\])/)![1];
  };
  assertEquals(await features({ files }), '["files","offers"]');
  assertEquals(await features({}), '["offers"]');
  assertEquals(await features({ mode: "ack", files }), '["files"]');
  assertEquals(await features({ mode: "log" }), "[]");
});

Deno.test("the message of the day greets text peers in chat, and is the welcome's in ack", async () => {
  assertEquals(await new Guest(setUp({ motd: "be kind" }).room).hears(), "be kind\n");
  const ack = new Guest(setUp({ mode: "ack", motd: "be kind" }).room);
  assertEquals(await ack.hears(), "");
  await ack.say("Ada");
  assertEquals(await ack.hears(), "be kind\n");
});

Deno.test("exit is understood in any case, with a slash or without, and nothing else is", () => {
  const { room } = setUp();
  for (const text of ["exit", "EXIT", "Exit", "/exit"]) {
    assert(room.isExit({ type: "chat", text }));
  }
  for (const text of ["exit!", " exit", "exit now", "", "//exit"]) {
    assert(!room.isExit({ type: "chat", text }));
  }
  assert(room.isExit({ type: "command", name: "exit", argument: "" }));
  assert(!room.isExit({ type: "command", name: "who", argument: "exit" }));
});

Deno.test("a client cannot say what only a server says", () => {
  const { room } = setUp();
  const { seat } = new Guest(room, "native");
  const bye = () => room.handle(seat, { type: "bye", code: "kicked", reason: "ha" });
  assertThrows(bye, ProtocolError, 'a client does not send "bye" here');
});

Deno.test("a text or an argument beyond the limits of length and lines is refused", () => {
  const { room } = setUp();
  const { seat } = new Guest(room, "native");
  const say = (text: string) => room.handle(seat, { type: "chat", text });
  const msg = (argument: string) => room.handle(seat, { type: "command", name: "msg", argument });
  const long = `a message is over the limit of ${LINE_BYTES} characters`;
  const lines = `a message is over the limit of ${MESSAGE_LINES} lines`;
  say("x".repeat(LINE_BYTES));
  say("\n".repeat(MESSAGE_LINES - 1));
  assertThrows(() => say("x".repeat(LINE_BYTES + 1)), ProtocolError, long);
  assertThrows(() => msg(`guest1 ${"x".repeat(LINE_BYTES)}`), ProtocolError, long);
  assertThrows(() => say("\n".repeat(MESSAGE_LINES)), ProtocolError, lines);
  assertThrows(() => msg(`guest1 x${"\n".repeat(MESSAGE_LINES)}`), ProtocolError, lines);
});

Deno.test("the sender of a message is who sent it, whatever the message says", async () => {
  const { room } = setUp();
  const eve = new Guest(room, "native"), ben = new Guest(room);
  await eve.say("hi", { from: "Server" });
  assertEquals(await ben.hears(), "* guest1 joined\nguest1: hi\n");
});

Deno.test("a json client is called what its messages say, as far as it can be", async () => {
  const { room } = setUp();
  const ada = new Guest(room), eve = new Guest(room, "json");
  await ada.say("/nick Ada");
  await ada.hears();
  await eve.say("one", { from: "Eve" });
  await eve.say("two", { from: "Eve" });
  await eve.say("three", { from: "Eva" });
  await eve.say("four", { from: "ada" });
  await eve.say("five", { from: "ada" });
  assertEquals(
    await ada.hears(),
    "* Eve joined\nEve: one\nEve: two\n* Eve is now Eva\nEva: three\nEva: four\nEva: five\n",
  );
  const told = (await eve.hears()).match(/"message":"(.*?)"/g)!;
  const last = atob(told.at(-1)!.slice(11, -1));
  assertEquals([told.length, last], [2, 'Cannot take the name: the name "ada" is taken']);
});

Deno.test("who is sent away is told why, and the room hears that it left", async () => {
  const { room } = setUp();
  const ada = new Guest(room), ben = new Guest(room);
  await ben.say("hi");
  await ada.hears();
  room.dismiss(ben.seat, "kicked", "You were sent away by the operator");
  assertEquals([ben.left, ben.seat.gone], [true, true]);
  assertEquals(await ada.hears(), "* guest2 left\n");
  assertEquals((await ben.hears()).split("\n").slice(-2), [
    "You were sent away by the operator",
    "",
  ]);
});

Deno.test("outside chat a shutdown is told to native clients only, any other end to all", async () => {
  for (const mode of ["ack", "log", "operator"] as const) {
    const { room } = setUp({ mode });
    const text = new Guest(room), native = new Guest(room, "native"), kicked = new Guest(room);
    room.dismiss(text.seat, "shutdown", "over");
    room.dismiss(native.seat, "shutdown", "over");
    room.dismiss(kicked.seat, "kicked", "out");
    assertEquals([await text.hears(), await kicked.hears()], ["", "out\n"]);
    assert((await native.hears()).includes('"type":"bye","code":"shutdown","reason":"over"'));
  }
});
