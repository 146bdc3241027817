import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { LINE_BYTES, REPLY_CHARACTERS, TRANSFERS } from "../../../lib/base/limits.ts";
import { COMMANDS, isCommand } from "../../../lib/chat/commands.ts";
import { Room } from "../../../lib/chat/room.ts";
import type { RoomFiles } from "../../../lib/chat/room_options.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { Guest } from "../../support/guest.ts";

function setUp(files?: RoomFiles) {
  const room = new Room({ mode: "chat", cipher: none, log: () => {}, files });
  const ada = new Guest(room), ben = new Guest(room);
  return { room, ada, ben };
}

Deno.test("/help shows every command", async () => {
  const { ada, ben } = setUp();
  await ada.say("/help");
  const lines = (await ada.hears()).trimEnd().split("\n");
  assertEquals(lines.length, Object.keys(COMMANDS).length);
  assert(lines.includes("/nick NAME - take a name"));
  assert(lines.includes("/who - who is here"));
  assertEquals(await ben.hears(), "", "an answer is for the one who asked");
});

Deno.test("only what is in the table is a command", () => {
  for (const name of ["constructor", "__proto__", "toString", "kick", ""]) assert(!isCommand(name));
});

Deno.test("/who shows who is here, /status who ever was", async () => {
  const { room, ada } = setUp();
  await ada.say("/nick Ada");
  new Guest(room).seat.leave();
  await ada.hears();
  await ada.say("/who");
  assertEquals(await ada.hears(), "Ada\nguest2\n");
  await ada.say("/status");
  const [first, , third] = (await ada.hears()).split("\n");
  assertMatch(first, /^Client 1: Ada - Start: .*, End: Still Connected$/);
  assertMatch(third, /^Client 3: guest3 - Start: .*, End: \d{4}-/);
});

Deno.test("an answer that is too long is cut, and says how much is missing", async () => {
  const { room, ada } = setUp();
  for (let i = 0; i < 3000; i++) new Guest(room);
  await ada.say("/status");
  const answer = await ada.hears();
  const shown = answer.trimEnd().split("\n");
  const [, more] = answer.match(/\n… and (\d+) more\n$/)!;
  assert(answer.length > REPLY_CHARACTERS && answer.length < REPLY_CHARACTERS + 200);
  assertEquals(shown.length - 1 + Number(more), 3002);
});

Deno.test("/nick needs a name, and tells which it took", async () => {
  const { ada } = setUp();
  await assertRejects(() => ada.say("/nick"), ProtocolError, "a name cannot be empty");
  await assertRejects(() => ada.say("/nick Server"), ProtocolError, "could be taken for");
  await assertRejects(() => ada.say("/nick guest2"), ProtocolError, "is taken");
  await ada.say("/nick Ada Lovelace");
  assertEquals(await ada.hears(), "You are Ada Lovelace\n");
  const native = new Guest(ada.room, "native");
  await native.command("nick", "Ben");
  assert((await native.hears()).includes('"text":"You are Ben","name":"Ben"'));
});

Deno.test("/msg says something to one person only", async () => {
  const { room, ada, ben } = setUp();
  const cleo = new Guest(room, "native");
  await ada.say("/nick Ada");
  await ben.hears();
  await cleo.hears();
  await ada.say("/msg guest2 hi there");
  await ada.say("/msg GUEST3  hello ");
  assertEquals(await ben.hears(), "Ada (private): hi there\n");
  assert(
    (await cleo.hears()).endsWith('{"type":"chat","from":"Ada","text":"hello","private":true}'),
  );
});

Deno.test("/msg finds names with spaces, the longest first", async () => {
  const { room, ada, ben } = setUp();
  const cleo = new Guest(room);
  room.rename(ben.seat, "Ben");
  room.rename(cleo.seat, "Ben Cleo");
  for (const guest of [ada, ben, cleo]) await guest.hears();
  await ada.say("/msg Ben Cleo hi");
  await ada.say("/msg Ben hi");
  assertEquals(await cleo.hears(), "* guest1 joined\nguest1 (private): hi\n");
  assertEquals(await ben.hears(), "* guest1 joined\nguest1 (private): hi\n");
});

