import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { sendFile } from "../../../lib/files/send.ts";
import { Share } from "../../../lib/files/share.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { aesGcm, RANDOM_BYTES } from "../../../lib/wire/ciphers/aes_gcm.ts";
import { makeCipher } from "../../../lib/wire/ciphers/mod.ts";
import type { Dialect } from "../../../lib/wire/dialect.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative } from "../../../lib/wire/native_message.ts";
import { concat } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { GROUNDS, ScriptedSocket, socketPair } from "../../support/sockets.ts";

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31) ^ (i >> 8));
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

async function sharing(files: Record<string, Uint8Array>) {
  const folder = await Folder.make(files);
  const share = await Share.open(folder.path);
  return {
    folder,
    share,
    async [Symbol.asyncDispose]() {
      await share[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

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

function sealBoth(a: Connection, b: Connection): void {
  const random = {
    clientRandom: new Uint8Array(RANDOM_BYTES),
    serverRandom: new Uint8Array(RANDOM_BYTES),
  };
  a.cipher = aesGcm(new Uint8Array(32), { ...random, role: "server" });
  b.cipher = aesGcm(new Uint8Array(32), { ...random, role: "client" });
}

for (const [ground, pair] of GROUNDS) {
  Deno.test(`a file goes over native with its size and its SHA-256, ${ground}`, async () => {
    const content = bytes(2000);
    await using scene = await sharing({ "sub/a.bin": content });
    const [a, b] = await pair();
    using server = new Connection(a), client = new Connection(b);
    for (const conn of [server, client]) conn.speak("native");
    const [transfer] = await Promise.all([
      receiveTransfer(client),
      sendFile(scene.share, server, "sub/a.bin", 7),
    ]);
    assertEquals(transfer.messages, [
      { type: "file", id: 7, name: "a.bin", size: 2000 },
      { type: "end", id: 7, sha256: sha256(content) },
    ]);
    assertEquals(transfer.content, content);
  });
}

for (const cipher of ["none", "xor", "aes-gcm"] as const) {
  Deno.test(`a file of several blocks comes whole under ${cipher}`, async () => {
    const content = bytes(2 * BLOCK_BYTES + 12_345);
    await using scene = await sharing({ "big.bin": content });
    const [a, b] = await socketPair();
    using server = new Connection(a), client = new Connection(b);
    for (const conn of [server, client]) conn.speak("native");
    if (cipher === "aes-gcm") sealBoth(server, client);
    else server.cipher = client.cipher = makeCipher(cipher, "key");
    const [transfer] = await Promise.all([
      receiveTransfer(client),
      sendFile(scene.share, server, "big.bin", 0xffffffff),
    ]);
    assertEquals(transfer.sizes, [BLOCK_BYTES, BLOCK_BYTES, 12_345]);
    assertEquals(sha256(transfer.content), sha256(content));
    assertEquals(transfer.messages[1], { type: "end", id: 0xffffffff, sha256: sha256(content) });
  });
}

Deno.test("files of the sizes around a block come whole", async () => {
  const sizes = [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1];
  const files = Object.fromEntries(sizes.map((size) => [`f${size}`, bytes(size)]));
  await using scene = await sharing(files);
  const [a, b] = await socketPair();
  using server = new Connection(a), client = new Connection(b);
  for (const conn of [server, client]) conn.speak("native");
  for (const [id, size] of sizes.entries()) {
    const [transfer] = await Promise.all([
      receiveTransfer(client),
      sendFile(scene.share, server, `f${size}`, id),
    ]);
    assertEquals(transfer.content.length, size);
    assertEquals(transfer.messages.at(-1), { type: "end", id, sha256: sha256(files[`f${size}`]) });
  }
});

Deno.test("over text and raw a file goes bare, with EOF in a write of its own behind it", async () => {
  for (const dialect of ["text", "raw"] as const) {
    for (const size of [0, 5, BLOCK_BYTES + 5]) {
      const content = bytes(size);
      await using scene = await sharing({ "a.bin": content });
      const socket = new ScriptedSocket();
      using conn = new Connection(socket);
      conn.speak(dialect);
      await sendFile(scene.share, conn, "a.bin", 0);
      assertEquals(new TextDecoder().decode(socket.writes.at(-1)), "EOF");
      assertEquals(sha256(concat(socket.writes.slice(0, -1))), sha256(content));
    }
  }
});

Deno.test("what cannot go, or is not there, is told before anything is sent", async () => {
  await using scene = await sharing({ "a.txt": bytes(5) });
  const cases: [Dialect, string, string, string][] = [
    ["native", "none", "b.txt", "File not found."],
    ["text", "none", "../a.txt", "File not found."],
    ["json", "none", "a.txt", "Cannot send a file over json: use the native dialect"],
    [
      "text",
      "caesar",
      "a.txt",
      "Cannot send a file over text under a cipher: use the native dialect",
    ],
  ];
  for (const [dialect, cipher, name, reason] of cases) {
    const socket = new ScriptedSocket();
    using conn = new Connection(socket);
    conn.speak(dialect);
    conn.cipher = makeCipher(cipher as "none", "1");
    const send = () => sendFile(scene.share, conn, name, 0);
    const error = await assertRejects(send, ProtocolError);
    assertEquals([error.message, socket.writes.length], [reason, 0]);
  }
});

Deno.test("a file that becomes shorter while it is sent ends in an error, and no false end", async () => {
  await using scene = await sharing({ "a.bin": bytes(3 * BLOCK_BYTES) });
  const socket = new ScriptedSocket();
  socket.onWrite = () => Deno.truncateSync(`${scene.folder.path}/a.bin`, BLOCK_BYTES + 10);
  using conn = new Connection(socket);
  conn.speak("native");
  const send = () => sendFile(scene.share, conn, "a.bin", 1);
  await assertRejects(send, ProtocolError, "Cannot send the file: it has become shorter");
  assert(!new TextDecoder().decode(concat(socket.writes)).includes("sha256"));
});

Deno.test("a file that grows while it is sent is sent as far as was announced", async () => {
  const content = bytes(BLOCK_BYTES + 10);
  await using scene = await sharing({ "a.bin": content });
  const [a, b] = await socketPair();
  using server = new Connection(a), client = new Connection(b);
  for (const conn of [server, client]) conn.speak("native");
  const sending = sendFile(scene.share, server, "a.bin", 1);
  await client.peek((seen) => seen.length > 0 || undefined);
  await Deno.writeTextFile(`${scene.folder.path}/a.bin`, "more", { append: true });
  const [transfer] = await Promise.all([receiveTransfer(client), sending]);
  assertEquals(sha256(transfer.content), sha256(content));
});

Deno.test("a peer that goes away in mid-file leaves no file open", async () => {
  await using scene = await sharing({ "a.bin": bytes(8 * BLOCK_BYTES) });
  const [a, b] = await socketPair();
  using server = new Connection(a);
  server.speak("native");
  const sending = assertRejects(() => sendFile(scene.share, server, "a.bin", 1));
  using client = new Connection(b);
  await client.peek((seen) => seen.length > 0 || undefined);
  client.close();
  server.close();
  await sending;
  assertEquals(scene.folder.open(), []);
});
