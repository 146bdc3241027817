import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { OFFERS, TICKET_MS, TRANSFERS } from "../../../lib/base/limits.ts";
import { Room } from "../../../lib/chat/room.ts";
import type { RoomOptions } from "../../../lib/chat/room_options.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import type { Ticket } from "../../../lib/wire/file_message.ts";
import { Guest } from "../../support/guest.ts";

/** A participant over native, whose messages are values. */
class Native extends Guest {
  constructor(room: Room, name: string) {
    super(room, "native");
    room.rename(this.seat, name);
  }

  /** Offers a file. */
  async offers(to: string, { id = 1, name = "a b.txt", size = 5 } = {}): Promise<void> {
    await this.room.handle(this.seat, { type: "offer", id, name, size, to });
  }

  /** What came since the last time, but for notices. */
  // deno-lint-ignore no-explicit-any
  async gets(): Promise<any[]> {
    const parts = (await this.hears()).split("\x01").filter((part) => part.includes("{"));
    const all = parts.map((part) => JSON.parse(part.slice(0, part.lastIndexOf("}") + 1)));
    return all.filter(({ type }) => type !== "notice");
  }
}

async function setUp(options: Partial<RoomOptions> = {}) {
  const room = new Room({ mode: "chat", cipher: none, log: () => {}, ...options });
  const [ada, ben, cleo] = ["Ada", "Ben", "Cleo"].map((name) => new Native(room, name));
  for (const each of [ada, ben, cleo]) await each.hears();
  return { room, ada, ben, cleo };
}

Deno.test("an offer comes to its receiver alone, and the sender is told to whom", async () => {
  const { ada, ben, cleo } = await setUp();
  await ada.offers("ben", { id: 9 });
  assertEquals(await ada.gets(), [{ type: "offered", id: 9, number: 1, to: ["Ben"] }]);
  const offer = { type: "offer", id: 1, name: "a b.txt", size: 5, from: "Ada" };
  assertEquals(await ben.gets(), [offer]);
  assertEquals(await cleo.gets(), []);
});

Deno.test("an offer to all comes to everybody else who can take files", async () => {
  const { room, ada, ben, cleo } = await setUp();
  const netcat = new Guest(room), greeted = new Native(room, "Dan");
  const hurried = new Native(room, "Eve");
  (hurried.seat as { greeted: unknown }).greeted = { isOpen: false };
  await netcat.hears();
  await greeted.hears();
  await ada.offers("all");
  assertEquals((await ada.gets())[0].to, ["Ben", "Cleo", "Dan"]);
  for (const each of [ben, cleo, greeted]) assertEquals((await each.gets())[0].from, "Ada");
  assertEquals(await netcat.hears(), "");
});

Deno.test("an offer that nobody can have says why", async () => {
  const { room, ada, ben } = await setUp();
  new Guest(room);
  const reasons = {
    Zoe: 'nobody else here is called "Zoe"; /who lists the names',
    Ada: 'nobody else here is called "Ada"; /who lists the names',
    "": 'nobody else here is called ""; /who lists the names',
    guest4: "guest4 cannot take files: no labwire client",
  };
  for (const [to, reason] of Object.entries(reasons)) {
    await ada.offers(to, { id: 3 });
    assertEquals(await ada.gets(), [{ type: "offered", id: 3, number: 0, to: [], reason }]);
  }
  assertEquals(await ben.gets(), []);
});

Deno.test("an offer to all where nobody can take it says so", async () => {
  const room = new Room({ mode: "chat", cipher: none, log: () => {} });
  const ada = new Native(room, "Ada");
  new Guest(room);
  await ada.hears();
  await ada.offers("all");
  const reason = "nobody else here can take files";
  assertEquals(await ada.gets(), [{ type: "offered", id: 1, number: 0, to: [], reason }]);
});

Deno.test("outside chat no files are passed on", async () => {
  for (const mode of ["ack", "operator", "log"] as const) {
    const { ada } = await setUp({ mode });
    await ada.offers("Ben");
    assertEquals((await ada.gets())[0].reason, "files are passed on in chat only");
  }
});

Deno.test("who accepts gets a ticket, and the sender another, to the same place, once", async () => {
  const { room, ada, ben } = await setUp();
  await ada.offers("Ben");
  await ada.hears();
  await ben.hears();
  await ben.command("accept", "1");
  const [hers]: Ticket[] = await ada.gets(), [his]: Ticket[] = await ben.gets();
  assertEquals([hers.type, hers.id, hers.peer], ["ticket", 1, "Ben"]);
  assertEquals([his.type, his.id, his.peer], ["ticket", 1, "Ada"]);
  assertNotEquals(hers.ticket, his.ticket);
  for (const { ticket } of [hers, his]) assertEquals(ticket.length, 32, "128 random bits");
  const relay = room.offers.redeem(hers.ticket);
  assert(relay !== undefined && relay === room.offers.redeem(his.ticket));
  for (const ticket of [hers.ticket, his.ticket, "", "00".repeat(16), "__proto__"]) {
    assertEquals(room.offers.redeem(ticket), undefined);
  }
});

