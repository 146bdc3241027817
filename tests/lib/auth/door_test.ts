import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Errand } from "../../../lib/auth/door.ts";
import { makeKeying } from "../../../lib/auth/keying.ts";
import { REFUSALS } from "../../../lib/base/limits.ts";
import type { CipherChoice } from "../../../lib/wire/ciphers/cipher.ts";
import type { Dialect } from "../../../lib/wire/dialect.ts";
import { control, hello, jsonChat } from "../../support/native.ts";
import { Peer } from "../../support/peer.ts";
import { Service } from "../../support/service.ts";
import { doorOf, stayAt, termsOf } from "../../support/terms.ts";

const BUSY = "the server is busy, please try again later";

interface DoorPlan {
  maxClients?: number;
  cipher?: CipherChoice;
  dialect?: Dialect;
  errand?: Errand;
}

/** A server with a door; whoever comes in is greeted, and stays until told to go or the end. */
async function serve({ maxClients = 0, cipher = "none", dialect, errand }: DoorPlan = {}) {
  const keying = await makeKeying(cipher, cipher === "none" ? undefined : "LEMON");
  return new Service(({ cut, log }) => {
    const door = doorOf({ terms: termsOf(keying, { dialect }), maxClients, log, cut });
    return (socket) => door.admit(socket, stayAt(door), errand);
  });
}

/** What a client gets that says `words` to a server of which `plan` tells. */
async function answerTo(
  words: string | Uint8Array,
  plan?: DoorPlan,
  logged = /^Max clients reached\. Rejecting 127\.0\.0\.1:\d+$/,
): Promise<string> {
  await using server = await serve(plan);
  using peer = await Peer.connect(server.port);
  await peer.send(words);
  await peer.sawEnd();
  await peer.close();
  assertMatch(server.log[0], logged);
  return peer.received;
}

Deno.test("a native client is refused with a code for programs", async () => {
  const answer = await answerTo(hello("Ada"));
  assertEquals(answer.slice(5), `{"type":"refused","code":"busy","reason":"${BUSY}"}`);
});

Deno.test("a text client is refused with a line", async () => {
  assertEquals(await answerTo("hello\n"), `${BUSY}\n`);
});

Deno.test("a raw client is refused without a newline", async () => {
  assertEquals(await answerTo("hello"), BUSY);
});

Deno.test("a json client is refused with an object", async () => {
  const { username, message } = JSON.parse(await answerTo(jsonChat("Ada", "hi")));
  assertEquals([username, atob(message)], ["Server", BUSY]);
});

