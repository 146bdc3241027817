import { assertEquals, assertMatch } from "@std/assert";
import { actOnLine } from "../../../lib/chat/operator.ts";
import { Room } from "../../../lib/chat/room.ts";
import type { RoomOptions } from "../../../lib/chat/room_options.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Guest } from "../../support/guest.ts";

function setUp(mode: RoomOptions["mode"] = "chat") {
  const room = new Room({ mode, cipher: none, log: () => {} });
  const ada = new Guest(room), ben = new Guest(room, "native");
  room.rename(ada.seat, "Ada");
  let stops = 0;
  const type = async (line: string) => {
    const shown: string[] = [];
    await actOnLine(room, line, { show: (each) => shown.push(each), stop: () => stops++ });
    return shown;
  };
  return { room, ada, ben, type, stops: () => stops };
}

Deno.test("what the operator types goes to everybody", async () => {
  const { ada, ben, type } = setUp();
  assertEquals(await type("welcome, all"), []);
  await type("/say /slashes too");
  assertEquals(await ada.hears(), "Server: welcome, all\nServer: /slashes too\n");
  assertMatch(await ben.hears(), /"from":"Server","text":"welcome, all"/);
});

Deno.test("empty lines are nothing", async () => {
  const { ada, type } = setUp();
  assertEquals([...await type(""), ...await type("  ")], []);
  assertEquals(await ada.hears(), "");
});

Deno.test("exit asks the server to stop", async () => {
  const { type, stops } = setUp();
  for (const line of ["exit", "EXIT", " exit ", "/exit"]) await type(line);
  assertEquals(stops(), 4);
});

Deno.test("/who shows where everybody comes from, and how each speaks", async () => {
  const { type, ada, ben } = setUp();
  assertEquals(await type("/who"), [
    "Client 1: Ada - 127.0.0.1:1, text",
    "Client 2: guest2 - 127.0.0.1:1, native",
  ]);
  ada.seat.leave();
  ben.seat.leave();
  assertEquals(await type("/who"), ["Nobody is here"]);
});

Deno.test("/status shows everybody who was ever here", async () => {
  const { type, ada } = setUp();
  ada.seat.leave();
  const [first, second] = await type("/status");
  assertMatch(first, /^Client 1: Ada - Start: .*, End: \d{4}-/);
  assertMatch(second, /^Client 2: guest2 .*Still Connected$/);
});

Deno.test("/kick sends somebody away by name or by number", async () => {
  const { type, ada, ben } = setUp();
  assertEquals(await type("/kick ada"), ["Ada was sent away"]);
  assertEquals(await type("/kick 2"), ["guest2 was sent away"]);
  assertEquals([ada.left, ben.left], [true, true]);
  assertEquals(await ada.hears(), "You were sent away by the operator\n");
  assertMatch(await ben.hears(), /"type":"bye","code":"kicked"/);
  assertEquals(await type("/kick Ada"), [
    'Cannot do that: nobody here is called "Ada"; /who lists the names',
  ]);
});

Deno.test("where names need not be unique, the number tells whom to send away", async () => {
  const { room, type, ada } = setUp("ack");
  const other = new Guest(room);
  room.rename(other.seat, "Ada");
  assertEquals(await type("/kick 3"), ["Ada was sent away"]);
  assertEquals([ada.left, other.left], [false, true]);
});

Deno.test("/help shows every command, and an unknown one is pointed there", async () => {
  const { type } = setUp();
  const names = (await type("/help")).map((line) => line.split(" ")[0]);
  const moderating = "/kick /ban /unban /bans /mute /unmute /lock /unlock /limits /reload";
  assertEquals(names.join(" "), `/help /who /status /say ${moderating} exit`);
  assertEquals(await type("/shrug"), ["Cannot do that: unknown command /shrug; /help lists them"]);
  assertEquals((await type("/constructor")).length, 1);
});

Deno.test("in operator mode a line answers who waits longest, and else goes to everybody", async () => {
  const { ada, ben, type } = setUp("operator");
  await ada.say("what is the time?");
  await type("noon");
  await type("lunch!");
  assertEquals(await ada.hears(), "noon\nServer: lunch!\n");
  assertMatch(await ben.hears(), /^[^{]*\{"type":"chat","from":"Server","text":"lunch!"\}$/);
});
