import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Door, DoorOptions, Errand } from "../../../lib/auth/door.ts";
import { makeKeying, makeSecret } from "../../../lib/auth/keying.ts";
import { Guard } from "../../../lib/net/guard.ts";
import { Networks } from "../../../lib/net/networks.ts";
import { control, hello, jsonChat } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import { people } from "../../support/people.ts";
import { Service } from "../../support/service.ts";
import { doorOf, stayAt, termsOf } from "../../support/terms.ts";

const PLAIN = await makeKeying("none");
const DENIED = "you are not allowed to come in from your address";
const MANY = "too many connections from your address";

interface Plan extends Partial<Omit<DoorOptions, "log" | "cut">> {
  errand?: Errand;
}

/** A server whose guests are told to come in, and stay. */
function serve({ errand, ...options }: Plan = {}) {
  const made: { door?: Door } = {};
  let most = 0;
  const service = new Service(({ cut, log }) => {
    const door = made.door = doorOf({ terms: termsOf(PLAIN), log, cut, ...options });
    const stay = stayAt(door, (inside) => most = Math.max(most, inside));
    return (socket) => door.admit(socket, stay, errand);
  });
  return Object.assign(service, { door: made.door!, most: () => most });
}

/** Lets nobody in. */
function shut(): Guard {
  const guard = new Guard();
  guard.lists = { deny: new Networks("0.0.0.0/0 ::/0") };
  return guard;
}

