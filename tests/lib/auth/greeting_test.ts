import { assert, assertEquals, assertRejects } from "@std/assert";
import { refusalFor } from "../../../lib/auth/door.ts";
import { greet } from "../../../lib/auth/greeting.ts";
import { type Keying, makeKeying } from "../../../lib/auth/keying.ts";
import { meet } from "../../../lib/auth/meet.ts";
import { Exit, Failure, reasonOf } from "../../../lib/base/errors.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Refusal } from "../../../lib/net/meeting.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { CipherChoice } from "../../../lib/wire/ciphers/cipher.ts";
import { framingOf } from "../../../lib/wire/dialect.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import type { Welcome } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf, concat, cut } from "../../support/feed.ts";
import { GROUNDS, ScriptedSocket } from "../../support/sockets.ts";
import { ADDRESS, termsOf } from "../../support/terms.ts";

const WELCOME: Welcome = {
  type: "welcome",
  version: 1,
  name: "Ada",
  mode: "chat",
  features: [],
};

const PLAIN = await makeKeying("none");

/** A server that takes the client in, or says in its dialect why not. */
async function serveOne(conn: Connection, keying: Keying): Promise<string | undefined> {
  try {
    const meeting = await meet(conn, ADDRESS, termsOf(keying));
    await conn.send([encodeNative(WELCOME), encodeNative({ type: "notice", text: "Ben joined" })]);
    return meeting?.hello?.name;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await conn.write(refusalFor(conn, error));
    await conn.closeWrite();
    return `refused: ${error.code}`;
  }
}

const KEYS: [CipherChoice, right: string, wrong: string][] = [
  ["caesar", "3", "4"],
  ["vigenere", "LEMON", "MELON"],
  ["xor", "secret", "tercet"],
  ["aes-gcm", "secret", "Secret"],
];

for (const [ground, pair] of GROUNDS) {
  Deno.test(`a client is welcomed under the name it asks for, ${ground}`, async () => {
    const [a, b] = await pair();
    using client = new Connection(a), server = new Connection(b);
    const serving = serveOne(server, PLAIN);
    assertEquals(await greet(client, { name: "Ada", keying: PLAIN }), WELCOME);
    const [batch, name] = await Promise.all([client.receive(), serving]);
    assertEquals(decodeNative(batch![0]), { type: "notice", text: "Ben joined" });
    assertEquals(name, "Ada");
  });

  for (const [name, key, wrong] of KEYS) {
    Deno.test(`under ${name} both sides speak on after the welcome, ${ground}`, async () => {
      const keying = await makeKeying(name, key), same = await makeKeying(name, key);
      const [a, b] = await pair();
      using client = new Connection(a), server = new Connection(b);
      const serving = serveOne(server, keying);
      assertEquals(await greet(client, { name: "Ada", keying: same }), WELCOME);
      const [batch, wish] = await Promise.all([client.receive(), serving]);
      assertEquals(decodeNative(batch![0]), { type: "notice", text: "Ben joined" });
      assertEquals(wish, "Ada");
      const [said] = await Promise.all([
        server.receive(),
        client.send([encodeNative({ type: "chat", text: "hi" })]),
      ]);
      assertEquals(decodeNative(said![0]), { type: "chat", text: "hi" });
    });

    Deno.test(`under ${name} another key is found out, ${ground}`, async () => {
      const keying = await makeKeying(name, key), other = await makeKeying(name, wrong);
      const [a, b] = await pair();
      using client = new Connection(a), server = new Connection(b);
      const serving = serveOne(server, keying);
      const error = await assertRejects(() => greet(client, { keying: other }), Failure);
      assertEquals(error.exit, Exit.refused);
      assertEquals(
        error.line,
        "Cannot join: the server's answer does not open with this key (check --key and --cipher)",
      );
      client.close();
      const outcome = await serving.catch(() => "gone");
      if (name === "aes-gcm") assertEquals(outcome, "refused: denied");
    });
  }
}

Deno.test("a client without the server's cipher, or with another, is told which it needs", async () => {
  const vigenere = await makeKeying("vigenere", "LEMON");
  const aes = await makeKeying("aes-gcm", "secret");
  const xor = await makeKeying("xor", "secret");
  for (const [ours, theirs] of [[PLAIN, vigenere], [vigenere, aes], [aes, xor], [aes, PLAIN]]) {
    const [a, b] = memoryPair(1000);
    using client = new Connection(a), server = new Connection(b);
    const serving = serveOne(server, theirs);
    const error = await assertRejects(() => greet(client, { keying: ours }), Failure);
    assertEquals(await serving, "refused: cipher");
    assertEquals(error.exit, Exit.refused);
    assertEquals(
      error.line,
      `Cannot join: this server uses the cipher ${theirs.name}, not ${ours.name} ` +
        "(give the server's --cipher and --key, and no other)",
    );
  }
});

