import { assert, assertEquals, assertRejects } from "@std/assert";
import { refusalFor } from "../../../lib/auth/door.ts";
import { greet } from "../../../lib/auth/greeting.ts";
import { type Keying, makeKeying, makeSecret } from "../../../lib/auth/keying.ts";
import { meet } from "../../../lib/auth/meet.ts";
import { Tries } from "../../../lib/auth/tries.ts";
import { Exit, Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { type Meeting, Refusal } from "../../../lib/net/meeting.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { GROUNDS } from "../../support/sockets.ts";
import { ADDRESS, termsOf } from "../../support/terms.ts";

const SECRET = "correct horse battery staple";
const SERVER = await makeSecret(SECRET, { prepare: true });
const CLIENT = await makeSecret(SECRET);
const WRONG = await makeSecret("correct horse battery stable");
const PLAIN = await makeKeying("none");
const WELCOME: Message = { type: "welcome", version: 1, name: "Ada", mode: "chat", features: [] };

/** A server that takes one client in, or tells it why not; the meeting, or the refusal's code. */
async function serveOne(
  conn: Connection,
  keying: Keying,
  tries = new Tries(),
): Promise<Meeting | string | null> {
  try {
    const meeting = await meet(conn, ADDRESS, termsOf(keying, { tries }));
    if (meeting) await conn.send([encodeNative(WELCOME)]);
    return meeting;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await conn.write(refusalFor(conn, error));
    await conn.closeWrite();
    return error.code;
  }
}

/** What both sides come to. */
async function greeting(client: Keying, server: Keying, tries = new Tries()) {
  const [a, b] = memoryPair(1000);
  using near = new Connection(a), far = new Connection(b);
  const [welcome, meeting] = await Promise.all([
    greet(near, { name: "Ada", keying: client }).catch((error) => error as Failure),
    serveOne(far, server, tries),
  ]);
  return { welcome, meeting };
}

for (const [ground, pair] of GROUNDS) {
  Deno.test(`two that know the same secret speak sealed, ${ground}`, async () => {
    const [a, b] = await pair();
    using client = new Connection(a), server = new Connection(b);
    const wishes = { name: "Ada", features: ["ping"], keying: CLIENT };
    const [welcome, meeting] = await Promise.all([greet(client, wishes), serveOne(server, SERVER)]);
    assertEquals(welcome as Message, WELCOME);
    const hello: Meeting["hello"] = {
      type: "hello",
      version: 1,
      cipher: "chacha20-poly1305",
      name: "Ada",
      features: ["ping"],
    };
    assertEquals(meeting, { dialect: "native", hello });
    for (const [from, to] of [[client, server], [server, client]]) {
      const message: Message = { type: "chat", text: "hi" };
      const [said] = await Promise.all([to.receive(), from.send([encodeNative(message)])]);
      assertEquals(decodeNative(said![0]), message);
    }
  });
}

Deno.test("another secret is refused, and counts as a failure of its address", async () => {
  const tries = new Tries();
  const { welcome, meeting } = await greeting(WRONG, SERVER, tries);
  assert(welcome instanceof Failure);
  assertEquals([welcome.exit, welcome.line, meeting], [
    Exit.refused,
    "Cannot join: the secret is wrong",
    "denied",
  ]);
  assert(tries.delay({ kind: "secret", address: ADDRESS }) > 0);
});

Deno.test("the right secret counts as no failure", async () => {
  const tries = new Tries();
  await greeting(CLIENT, SERVER, tries);
  assertEquals(tries.delay({ kind: "secret", address: ADDRESS }), 0);
});

Deno.test("a client without the secret is told to give it", async () => {
  const { welcome, meeting } = await greeting(PLAIN, SERVER);
  assert(welcome instanceof Failure);
  const line = "Cannot join: this server wants its secret (add --secret, and type the passphrase)";
  assertEquals([welcome.exit, welcome.line, meeting], [Exit.refused, line, "secret"]);
});

Deno.test("a client with another cipher is told the same", async () => {
  const { welcome, meeting } = await greeting(await makeKeying("aes-gcm", "key"), SERVER);
  assert(welcome instanceof Failure);
  assertEquals([welcome.exit, meeting], [Exit.refused, "secret"]);
});

Deno.test("a client with a secret does not go on in clear where the server has none", async () => {
  const { welcome, meeting } = await greeting(CLIENT, PLAIN);
  assert(welcome instanceof Failure);
  const line = "Cannot join: this server has no secret: it would not be sealed " +
    "(leave out --secret and LABWIRE_SECRET)";
  assertEquals([welcome.exit, welcome.line, meeting], [Exit.refused, line, "cipher"]);
});

/** A socket that hands on what goes through it, as `change` makes it. */
function tapped(socket: Socket, change: (bytes: Uint8Array) => Uint8Array): Socket {
  return {
    read: (buffer) => socket.read(buffer),
    write: async (bytes) => {
      const changed = change(bytes);
      for (let at = 0; at < changed.length;) at += await socket.write(changed.subarray(at));
      return bytes.length;
    },
    closeWrite: () => socket.closeWrite(),
    close: () => socket.close(),
  };
}

/** A greeting through somebody who sees, and may change, each thing that is said. */
async function throughMiddle(
  change: (said: string, bytes: Uint8Array, from: string) => Uint8Array,
) {
  const [a, b] = memoryPair(10_000);
  const tap = (from: string) => (bytes: Uint8Array) =>
    change(new TextDecoder().decode(bytes), bytes, from);
  using client = new Connection(tapped(a, tap("client")));
  using server = new Connection(tapped(b, tap("server")));
  return await Promise.all([
    greet(client, { name: "Ada", keying: CLIENT }).catch((error) => error as Failure)
      .finally(() => client.close()),
    serveOne(server, SERVER).catch((error) => error as Error).finally(() => server.close()),
  ]);
}

Deno.test("neither the secret nor the name shows on the wire", async () => {
  let wire = "";
  const [welcome] = await throughMiddle((said, bytes) => {
    wire += said;
    return bytes;
  });
  assertEquals(welcome as Message, WELCOME);
  assert(wire.includes('"share"') && wire.includes('"mac"'));
  for (const word of ["Ada", SECRET, '"name"', '"welcome"']) assert(!wire.includes(word), word);
});

/** A byte that somebody changes: in what, where, and into what. */
const CHANGES: [what: string, type: string, from: string, change: (said: string) => string][] = [
  // White space changes nothing of what a message means: only the talk tells.
  ["the hello", "hello", "client", (said) => said.replace('"version":1', '"version": 1')],
  ["the keys", "keys", "server", (said) => said.replace('"salt":', '"salt": ')],
  ["the client's share", "share", "client", (said) => said.replace('"share":"', '"share": "')],
  ["the server's share", "share", "server", (said) => said.replace('"share":"', '"share": "')],
  ["the client's confirmation", "confirm", "client", (said) => said.replace('"mac":', '"mac": ')],
  ["the server's confirmation", "confirm", "server", (said) => said.replace('"mac":', '"mac": ')],
];

for (const [what, type, from, change] of CHANGES) {
  Deno.test(`a change of ${what} that means nothing is found out all the same`, async () => {
    let changed = 0;
    const [welcome, meeting] = await throughMiddle((said, bytes, speaker) => {
      if (speaker !== from || !said.includes(`"type":"${type}"`)) return bytes;
      changed++;
      const payload = bytesOf(change(said.slice(4)));
      return concat([new Uint8Array([0, 0, payload.length >> 8, payload.length]), payload]);
    });
    assertEquals(changed, 1);
    assert(welcome instanceof Failure, "the client is not welcomed");
    assert(meeting === null || meeting === "denied" || meeting instanceof Error, `${meeting}`);
  });
}

Deno.test("a salt of the middle's choosing ends as a wrong secret does", async () => {
  const [welcome, meeting] = await throughMiddle((said, bytes, from) => {
    if (from !== "server" || !said.includes('"type":"keys"')) return bytes;
    const other = said.replace(/"salt":"./, (head) => head.slice(0, -1) + "/");
    return concat([bytes.subarray(0, 4), bytesOf(other.slice(4))]);
  });
  assert(welcome instanceof Failure);
  assertEquals([welcome.exit, welcome.message, meeting], [
    Exit.refused,
    "Cannot join: the secret is wrong",
    "denied",
  ]);
});

Deno.test("a server that does not know the secret is not spoken to any further", async () => {
  // It plays its part to the end with a secret of its own, and takes whatever confirmation comes.
  const [a, b] = memoryPair(10_000);
  using client = new Connection(a), impostor = new Connection(b);
  impostor.speak("native");
  const { secretOf } = await import("../../support/secret.ts");
  const salt = new Uint8Array(16).toBase64();
  const playing = (async () => {
    const hear = async () => decodeNative((await impostor.receive())![0]);
    await hear();
    await impostor.send([encodeNative({ type: "keys", salt })]);
    const share = await hear();
    if (share.type !== "share") throw new Error(share.type);
    const exchange = (await secretOf("a guess", salt)).start("server");
    const agreement = exchange.finish(Uint8Array.fromBase64(share.share));
    await impostor.send([encodeNative({ type: "share", share: exchange.share.toBase64() })]);
    await hear();
    const mac = agreement.confirmation.toBase64();
    await impostor.send([encodeNative({ type: "confirm", mac })]);
    return await impostor.receive(); // a name, had it been fooled
  })();
  const error = await assertRejects(() => greet(client, { name: "Ada", keying: CLIENT }), Failure);
  client.close();
  assertEquals([error.exit, error.message, await playing], [
    Exit.refused,
    "Cannot join: the server does not know the secret",
    null,
  ]);
});

for (
  const [what, spoil] of [
    ["cut short", (record: Uint8Array) => record.subarray(0, -1)],
    ["altered", (record: Uint8Array) => record.with(5, record[5] ^ 1)],
  ] as const
) {
  Deno.test(`a record of the talk that is ${what} ends the connection`, async () => {
    let spoilt = false;
    const [a, b] = memoryPair(10_000);
    const spoiling = (bytes: Uint8Array) => spoilt ? spoil(bytes) : bytes;
    using client = new Connection(tapped(a, spoiling)), server = new Connection(b);
    await Promise.all([greet(client, { keying: CLIENT }), serveOne(server, SERVER)]);
    spoilt = true;
    await client.send([encodeNative({ type: "chat", text: "hi" })]);
    await client.closeWrite();
    const heard: Uint8Array[] = [];
    const hearing = async () => {
      for (;;) heard.push(...(await server.receive())!);
    };
    await assertRejects(hearing, ProtocolError);
    await assertRejects(hearing, ProtocolError); // and stays ended
    assertEquals(heard, []);
  });
}

Deno.test("records that change places, or come twice, end the connection", async () => {
  for (const order of [[1, 0], [0, 0]]) {
    const kept: Uint8Array[] = [];
    let keeping = false;
    const [a, b] = memoryPair(10_000);
    const keep = (bytes: Uint8Array) => {
      if (keeping) kept.push(bytes.slice());
      return keeping ? new Uint8Array() : bytes;
    };
    using client = new Connection(tapped(a, keep)), server = new Connection(b);
    await Promise.all([greet(client, { keying: CLIENT }), serveOne(server, SERVER)]);
    keeping = true;
    for (const text of ["one", "two"]) await client.send([encodeNative({ type: "chat", text })]);
    for (const at of order) for (let i = 0; i < kept[at].length;) i += await a.write(kept[at]);
    const hearing = async () => {
      for (;;) {
        for (const payload of (await server.receive())!) {
          assertEquals(decodeNative(payload), { type: "chat", text: "one" });
        }
      }
    };
    await assertRejects(hearing, Error, "a record does not open");
  }
});