Deno.test("/msg to nobody, or with nothing to say, is answered with what is wrong", async () => {
  const { ada } = setUp();
  const nobody = 'nobody here is called "Zoe"; /who lists the names';
  await assertRejects(() => ada.say("/msg Zoe hi"), ProtocolError, nobody);
  await assertRejects(() => ada.say("/msg Zoe"), ProtocolError, nobody);
  await assertRejects(() => ada.say("/msg"), ProtocolError, 'nobody here is called ""');
  await assertRejects(() => ada.say("/msg guest2"), ProtocolError, "there is nothing to say");
});

Deno.test("/msg looks for a name only as far as a name can reach", async () => {
  const { ada } = setUp();
  let looks = 0;
  const find = ada.room.hub.find;
  ada.room.hub.find = (name) => (looks++, find.call(ada.room.hub, name));
  await assertRejects(() => ada.say("/msg x" + " y".repeat(LINE_BYTES / 2 - 4)), ProtocolError);
  assert(looks < 100, `${looks} looks`);
});

Deno.test("without files /list and /get say so", async () => {
  const { ada } = setUp();
  await assertRejects(() => ada.say("/list"), ProtocolError, "this server shares no files");
  await assertRejects(() => ada.say("/get a.txt"), ProtocolError, "this server shares no files");
});

Deno.test("/list shows the names, or that there are none", async () => {
  const asked: string[] = [];
  const { ada } = setUp({
    list: (folder) => Promise.resolve(asked.push(folder) === 1 ? ["a.txt", "sub/"] : []),
    send: () => Promise.resolve(),
  });
  await ada.say("/list");
  await ada.say("/list sub");
  assertEquals(await ada.hears(), "a.txt\nsub/\nNo files\n");
  assertEquals(asked, ["", "sub"]);
});

Deno.test("/get over json is told where files go", async () => {
  const { room } = setUp({ list: () => Promise.resolve([]), send: () => Promise.resolve() });
  const json = new Guest(room, "json");
  await assertRejects(() => json.say("/get a.txt"), ProtocolError, "native, text and raw");
});

Deno.test("what only a labwire client can do is said to be so, whoever asks", async () => {
  const { room, ada } = setUp();
  const native = new Guest(room, "native");
  const words = "needs labwire connect in the native dialect";
  for (const line of ["/put a.txt", "/send guest2 a.txt", "/accept 1", "/decline 1"]) {
    await assertRejects(() => ada.say(line), ProtocolError, words);
  }
  for (const name of ["put", "send"]) {
    await assertRejects(() => native.command(name, "x"), ProtocolError, words);
  }
});

Deno.test("/accept and /decline want the number of an offer", async () => {
  const { room } = setUp();
  const native = new Guest(room, "native");
  for (const name of ["accept", "decline"]) {
    for (const argument of ["", "one", "-1", "1.5", "1 2", "1".repeat(10)]) {
      const give = () => native.command(name, argument);
      await assertRejects(give, ProtocolError, `which one? /${name} NUMBER`);
    }
    await assertRejects(() => native.command(name, "1"), ProtocolError, "no offer 1 to you");
  }
});

Deno.test("native transfers go one after the other, and only so many may wait", async () => {
  const gate = Promise.withResolvers<void>();
  const sent: string[] = [];
  const { room } = setUp({
    list: () => Promise.resolve([]),
    send: async (_conn, { argument, id }) => {
      await gate.promise;
      sent.push(`${id} ${argument}`);
    },
  });
  const ada = new Guest(room, "native");
  for (let id = 0; id < TRANSFERS; id++) await ada.command("get", `${id}.txt`, id);
  const more = () => ada.command("get", "more.txt", 99);
  await assertRejects(more, ProtocolError, "too many transfers wait");
  gate.resolve();
  await ada.seat.transfers;
  assertEquals(sent, Array.from({ length: TRANSFERS }, (_, id) => `${id} ${id}.txt`));
  await more();
  await ada.seat.transfers;
  assertEquals(sent.at(-1), "99 more.txt");
});