Deno.test("each who accepts an offer to all meets the sender elsewhere", async () => {
  const { room, ada, ben, cleo } = await setUp();
  await ada.offers("all");
  await ada.hears();
  for (const each of [ben, cleo]) {
    await each.hears();
    await each.command("accept", "1");
  }
  const relays = (await ada.gets()).map(({ ticket }) => room.offers.redeem(ticket));
  assertEquals(relays.length, 2);
  assert(relays[0] !== undefined && relays[0] !== relays[1]);
  const [{ ticket }] = await cleo.gets();
  assert(room.offers.redeem(ticket) === relays[1]);
});

Deno.test("a ticket is too old once its time is over", async () => {
  const { room, ada, ben } = await setUp();
  await ada.offers("Ben");
  await ben.command("accept", "1");
  const { ticket } = (await ben.gets()).at(-1);
  const now = performance.now;
  try {
    performance.now = () => now.call(performance) + TICKET_MS + 1;
    assertEquals(room.offers.redeem(ticket), undefined);
  } finally {
    performance.now = now;
  }
});

Deno.test("who declines gets nothing more of it, and the sender is told", async () => {
  const { ada, ben } = await setUp();
  await ada.offers("Ben");
  await ada.hears();
  await ben.hears();
  await ben.command("decline", "1");
  const told = [{ type: "error", id: 1, text: "Ben declined a b.txt" }];
  assertEquals([await ada.gets(), await ben.gets()], [told, []]);
});

Deno.test("an offer is answered once, and by those to whom it was made", async () => {
  const { ada, ben, cleo } = await setUp();
  await ada.offers("Ben");
  for (const command of ["accept", "decline"]) {
    for (const each of [ada, cleo]) {
      const answer = () => each.command(command, "1");
      await assertRejects(answer, ProtocolError, "there is no offer 1 to you");
    }
    const other = () => ben.command(command, "2");
    await assertRejects(other, ProtocolError, "there is no offer 2 to you");
  }
  await ben.command("accept", "1");
  for (const command of ["accept", "decline"]) {
    await assertRejects(() => ben.command(command, "1"), ProtocolError, "no offer 1 to you");
  }
});

Deno.test("a sender that leaves takes its offers along", async () => {
  const { ada, ben, cleo } = await setUp();
  await ada.offers("all");
  await ben.hears();
  await cleo.hears();
  await cleo.command("decline", "1");
  ada.seat.leave();
  const text = "Ada left, and took a b.txt along";
  assertEquals(await ben.gets(), [{ type: "error", id: 1, text }]);
  assertEquals(await cleo.gets(), [], "it has answered");
  await assertRejects(() => ben.command("accept", "1"), ProtocolError, "no offer 1 to you");
});

Deno.test("a receiver that leaves has answered", async () => {
  const { ada, ben, cleo } = await setUp();
  await ada.offers("all");
  await ada.hears();
  ben.seat.leave();
  assertEquals(await ada.gets(), [{ type: "error", id: 1, text: "Ben left without a b.txt" }]);
  await cleo.command("accept", "1");
  cleo.seat.leave();
  assertEquals((await ada.gets()).map(({ type }) => type), ["ticket"], "it had accepted");
});

Deno.test("offers that stand are bounded, for each sender and together", async () => {
  const { room, ada, ben } = await setUp();
  const reason = "too many offers wait for an answer";
  for (let id = 0; id < TRANSFERS; id++) await ada.offers("Ben", { id });
  await ada.hears();
  await ada.offers("Ben", { id: 99 });
  assertEquals(await ada.gets(), [{ type: "offered", id: 99, number: 0, to: [], reason }]);
  await ben.command("decline", "1");
  await ada.hears();
  await ada.offers("Ben", { id: 100 });
  assertEquals((await ada.gets())[0].to, ["Ben"], "an answer makes room");
  let standing = TRANSFERS;
  for (let i = 0; standing < OFFERS; i++) {
    const more = new Native(room, `Sender ${i}`);
    for (let id = 0; id < TRANSFERS && standing < OFFERS; id++, standing++) {
      await more.offers("Ben", { id });
    }
  }
  const last = new Native(room, "Last");
  await last.hears();
  await last.offers("Ben");
  assertEquals((await last.gets())[0].reason, reason);
});

Deno.test("who offers a file has spoken, and is announced", async () => {
  const room = new Room({ mode: "chat", cipher: none, log: () => {} });
  const ada = new Guest(room), ben = new Native(room, "Ben");
  await ada.hears();
  await room.handle(new Guest(room, "native").seat, {
    type: "offer",
    id: 1,
    name: "x",
    size: 1,
    to: "Ben",
  });
  assertEquals(await ada.hears(), "* guest3 joined\n");
  assertEquals((await ben.gets())[0].from, "guest3");
});
