import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { openSource } from "../../../lib/files/local.ts";
import { type Sending, sendNative } from "../../../lib/files/send.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { aesGcm, RANDOM_BYTES } from "../../../lib/wire/ciphers/aes_gcm.ts";
import { makeCipher } from "../../../lib/wire/ciphers/mod.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative } from "../../../lib/wire/native_message.ts";
import { concat } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { GROUNDS, ScriptedSocket, socketPair } from "../../support/sockets.ts";
import { MIB, nativePair, patterned, rootOf, sha256 } from "../../support/transfer.ts";

/** All messages of a transfer; the bytes of its blocks are joined into one. */
async function receiveTransfer(conn: Connection) {
  const messages: Message[] = [], blocks: Uint8Array[] = [];
  for (;;) {
    const batch = await conn.receive();
    for (const payload of batch ?? []) {
      const message = decodeNative(payload);
      if (message.type === "block") blocks.push(message.bytes.slice());
      else messages.push(message);
      if (message.type === "end" || message.type === "error") {
        return { messages, content: concat(blocks), sizes: blocks.map(({ length }) => length) };
      }
    }
    if (batch === null) throw new Error("the stream ended within the transfer");
  }
}

/** What comes of a file of that content that is sent over the pair. */
async function transfer(
  content: Uint8Array,
  [server, client]: readonly [Connection, Connection],
  sending: Sending,
) {
  using _server = server;
  using _client = client;
  await using folder = await Folder.make({ "a.bin": content });
  await Deno.utime(`${folder.path}/a.bin`, 1_000_000_000, 1_000_000_000);
  await using source = await openSource(`${folder.path}/a.bin`);
  const [received, sent] = await Promise.all([
    receiveTransfer(client),
    sendNative(server, source, sending),
  ]);
  return { ...received, sent, hashed: source.hashes.computed };
}

function sealBoth(a: Connection, b: Connection): void {
  const random = {
    clientRandom: new Uint8Array(RANDOM_BYTES),
    serverRandom: new Uint8Array(RANDOM_BYTES),
  };
  a.cipher = aesGcm(new Uint8Array(32), { ...random, role: "server" });
  b.cipher = aesGcm(new Uint8Array(32), { ...random, role: "client" });
}

for (const [ground, pair] of GROUNDS) {
  Deno.test(`a file goes over native with what it is and its hash, ${ground}`, async () => {
    const content = patterned(2000);
    const [a, b] = await pair();
    const ends = [new Connection(a), new Connection(b)] as const;
    for (const conn of ends) conn.speak("native");
    const { messages, content: got, sent } = await transfer(content, ends, { id: 7 });
    assertEquals(messages, [
      {
        type: "file",
        id: 7,
        name: "a.bin",
        size: 2000,
        from: 0,
        modified: 1_000_000_000,
        executable: false,
      },
      { type: "end", id: 7, hash: rootOf(content) },
    ]);
    assertEquals(got, content);
    assertEquals(sent, { bytes: 2000, hash: rootOf(content) });
  });
}

for (const cipher of ["none", "xor", "aes-gcm"] as const) {
  Deno.test(`a file of several blocks comes whole under ${cipher}`, async () => {
    const content = patterned(2 * MIB + 12_345);
    const [a, b] = await socketPair();
    const ends = [new Connection(a), new Connection(b)] as const;
    for (const conn of ends) conn.speak("native");
    if (cipher === "aes-gcm") sealBoth(...ends);
    else for (const conn of ends) conn.cipher = makeCipher(cipher, "key");
    const id = 0xffffffff;
    const received = await transfer(content, ends, { id });
    assertEquals(received.sizes, [MIB, MIB, 12_345]);
    assertEquals(sha256(received.content), sha256(content));
    assertEquals(received.messages[1], { type: "end", id, hash: rootOf(content) });
  });
}

Deno.test("files of the sizes around a block come whole, in blocks", async () => {
  const cases: [size: number, sizes: number[]][] = [
    [0, []],
    [1, [1]],
    [MIB - 1, [MIB - 1]],
    [MIB, [MIB]],
    [MIB + 1, [MIB, 1]],
    [2 * MIB, [MIB, MIB]],
  ];
  for (const [size, sizes] of cases) {
    const content = patterned(size);
    const received = await transfer(content, await nativePair(), { id: 1 });
    assertEquals([received.sizes, received.hashed], [sizes, size]);
    assertEquals(received.messages.at(-1), { type: "end", id: 1, hash: rootOf(content) });
    assertEquals(sha256(received.content), sha256(content));
  }
});

Deno.test("what the other side has is not sent again when its hash is ours", async () => {
  const content = patterned(3 * MIB + 5);
  for (const from of [1, 2, 3]) {
    const start = from * MIB;
    const hash = rootOf(content.subarray(0, start));
    for (const strict of [false, true]) {
      const pair = await nativePair();
      const received = await transfer(content, pair, { id: 1, from, hash, strict });
      assertEquals(sha256(received.content), sha256(content.subarray(start)));
      const [head, end] = received.messages;
      assert(head.type === "file" && end.type === "end");
      assertEquals([head.from, head.size, end.hash], [from, content.length, rootOf(content)]);
      assertEquals(received.sent.bytes, content.length - start);
      assertEquals(received.hashed, content.length); // what is there once, to know that it is the same
    }
  }
});

