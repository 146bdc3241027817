import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { FILES_AT_ONCE } from "../../../lib/base/limits.ts";
import { Client } from "../../../lib/chat/client.ts";
import type { ClientFiles } from "../../../lib/chat/client_files.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { framingOf, readMessage } from "../../../lib/wire/dialect.ts";
import type { Offer, Ticket } from "../../../lib/wire/file_message.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { concat, feed } from "../../support/feed.ts";
import { control } from "../../support/native.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

/** A native client whose room says `messages` and then closes, and what became of it. */
function setUp(messages: unknown[], files: Partial<ClientFiles> = {}) {
  const socket = new ScriptedSocket([concat(messages.map(control))]);
  const conn = new Connection(socket);
  conn.speak("native");
  const shown: string[] = [], passed: [Ticket, number | undefined][] = [];
  let last = 0;
  const moves: ClientFiles = {
    get: () => Promise.resolve([]),
    put: () => Promise.resolve([]),
    offer: (argument) => Promise.resolve({ type: "offer", id: ++last, name: argument, size: 1 }),
    offered: () => false,
    pass: (ticket, own) => {
      passed.push([ticket, own]);
      return Promise.resolve([{ line: `passed ${ticket.id}`, failed: false }]);
    },
    bare: () => Promise.reject(new Failure("no bare files here", Exit.failed)),
    ...files,
  };
  const client = new Client(conn, {
    name: "Ada",
    paceMs: 0,
    show: (lines, kind) => shown.push(...lines.map((line) => `${kind}: ${line}`)),
    renamed: () => {},
    files: () => Promise.resolve(moves),
  });
  const sent = (): Message[] =>
    feed(framingOf("native"), socket.writes).map((payload) => readMessage("native", payload));
  return { client, shown, passed, sent };
}

const TICKET = { type: "ticket", id: 4, ticket: "00ff", peer: "Ron" } as const;

Deno.test("an offer is shown with what to type, and is not accepted unasked", async () => {
  const offer = { type: "offer", id: 4, name: "a b.txt", size: 2048, from: "Ron" };
  const { client, shown, sent } = setUp([offer]);
  await client.receive();
  assertEquals(shown, ["notice: Ron offers a b.txt (2.0 KiB): /accept 4 or /decline 4"]);
  assertEquals([sent(), client.failed], [[], false]);
});

Deno.test("an offer is accepted at once where files are taken unasked", async () => {
  const offered: Offer[] = [];
  const { client, sent } = setUp([{ type: "offer", id: 4, name: "a", size: 1, from: "Ron" }], {
    offered: (offer) => (offered.push(offer), true),
  });
  await client.receive();
  await client.end();
  assertEquals(sent(), [{ type: "command", name: "accept", argument: "4" }]);
  assertEquals(offered.map(({ name }) => name), ["a"]);
});

Deno.test("a ticket to somebody else's offer passes a file that is not our own", async () => {
  const { client, shown, passed } = setUp([TICKET]);
  await client.receive();
  await client.filesDone();
  assertEquals(passed, [[TICKET, undefined]]);
  assertEquals(shown, ["result: passed 4"]);
});

Deno.test("a ticket to our offer passes the file that we offered, to each who accepts", async () => {
  const { client, shown, passed, sent } = setUp([
    { type: "offered", id: 1, number: 4, to: ["Ron", "Eve"] },
    TICKET,
    { type: "error", id: 4, text: "Eve declined it" },
  ]);
  await client.type("/send all file");
  await Promise.all([client.receive(), client.offersDone()]);
  assertEquals(sent(), [{ type: "offer", id: 1, name: "all file", size: 1 }]);
  assertEquals(passed, [[TICKET, 1]]);
  assertEquals(shown.toSorted(), [
    "error: Eve declined it",
    "result: Offered to Ron, Eve",
    "result: passed 4",
  ]);
  assert(client.failed, "one of them did not get it");
});

Deno.test("an offer to nobody has failed, and is not waited for", async () => {
  const { client, shown } = setUp([
    { type: "offered", id: 1, number: 0, to: [], reason: "nobody is called Zoe" },
    { type: "offered", id: 2, number: 0, to: [] },
  ]);
  await client.type("/send Zoe x");
  await client.type("/send Zoe y");
  await Promise.all([client.receive(), client.offersDone()]);
  assertEquals(shown, ["error: nobody is called Zoe", "error: Nobody can have it"]);
  assert(client.failed);
});

Deno.test("that somebody took an offer along is told, and is no failure of ours", async () => {
  const { client, shown } = setUp([
    { type: "offer", id: 4, name: "a", size: 1, from: "Ron" },
    { type: "error", id: 4, text: "Ron left, and took a along" },
  ]);
  await client.receive();
  assertEquals([shown.at(-1), client.failed], ["result: Ron left, and took a along", false]);
});

Deno.test("a file that is not passed on has failed", async () => {
  const { client, shown } = setUp([TICKET], {
    pass: () => Promise.reject(new Failure("Cannot read it: gone", Exit.failed)),
  });
  await client.receive();
  await client.filesDone();
  assertEquals([shown, client.failed], [["error: Cannot read it: gone"], true]);
});

Deno.test("a message of a transfer has no place in a conversation", async () => {
  const { client } = setUp([{ type: "end", id: 1, hash: "00" }]);
  await assertRejects(() => client.receive(), ProtocolError, '"end" out of turn');
});

Deno.test("only so many files are fetched at once: the next line typed waits", async () => {
  const going: (() => void)[] = [];
  const { client } = setUp([], {
    get: (name) =>
      name === "more"
        ? Promise.resolve([])
        : new Promise((resolve) => going.push(() => resolve([]))),
  });
  for (let i = 0; i < FILES_AT_ONCE; i++) await client.type(`/get f${i}`);
  let typed = false;
  const next = client.type("/get more").then(() => typed = true);
  await client.type("hello"); // words wait for nothing
  assertEquals([going.length, typed], [FILES_AT_ONCE, false]);
  going[0]();
  await next;
  going.forEach((end) => end());
  await client.filesDone();
});
