import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Door } from "../../../lib/auth/door.ts";
import type { Visitor } from "../../../lib/net/meeting.ts";
import { greet } from "../../../lib/auth/greeting.ts";
import { type Keying, makeKeying, makeSecret } from "../../../lib/auth/keying.ts";
import type { Terms } from "../../../lib/auth/meet.ts";
import { Tries } from "../../../lib/auth/tries.ts";
import { HANDSHAKES } from "../../../lib/base/limits.ts";
import type { AuditEvent } from "../../../lib/base/log.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Guard } from "../../../lib/net/guard.ts";
import { control, hello, jsonChat } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import { people } from "../../support/people.ts";
import { Service } from "../../support/service.ts";
import { doorOf, termsOf } from "../../support/terms.ts";

const KEYING = await makeSecret("phrase", { prepare: true });
const PLAIN = await makeKeying("none");
const CLEAR = control({ type: "hello", version: 1, cipher: "chacha20-poly1305" });

/** A server that wants proof; whoever gives it is told its place, and stays to the end. */
function serve(more: Partial<Terms> = {}, { keying = KEYING, maxClients = 10 } = {}) {
  const made: { door?: Door } = {};
  const events: AuditEvent[] = [];
  let most = 0;
  const terms = termsOf(keying, { tries: new Tries({ delayMs: [1, 2] }), ...more });
  const service = new Service(({ cut, log }) => {
    const audit = (event: AuditEvent) => void events.push(event);
    const door = made.door = doorOf({ terms, maxClients, log, cut, audit });
    const stay = async (visitor: Visitor) => {
      const { conn } = visitor;
      most = Math.max(most, ++door.inside);
      try {
        const meeting = await visitor.meet();
        const name = meeting?.account?.name ?? meeting?.hello?.name ?? "?";
        const welcome = { type: "welcome", version: 1, name, mode: "chat", features: [] };
        await conn.write(control(welcome));
        while (await conn.receiveChunk() !== null);
      } finally {
        door.inside--;
      }
    };
    return (socket) => door.admit(socket, stay);
  });
  return Object.assign(service, { door: made.door!, events, terms, most: () => most });
}

async function join(
  port: number,
  keying: Keying,
  wishes: { user?: string; password?: string } = {},
) {
  const conn = new Connection(await Deno.connect({ hostname: "127.0.0.1", port }));
  try {
    return { conn, welcome: await greet(conn, { name: "Eve", keying, ...wishes }) };
  } catch (error) {
    conn.close();
    throw error;
  }
}

const WANTS = "this server wants its secret: labwire connect --secret";