/** How each dialect is told. */
const TOLD: [what: string, words: string | Uint8Array, answer: RegExp][] = [
  ["text", "hello\n", new RegExp(`^${DENIED}\n$`)],
  ["raw", "hello", new RegExp(`^${DENIED}$`)],
  ["json", jsonChat("Ada", "hi"), /^\{"username":"Server",/],
  [
    "native",
    hello("Ada"),
    new RegExp(`^.{5}\\{"type":"refused","code":"denied","reason":"${DENIED}"\\}$`, "s"),
  ],
  ["HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 403 Forbidden\r\n/],
  ["TLS", new Uint8Array([0x16, 3, 1, 0, 5, 1, 2]), /^$/],
  ["silence", "", new RegExp(`^${DENIED}\n$`)],
];

for (const [what, words, answer] of TOLD) {
  Deno.test(`a denied address is told once, as ${what} is, and takes no place`, async () => {
    await using server = serve({ terms: termsOf(PLAIN, { guard: shut() }) });
    using peer = await Peer.connect(server.port);
    await peer.send(words);
    assertMatch(await peer.sawEnd(), answer);
    assertEquals([server.most(), server.log.length], [0, 1]);
    assertMatch(server.log[0], /^Rejecting 127\.0\.0\.1:\d+: you are not allowed/);
  });
}

Deno.test("a denied address is told in clear where a secret is wanted, and before any of it", async () => {
  const keying = await makeSecret("phrase");
  await using server = serve({ terms: termsOf(keying, { guard: shut() }) });
  for (const cipher of ["none", "chacha20-poly1305"]) {
    using peer = await Peer.connect(server.port);
    await peer.send(control({ type: "hello", version: 1, cipher }));
    assertMatch(await peer.sawEnd(), /^.{5}\{"type":"refused","code":"denied"/s);
    assert(!peer.received.includes("keys"));
  }
  assertEquals(server.door.proving, 0);
});

Deno.test("one address has so many connections, and whoever leaves makes room", async () => {
  await using server = serve({ maxPerAddress: () => 2 });
  const peers = await Promise.all([1, 2].map(() => Peer.connect(server.port)));
  for (const peer of peers) await peer.sees("come in\n");
  using third = await Peer.connect(server.port);
  await third.send("hello\n");
  assertEquals(await third.sawEnd(), `${MANY}\n`);
  await peers[0].endSending();
  await peers[0].sawEnd();
  await peers[0].close();
  // Its place is counted down once both sides have closed.
  for (let tries = 0;; tries++) {
    using next = await Peer.connect(server.port);
    await next.send("hello\n");
    if ((await next.sees(/\n/)).startsWith("come in")) break;
    assert(tries < 100, "no place is ever free again");
  }
  await peers[1].close();
});

Deno.test("those who are refused for their number are told what others are", async () => {
  await using server = serve({ maxPerAddress: () => 0 });
  using native = await Peer.connect(server.port);
  await native.send(hello("Ada"));
  assertMatch(await native.sawEnd(), new RegExp(`"code":"busy","reason":"${MANY}"`));
  using web = await Peer.connect(server.port);
  await web.send("GET / HTTP/1.1\r\n\r\n");
  assertMatch(await web.sawEnd(), /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  assertEquals(server.most(), 0);
});

Deno.test("how many an address may have depends on the address", async () => {
  const asked: string[] = [];
  const maxPerAddress = (address: string) => {
    asked.push(address);
    return 1;
  };
  await using server = serve({ maxPerAddress });
  using peer = await Peer.connect(server.port);
  await peer.sees("come in\n");
  assertEquals(asked, ["127.0.0.1"]);
});

/** Serves files until the client's end. */
const files: Errand = async ({ conn }) => {
  await conn.write(new TextEncoder().encode("files here"));
  while (await conn.receiveChunk() !== null);
};

/** A server all of whose places are taken, and somebody who fetches files meanwhile. */
async function withErrand(guard: Guard, asking: Uint8Array, accounts?: Plan["terms"]) {
  const terms = accounts ?? termsOf(PLAIN, { guard });
  const server = serve({ terms, maxClients: 1, errand: files });
  server.door.inside++; // somebody is in
  const peer = await Peer.connect(server.port);
  await peer.send(asking);
  await peer.sees("files here");
  return { server, peer };
}

const FILES = control({ type: "hello", version: 1, cipher: "none", purpose: "files" });

Deno.test("a ban of the address cuts an errand under way, another leaves it alone", async () => {
  const guard = new Guard();
  const { server, peer } = await withErrand(guard, FILES);
  await using _server = server;
  guard.ban("192.0.2.7", { byName: false, ms: Infinity });
  guard.ban("Ada", { byName: true, ms: Infinity });
  assert(!peer.ended);
  guard.ban("127.0.0.1", { byName: false, ms: Infinity });
  assertEquals(await peer.sawEnd(), "files here");
  await peer.close();
});

Deno.test("a ban of the account cuts an errand of its owner", async () => {
  const guard = new Guard();
  const { accounts } = people();
  const login = { user: "Ada", password: "engine", purpose: "files" };
  const asking = control({ type: "hello", version: 1, cipher: "none", ...login });
  const terms = termsOf(PLAIN, { guard, accounts: () => accounts });
  const { server, peer } = await withErrand(guard, asking, terms);
  await using _server = server;
  guard.ban("Ben", { byName: true, ms: Infinity });
  assert(!peer.ended);
  guard.ban("ada", { byName: true, ms: Infinity });
  assertEquals(await peer.sawEnd(), "files here");
  await peer.close();
});

Deno.test("a locked door takes nobody new, lets those stay who are in, and serves their errands", async () => {
  const guard = new Guard();
  const errand: Errand = async ({ conn }) => {
    await conn.write(new TextEncoder().encode("served\n"));
  };
  await using service = serve({ errand, terms: termsOf(PLAIN, { guard }) });
  using early = await Peer.connect(service.port);
  await early.send("hello\n");
  await early.sees("come in");
  guard.locked = true;
  using late = await Peer.connect(service.port);
  await late.send("hello\n");
  await late.sees("the server is locked: nobody new comes in now");
  using files = await Peer.connect(service.port);
  await files.send(control({ type: "hello", version: 1, cipher: "none", purpose: "files" }));
  await files.sees("served");
  assertEquals(service.door.inside, 1);
  guard.locked = false;
  using next = await Peer.connect(service.port);
  await next.sees("come in");
});

Deno.test("one address has a share only of those who may be showing who they are", async () => {
  const keying = await makeSecret("words");
  await using service = serve({ terms: termsOf(keying), maxPerAddress: () => 8 });
  const silent = [await Peer.connect(service.port), await Peer.connect(service.port)];
  while (service.door.proving < 2) await new Promise<void>((resolve) => setImmediate(resolve));
  using third = await Peer.connect(service.port);
  await third.send(hello("Ada"));
  await third.sees('"code":"busy"');
  for (const peer of silent) peer[Symbol.dispose]();
});
