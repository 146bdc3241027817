import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { MERGE_BYTES, TICK_BYTES } from "../../../lib/base/limits.ts";
import { Hub } from "../../../lib/chat/hub.ts";
import { Seat } from "../../../lib/chat/seat.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";
import type { Dialect } from "../../../lib/wire/dialect.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { turn, waiting } from "../../support/guest.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

function setUp() {
  const hub = new Hub(none, () => {});
  let number = 0;
  const join = (name: string, dialect: Dialect = "text") => {
    const conn = new Connection(new ScriptedSocket());
    conn.speak(dialect);
    const record = { number: ++number, name, start: new Date() };
    const seat: Seat = new Seat(conn, {
      cipher: none,
      record,
      origin: "here",
      address: "here",
      onLeave: () => hub.remove(seat),
    });
    hub.add(seat);
    assert(hub.claim(seat, name));
    return seat;
  };
  return { hub, join };
}

function says(from: string, text: string): Message {
  return { type: "chat", from, text };
}

Deno.test("what somebody says reaches everybody else, in order", async () => {
  const { hub, join } = setUp();
  const [ada, ben, cleo] = ["Ada", "Ben", "Cleo"].map((name) => join(name));
  hub.publish(says("Ada", "1"), ada);
  hub.publish(says("Ben", "2"), ben);
  hub.publish({ type: "notice", text: "3" }, null);
  await turn();
  hub.publish(says("Ada", "4"), ada);
  assertEquals(await waiting(ada), "Ben: 2\n* 3\n");
  assertEquals(await waiting(ben), "Ada: 1\n* 3\nAda: 4\n");
  assertEquals(await waiting(cleo), "Ada: 1\nBen: 2\n* 3\nAda: 4\n");
});

Deno.test("what is said in one turn is offered when it ends, as one entry with shared bytes", async () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), readers = [join("Ben"), join("Cleo"), join("Dan", "raw")];
  for (let i = 0; i < 100; i++) hub.publish(says("Ada", `${i}`), ada);
  assertEquals(readers.map(({ inbox }) => inbox.bytes), [0, 0, 0]);
  await turn();
  const chunks: Uint8Array[] = [];
  for (const reader of readers) {
    const entries = reader.inbox.take();
    assertEquals(entries?.length, 1);
    chunks.push(entries![0].encode(reader));
  }
  assertStrictEquals(chunks[1], chunks[0]);
  assertStrictEquals(chunks[2], chunks[0]);
});

Deno.test("what is said to one comes after all that was said to everybody before", async () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), ben = join("Ben");
  hub.publish(says("Ada", "1"), ada);
  hub.tell(ben, { type: "reply", text: "2" });
  hub.publish(says("Ada", "3"), ada);
  hub.tell(ben, { type: "reply", text: "4" });
  hub.tell(ada, { type: "reply", text: "5" });
  assertEquals(await waiting(ben), "Ada: 1\n2\nAda: 3\n4\n");
  assertEquals(await waiting(ada), "5\n");
});

Deno.test("a turn in which much is said is offered in pieces", () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), ben = join("Ben");
  hub.publish(says("Ada", "x".repeat(TICK_BYTES[0])), ada);
  assert(ben.inbox.bytes > TICK_BYTES[0], "not kept back until the turn ends");
});

Deno.test("the more receivers there are, the smaller are the pieces", () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), [each, all] = TICK_BYTES;
  const others = Array.from({ length: all / each * 2 }, (_, i) => join(`guest${i}`));
  hub.publish(says("Ada", "x".repeat(all / others.length)), ada);
  assert(others[0].inbox.bytes > 0);
});

Deno.test("a flood is gathered for one more turn, a word is not", async () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), ben = join("Ben");
  hub.publish(says("Ada", "a word"), ada);
  await turn();
  assert(ben.inbox.bytes > 0);
  ben.inbox.clear();
  hub.publish(says("Ada", "x".repeat(MERGE_BYTES)), ada);
  await turn();
  assertEquals(ben.inbox.bytes, 0);
  hub.publish(says("Ada", "x".repeat(MERGE_BYTES)), ada);
  await turn();
  assertEquals([ben.inbox.bytes > 2 * MERGE_BYTES, ben.inbox.take()?.length], [true, 1]);
});

Deno.test("who comes hears nothing that was said before, not even in the same turn", async () => {
  const { hub, join } = setUp();
  const ada = join("Ada");
  hub.publish(says("Ada", "before"), ada);
  const ben = join("Ben");
  hub.publish(says("Ada", "after"), ada);
  assertEquals(await waiting(ben), "Ada: after\n");
});

Deno.test("who leaves keeps what was said before, and hears no more", async () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), ben = join("Ben");
  hub.publish(says("Ada", "before"), ada);
  ben.leave();
  ben.leave();
  hub.publish(says("Ada", "after"), ada);
  hub.tell(ben, { type: "reply", text: "too late" });
  assertEquals(await waiting(ben), "Ada: before\n");
  assertEquals([hub.size, hub.find("Ben"), ben.gone], [1, undefined, true]);
});

Deno.test("participants are listed in the order in which they came", () => {
  const { hub, join } = setUp();
  const [ada] = ["Ada", "Ben", "Cleo"].map((name) => join(name));
  assertEquals(hub.seats.map(({ name }) => name), ["Ada", "Ben", "Cleo"]);
  ada.leave();
  join("Ada");
  assertEquals(hub.seats.map(({ name }) => name), ["Ben", "Cleo", "Ada"]);
});

Deno.test("a name belongs to one, however it is written", () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), ben = join("Ben");
  for (const same of ["Ada", "ada", "ADA", "Ａｄａ"]) {
    assertStrictEquals(hub.find(same), ada);
    assert(!hub.claim(ben, same));
  }
  assert(hub.claim(ada, "ADA"), "one's own name in another spelling");
  assertEquals(ada.name, "ADA");
});

Deno.test("a new name frees the old one", () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), ben = join("Ben");
  assert(hub.claim(ada, "Cleo"));
  assertEquals(hub.find("Ada"), undefined);
  assert(hub.claim(ben, "Ada"));
  assertStrictEquals(hub.find("ada"), ben);
  ada.leave();
  assertEquals(hub.find("Cleo"), undefined);
});

Deno.test("who leaves a name that somebody else has meanwhile leaves it to them", () => {
  const { hub, join } = setUp();
  const ada = join("Ada"), ben = join("Ben");
  ben.record.name = "Ada"; // as where names need not be unique
  ben.leave();
  assertStrictEquals(hub.find("Ada"), ada);
});