/** What somebody says who gives no proof, and all that comes back. */
const STRANGERS: [what: string, words: string | Uint8Array, answer: RegExp][] = [
  ["text", "let me in\n", new RegExp(`^${WANTS}\n$`)],
  ["raw", "let me in", new RegExp(`^${WANTS}\n$`)],
  [
    "json",
    jsonChat("Ada", "hi"),
    /^\{"username":"Server","timestamp":[\d.]+,"message":"[\w+/]+=*"\}$/,
  ],
  ["HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 403 Forbidden\r\n/],
  ["TLS", new Uint8Array([0x16, 3, 1, 0, 5, 1, 2, 3]), /^$/],
  ["UTF-16", "\0h\0i", /^the first bytes are in no dialect that is known here\n$/],
  ["native without the secret", hello("Ada"), /^.{5}\{"type":"refused","code":"secret",/s],
  ["a line of 100 KB", "x".repeat(100_000), /^this server wants its secret|^$/],
];

for (const [what, words, answer] of STRANGERS) {
  Deno.test(`at a server with a secret ${what} is told so at once, and takes no place`, async () => {
    await using server = serve();
    using peer = await Peer.connect(server.port);
    await peer.send(words).catch(() => {});
    assertMatch(await peer.sawEnd(), answer);
    await peer.close();
    server.stop();
    await server.ended();
    assertEquals([server.most(), server.door.inside, server.door.proving], [0, 0, 0]);
    assertEquals([server.log.length, server.events.length], [1, 1]);
    assertEquals(server.events[0].event, "refused");
  });
}

Deno.test("at a server with accounts the others are asked to log in", async () => {
  const { accounts } = people();
  await using server = serve({ accounts: () => accounts }, { keying: PLAIN });
  using text = await Peer.connect(server.port);
  await text.send("hi\n");
  const line = "this server wants to know who you are: labwire connect --user NAME\n";
  assertEquals(await text.sawEnd(), line);
  using native = await Peer.connect(server.port);
  await native.send(hello("Ada"));
  assertMatch(
    await native.sawEnd(),
    /"code":"login","reason":"this server wants to know who you are"/,
  );
  const { welcome, conn } = await join(server.port, PLAIN, { user: "Ada", password: "engine" });
  conn.close();
  assertEquals(welcome.name, "Ada");
});

Deno.test("who leaves without a word, or in its first, leaves no trace", async () => {
  await using server = serve();
  for (const words of ["", CLEAR.subarray(0, 9), CLEAR]) {
    using peer = await Peer.connect(server.port);
    await peer.send(words);
    if (words === CLEAR) await peer.sees('"type":"keys"');
    await peer.endSending();
    await peer.sawEnd();
  }
  assertEquals([server.most(), server.door.proving, server.log], [0, 0, []]);
});

Deno.test("whoever gives proof takes a place, and one too many is told so, sealed", async () => {
  await using server = serve({}, { maxClients: 1 });
  const { conn } = await join(server.port, KEYING);
  assertEquals([server.door.inside, server.door.proving], [1, 0]);
  const error = await join(server.port, KEYING).catch((error) => error);
  assertEquals(error.message, "Cannot join: the server is busy, please try again later");
  conn.close();
});

Deno.test("those who are still proving are bounded; one more is told to come later", async () => {
  await using server = serve();
  const crowd = await Promise.all(
    Array.from({ length: HANDSHAKES }, async () => {
      const peer = await Peer.connect(server.port);
      await peer.send(CLEAR);
      await peer.sees('"type":"keys"');
      return peer;
    }),
  );
  assertEquals(server.door.proving, HANDSHAKES);
  using late = await Peer.connect(server.port);
  await late.send(CLEAR);
  assertMatch(await late.sawEnd(), /"type":"refused","code":"busy"/);
  const [first] = crowd;
  await first.endSending();
  await first.sawEnd();
  const { conn } = await join(server.port, KEYING);
  conn.close();
  server.cut();
  for (const peer of crowd) await peer.close();
});

Deno.test("whoever is banned while it gives proof does not come in", async () => {
  const guard = new Guard();
  await using server = serve({ guard });
  using peer = await Peer.connect(server.port);
  await peer.send(CLEAR);
  await peer.sees('"type":"keys"');
  guard.ban("127.0.0.1", { byName: false, ms: Infinity });
  const error = await join(server.port, KEYING).catch((error) => error);
  assertEquals(error.message, "Cannot join: you are banned here");
  guard.unban("127.0.0.1");
  // A client that is let begin, and is locked out before it ends.
  const lock = guard.refusal.bind(guard);
  let asked = 0;
  guard.refusal = (...who) => {
    if (++asked === 2) guard.locked = true;
    return lock(...who);
  };
  const locked = await join(server.port, KEYING).catch((error) => error);
  assertEquals(locked.message, "Cannot join: the server is locked: nobody new comes in now");
  assertEquals(server.most(), 0);
});

Deno.test("a wrong secret, or a wrong password, is told in the log without it", async () => {
  const { accounts } = people();
  await using server = serve({ accounts: () => accounts });
  const wrong = await makeSecret("fraze");
  const one = await join(server.port, wrong).catch((error) => error);
  assertEquals([one.exit, one.message], [4, "Cannot join: the secret is wrong"]);
  const login = { user: "Ada", password: "motor" };
  const two = await join(server.port, KEYING, login).catch((error) => error);
  assertEquals([two.exit, two.message], [4, "Cannot join: the user or the password is wrong"]);
  const refusals = server.events.filter((each) => each.event === "refused");
  assertEquals(refusals.map(({ code, reason }) => [code, reason]), [
    ["denied", "the secret is wrong"],
    ["denied", "the user or the password is wrong"],
  ]);
  const told = JSON.stringify([server.log, server.events]);
  for (const word of ["fraze", "phrase", "motor", "engine"]) assert(!told.includes(word), word);
});

Deno.test("a server that is cut short lets go of those who are proving", async () => {
  await using server = serve();
  using peer = await Peer.connect(server.port);
  await peer.send(CLEAR);
  await peer.sees('"type":"keys"');
  server.stop();
  server.cut();
  await server.ended();
  await peer.sawEnd();
  assertEquals(server.door.proving, 0);
});