Deno.test("under aes-gcm neither name nor key shows on the wire", async () => {
  const keying = await makeKeying("aes-gcm", "top-secret");
  const [a, b] = memoryPair(10_000);
  let wire = "";
  const spied = {
    ...bound(a),
    write: (bytes: Uint8Array) => {
      wire += new TextDecoder().decode(bytes);
      return a.write(bytes);
    },
  };
  using client = new Connection(spied), server = new Connection(b);
  const serving = serveOne(server, keying);
  await greet(client, { name: "Ada", keying });
  assertEquals(await serving, "Ada");
  assert(wire.includes('"random"') && !wire.includes("Ada") && !wire.includes("top-secret"));
});

function bound(socket: ReturnType<typeof memoryPair>[0]) {
  return {
    read: socket.read.bind(socket),
    closeWrite: socket.closeWrite.bind(socket),
    close: socket.close.bind(socket),
  };
}

Deno.test("what a room says before it knows us is passed over, wherever it is cut", async () => {
  const welcome = frameAll(framingOf("native"), [encodeNative(WELCOME)]);
  const stream = concat([bytesOf("Welcome!\n* Ben joined\nBen: Grüße\n"), welcome]);
  for (let at = 0; at <= stream.length; at++) {
    using conn = new Connection(new ScriptedSocket(cut(stream, [at])));
    assertEquals(await greet(conn, { keying: PLAIN }), WELCOME);
  }
});

const OTHERS: [what: string, chunks: Uint8Array[], message: string][] = [
  ["closes at once", [], "it closed the connection"],
  ["answers in text and closes", [bytesOf("hi!\n")], "it closed the connection"],
  ["closes within a frame", [bytesOf("\0\0\0\x09\x01{")], "its answer is not native"],
  ["sends a frame that is none", [bytesOf("\0\0\0\x02\x01{")], "its answer is not native"],
  ["sends another message", [bytesOf("\0\0\0\x03\x01{}")], "its answer is not native"],
  ["sends UTF-16", [bytesOf("\0h\0i")], "its answer is not native"],
  ["sends a length beyond all limits", [bytesOf("\0\x7f\x7f\x7f")], "its answer is not native"],
];

for (const [what, chunks, message] of OTHERS) {
  Deno.test(`a server that ${what} gets --dialect named as the remedy`, async () => {
    using conn = new Connection(new ScriptedSocket(chunks));
    const error = await assertRejects(() => greet(conn, { keying: PLAIN }), Failure);
    assertEquals(error.exit, Exit.lost);
    assertEquals(
      error.message.slice(0, 25 + message.length),
      `Cannot greet the server: ${message}`,
    );
    assertEquals(error.remedy, "a server of another make? try --dialect raw, text or json");
  });
}

Deno.test("a server whose keys are no keys is not spoken to", async () => {
  const keying = await makeKeying("aes-gcm", "secret");
  const random = new Uint8Array(32).toBase64(), salt = new Uint8Array(16).toBase64();
  const others = [
    ["a salt is not 16 bytes", { salt: "", random }],
    ["a salt is not 16 bytes", { salt: "?", random }],
    ["a random number is not 32 bytes", { salt, random: "AA==" }],
    ["a random number is not 32 bytes", { salt }],
  ] as const;
  for (const [what, keys] of others) {
    const payload = encodeNative({ type: "keys", ...keys });
    const frame = new Uint8Array([0, 0, 0, payload.length, ...payload]);
    using conn = new Connection(new ScriptedSocket([frame]));
    const error = await assertRejects(() => greet(conn, { keying }), Failure);
    assertEquals(error.exit, Exit.refused);
    assert(reasonOf(error.cause).startsWith(what), what);
  }
});

Deno.test("under aes-gcm nothing in clear counts as a welcome, nor what comes behind the keys", async () => {
  const keying = await makeKeying("aes-gcm", "secret");
  const random = new Uint8Array(32).toBase64(), salt = new Uint8Array(16).toBase64();
  const keys = encodeNative({ type: "keys", salt, random });
  const welcome = encodeNative(WELCOME);
  for (const payloads of [[welcome], [keys, welcome], [keys, keys, welcome]]) {
    const socket = new ScriptedSocket([frameAll(framingOf("native"), payloads)]);
    using conn = new Connection(socket);
    const error = await assertRejects(() => greet(conn, { name: "Ada", keying }), Failure);
    assertEquals(
      [error.exit, error.message],
      [Exit.refused, "Cannot join: the server's answer does not open with this key"],
    );
    assertEquals(socket.writes.length, 1, "the name is not given away");
  }
});