Deno.test("a file of which all is there already is announced and ended", async () => {
  const content = patterned(2 * MIB);
  const sending = { id: 1, from: 2, hash: rootOf(content) };
  const { messages, content: got } = await transfer(content, await nativePair(), sending);
  assertEquals([messages.length, got.length], [2, 0]);
});

Deno.test("what the other side has is passed over when it is something else", async () => {
  const content = patterned(2 * MIB + 5);
  const first = rootOf(content.subarray(0, MIB));
  const cases: [from: number, hash: string | undefined][] = [
    [1, rootOf(patterned(MIB, 2))],
    [2, first],
    [3, rootOf(content)],
    [1000, first],
    [0.5, first],
    [1, ""],
    [1, undefined],
  ];
  for (const [from, hash] of cases) {
    const received = await transfer(content, await nativePair(), { id: 1, from, hash });
    const [head] = received.messages;
    assert(head.type === "file" && head.from === 0);
    assertEquals(sha256(received.content), sha256(content));
  }
});

Deno.test("with strict, what is something else is told before anything is sent", async () => {
  await using folder = await Folder.make({ "a.bin": patterned(MIB + 5) });
  for (const [from, hash] of [[1, rootOf(patterned(MIB, 2))], [2, ""]] as const) {
    await using source = await openSource(`${folder.path}/a.bin`);
    const socket = new ScriptedSocket();
    using conn = new Connection(socket);
    conn.speak("native");
    const send = () => sendNative(conn, source, { id: 1, from, hash, strict: true });
    await assertRejects(send, ProtocolError, "what is there already is something else");
    assertEquals(socket.writes.length, 0);
  }
});

Deno.test("hashes that are known are not computed again", async () => {
  const content = patterned(2 * MIB + 5);
  await using folder = await Folder.make({ "a.bin": content });
  await using source = await openSource(`${folder.path}/a.bin`);
  for (let i = 0; i < 2; i++) {
    const [server, client] = await nativePair();
    using _server = server;
    using _client = client;
    const [{ messages }] = await Promise.all([
      receiveTransfer(client),
      sendNative(server, source, { id: i }),
    ]);
    assertEquals(messages[1], { type: "end", id: i, hash: rootOf(content) });
    assertEquals(source.hashes.computed, content.length);
  }
});

Deno.test("progress tells what is at the other side, of another time included", async () => {
  const content = patterned(2 * MIB + 5);
  const told: number[] = [];
  const hash = rootOf(content.subarray(0, MIB));
  const sending = { id: 1, from: 1, hash, onProgress: (bytes: number) => told.push(bytes) };
  await transfer(content, await nativePair(), sending);
  assertEquals(told, [2 * MIB, 2 * MIB + 5]);
});

Deno.test("a file of which no more is wanted ends without an end", async () => {
  await using folder = await Folder.make({ "a.bin": patterned(4 * MIB) });
  await using source = await openSource(`${folder.path}/a.bin`);
  const enough = new AbortController();
  const socket = new ScriptedSocket();
  using conn = new Connection(socket);
  conn.speak("native");
  const onProgress = () => enough.abort();
  const sent = await sendNative(conn, source, { id: 1, signal: enough.signal, onProgress });
  assertEquals(sent, { bytes: MIB });
  assertEquals(socket.writes.length, 2);
});

Deno.test("a file that is cut short or rewritten meanwhile ends in an error, and no false end", async () => {
  const cases: [change: (path: string) => void, message: string][] = [
    [(path) => Deno.truncateSync(path, MIB + 10), "Cannot send the file: it has become shorter"],
    [
      (path) => Deno.writeFileSync(path, patterned(3 * MIB, 2)),
      "Cannot send the file: it was changed meanwhile",
    ],
  ];
  for (const [change, message] of cases) {
    await using folder = await Folder.make({ "a.bin": patterned(3 * MIB) });
    const path = `${folder.path}/a.bin`;
    await Deno.utime(path, 1_000_000_000, 1_000_000_000);
    await using source = await openSource(path);
    const socket = new ScriptedSocket();
    socket.onWrite = () => change(path);
    using conn = new Connection(socket);
    conn.speak("native");
    await assertRejects(() => sendNative(conn, source, { id: 1 }), ProtocolError, message);
    const last = new TextDecoder().decode(socket.writes.at(-1)!.subarray(0, 40));
    assert(!last.includes('"end"'));
  }
});

Deno.test("a file that grows while it is sent is sent as far as was announced", async () => {
  const content = patterned(MIB + 10);
  await using folder = await Folder.make({ "a.bin": content });
  await using source = await openSource(`${folder.path}/a.bin`);
  const [server, client] = await nativePair();
  using _server = server;
  using _client = client;
  const sending = sendNative(server, source, { id: 1 });
  await client.peek((seen) => seen.length > 0 || undefined);
  await Deno.writeTextFile(`${folder.path}/a.bin`, "more", { append: true });
  const [received] = await Promise.all([receiveTransfer(client), sending]);
  assertEquals(sha256(received.content), sha256(content));
});

Deno.test("a peer that goes away in mid-file ends the sending", async () => {
  await using folder = await Folder.make({ "a.bin": patterned(8 * MIB) });
  await using source = await openSource(`${folder.path}/a.bin`);
  const [server, client] = await nativePair();
  using _server = server;
  const sending = assertRejects(() => sendNative(server, source, { id: 1 }));
  await client.peek((seen) => seen.length > 0 || undefined);
  client.close();
  server.close();
  await sending;
});