Deno.test("a browser is refused with a response of HTTP", async () => {
  const answer = await answerTo("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [head, body] = answer.split("\r\n\r\n");
  assertMatch(head, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  assertMatch(head, /\r\nConnection: close(\r\n|$)/);
  assertEquals(body, `This is a labwire server: ${BUSY}\n`);
});

Deno.test("a TLS client is closed without a word that it could not read", async () => {
  assertEquals(await answerTo(new Uint8Array([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5])), "");
});

Deno.test("a client that says nothing is refused with a line after a second", async () => {
  assertEquals(await answerTo(""), `${BUSY}\n`);
});

Deno.test("a client of a pinned dialect is refused in that one", async () => {
  const [text, raw, json] = await Promise.all([
    answerTo("hello", { dialect: "text" }),
    answerTo("", { dialect: "raw" }),
    answerTo("", { dialect: "json" }),
  ]);
  assertEquals([text, raw, JSON.parse(json).username], [`${BUSY}\n`, BUSY, "Server"]);
});

Deno.test("a refusal under a classical cipher is sealed for text, and in clear for native", async () => {
  const sealed = await answerTo("hello\n", { cipher: "vigenere" });
  assertMatch(sealed, /^[a-z ,]+\n$/);
  assert(!sealed.includes("busy"));
  const native = await answerTo(control({ type: "hello", version: 1, cipher: "vigenere" }), {
    cipher: "vigenere",
  });
  assert(native.includes('"code":"busy"'));
});

Deno.test("a client that would be refused anyway hears that first", async () => {
  const older = control({ type: "hello", version: 7, cipher: "none" });
  const logged = /^Rejecting 127\.0\.0\.1:\d+: this server speaks version 1, not 7$/;
  const answer = await answerTo(older, {}, logged);
  assert(answer.includes('"code":"version"'));
});

Deno.test("a client that leaves while it is refused is nobody's failure", async () => {
  await using server = await serve();
  for (const words of ["", "hel", hello("Ada").subarray(0, 9)]) {
    using peer = await Peer.connect(server.port);
    await peer.send(words);
    await peer.endSending();
    await peer.sawEnd();
  }
  assertEquals(server.log.filter((line) => !line.startsWith("Max clients reached")), []);
});

Deno.test("a place that was left is free at once, and those who are refused take none", async () => {
  await using server = await serve({ maxClients: 1 });
  for (let round = 0; round < 5; round++) {
    using inside = await Peer.connect(server.port);
    await inside.sees("come in\n");
    using outside = await Peer.connect(server.port);
    await outside.send("let me in\n");
    assertEquals(await outside.sawEnd(), `${BUSY}\n`);
    await inside.endSending();
    await inside.sawEnd();
  }
});

Deno.test("more refusals at once than there may be are closed at once", async () => {
  await using server = await serve();
  const peers = await Promise.all(
    Array.from({ length: REFUSALS + 5 }, () => Peer.connect(server.port)),
  );
  const first = await Promise.race(peers.map((peer) => peer.sawEnd()));
  assertEquals(first, "", "one too many hears nothing");
  server.cut();
  await Promise.all(peers.map((peer) => peer.sawEnd()));
  assert(peers.filter((peer) => peer.received === "").length >= 5);
  for (const peer of peers) await peer.close();
});

Deno.test("a server that is cut short closes those who are inside and those it refuses", async () => {
  await using server = await serve({ maxClients: 1 });
  using inside = await Peer.connect(server.port);
  await inside.sees("come in\n");
  using outside = await Peer.connect(server.port);
  server.cut();
  assertEquals(await inside.sawEnd(), "come in\n");
  await outside.sawEnd();
});

/** A native client that wants files alone. */
const FILES = control({ type: "hello", version: 1, cipher: "none", purpose: "files" });

/** Serves files until the client's end. */
const files: Errand = async ({ conn }, { hello }) => {
  await conn.write(new TextEncoder().encode(`${hello!.purpose} here`));
  while (await conn.receive() !== null);
  await conn.closeWrite();
};

Deno.test("an errand is let through though all places are taken, and holds none", async () => {
  await using server = await serve({ maxClients: 1, errand: files });
  using inside = await Peer.connect(server.port);
  await inside.sees("come in\n");
  using errand = await Peer.connect(server.port);
  await errand.send(FILES);
  await errand.sees("files here");
  using other = await Peer.connect(server.port);
  await other.send(hello("Eve"));
  assert((await other.sawEnd()).includes('"code":"busy"'), "the others are refused as ever");
  await inside.endSending();
  await inside.sawEnd();
  using next = await Peer.connect(server.port);
  await next.sees("come in\n");
  await errand.endSending();
  assertEquals(await errand.sawEnd(), "files here");
});

Deno.test("a server without errands refuses them as anybody", async () => {
  assert((await answerTo(FILES)).includes('"code":"busy"'));
});

Deno.test("as many errands run at once as there are places, and one that ended makes room", async () => {
  await using server = await serve({ maxClients: 2, errand: files });
  const crowd = await Promise.all([1, 2].map(() => Peer.connect(server.port)));
  for (const peer of crowd) await peer.sees("come in\n");
  const errands = await Promise.all([1, 2].map(() => Peer.connect(server.port)));
  for (const peer of errands) {
    await peer.send(FILES);
    await peer.sees("files here");
  }
  using third = await Peer.connect(server.port);
  await third.send(FILES);
  assert((await third.sawEnd()).includes(`"code":"busy","reason":"${BUSY}"`));
  await errands[0].endSending();
  await errands[0].sawEnd();
  using fourth = await Peer.connect(server.port);
  await fourth.send(FILES);
  await fourth.sees("files here");
  for (const peer of [...crowd, ...errands, fourth]) await peer.close();
});

Deno.test("an errand that breaks makes room, too", async () => {
  const gone: Errand = () => Promise.reject(new Deno.errors.ConnectionReset("gone"));
  await using server = await serve({ maxClients: 1, errand: gone });
  using inside = await Peer.connect(server.port);
  await inside.sees("come in\n");
  for (let round = 0; round < 3; round++) {
    using peer = await Peer.connect(server.port);
    await peer.send(FILES);
    assertEquals(await peer.sawEnd(), "", "closed, and not told that the server is busy");
  }
});
