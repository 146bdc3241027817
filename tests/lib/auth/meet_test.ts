import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Keying, makeKeying } from "../../../lib/auth/keying.ts";
import { meet as meetOn } from "../../../lib/auth/meet.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { type Meeting, Refusal } from "../../../lib/net/meeting.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import { type Dialect, DIALECTS, framingOf } from "../../../lib/wire/dialect.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import type { Hello, Message } from "../../../lib/wire/message.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { GROUNDS, ScriptedSocket } from "../../support/sockets.ts";
import { ADDRESS, termsOf } from "../../support/terms.ts";

const PLAIN = await makeKeying("none");
const HELLO: Message = { type: "hello", version: 1, cipher: "none", name: "Ada" };

function meet(conn: Connection, keying: Keying, dialect?: Dialect): Promise<Meeting | null> {
  return meetOn(conn, ADDRESS, termsOf(keying, { dialect }));
}

function framed(...messages: Message[]): Uint8Array {
  return frameAll(framingOf("native"), messages.map(encodeNative));
}

/** What a client begins with, how it speaks, and its first payload. */
const CLIENTS: [what: string, bytes: Uint8Array, dialect: Dialect, first: string][] = [
  ["a line", bytesOf("hello\n"), "text", "hello"],
  ["an object", bytesOf('{"username": "Ada"}'), "json", '{"username": "Ada"}'],
  ["a brace and a word", bytesOf("{hello\n"), "text", "{hello"],
  ["a word", bytesOf("hello"), "raw", "hello"],
  ["a lone brace", bytesOf("{"), "raw", "{"],
];

async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
}

for (const [ground, pair] of GROUNDS) {
  for (const [what, bytes, dialect, first] of CLIENTS) {
    Deno.test(`a client that begins with ${what} speaks ${dialect}, ${ground}`, async () => {
      const [client, server] = await pair();
      using conn = new Connection(server), _peer = new Connection(client);
      const writing = write(client, bytes);
      assertEquals(await meet(conn, PLAIN), { dialect: dialect === "raw" ? "text" : dialect });
      const [batch] = await Promise.all([conn.receive(), writing]);
      assertEquals([new TextDecoder().decode(batch![0]), conn.dialect], [first, dialect]);
    });
  }

  Deno.test(`a client that says hello speaks native, ${ground}`, async () => {
    const [client, server] = await pair();
    using conn = new Connection(server), _peer = new Connection(client);
    const [meeting] = await Promise.all([meet(conn, PLAIN), write(client, framed(HELLO))]);
    assertEquals(meeting, { dialect: "native", hello: HELLO as Meeting["hello"] });
    assertEquals(conn.dialect, "native");
  });

  Deno.test(`a client that leaves without a word was nobody, ${ground}`, async () => {
    const [client, server] = await pair();
    using conn = new Connection(server), _peer = new Connection(client);
    const [meeting] = await Promise.all([meet(conn, PLAIN), client.closeWrite()]);
    assertEquals(meeting, null);
  });

  Deno.test(`a client that leaves within its hello was nobody, ${ground}`, async () => {
    const [client, server] = await pair();
    using conn = new Connection(server), _peer = new Connection(client);
    const half = framed(HELLO).subarray(0, 20);
    const leaving = write(client, half).then(() => client.closeWrite());
    const [meeting] = await Promise.all([meet(conn, PLAIN), leaving]);
    assertEquals(meeting, null);
  });
}

async function refusalOf(
  bytes: Uint8Array,
  { keying = PLAIN, pinned }: { keying?: Keying; pinned?: Dialect } = {},
): Promise<Refusal> {
  using conn = new Connection(new ScriptedSocket([bytes]));
  return await assertRejects(() => meet(conn, keying, pinned), Refusal);
}

Deno.test("what is served on other ports is turned away in its own protocol", async () => {
  const web = await refusalOf(bytesOf("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  assertEquals([web.code, web.foreign], ["protocol", "http"]);
  const tls = await refusalOf(new Uint8Array([0x16, 0x03, 0x01, 0, 5]));
  assertEquals([tls.code, tls.foreign], ["protocol", "tls"]);
});

Deno.test("UTF-16, and frames that are no hello, are turned away as unknown", async () => {
  const chat: Message = { type: "chat", text: "hi" };
  for (const bytes of [bytesOf("\0h\0i"), framed(chat), bytesOf("\0\0\0\x02\x01{")]) {
    const { code, message, foreign } = await refusalOf(bytes);
    const unknown = "the first bytes are in no dialect that is known here";
    assertEquals([code, message, foreign], ["protocol", unknown, undefined]);
  }
});

Deno.test("another version of the protocol is turned away, and both are named", async () => {
  for (const version of [0, 2, 99]) {
    const { code, message } = await refusalOf(framed({ ...HELLO, version } as Message));
    assertEquals([code, message], ["version", `this server speaks version 1, not ${version}`]);
  }
});

Deno.test("another cipher than the server's is turned away, and both are named", async () => {
  const keying = await makeKeying("vigenere", "LEMON");
  const plain = await refusalOf(framed(HELLO), { keying });
  const expected = "this server uses the cipher vigenere, not none";
  assertEquals([plain.code, plain.message], ["cipher", expected]);
  const sealed = await refusalOf(framed({ ...HELLO, cipher: "aes-gcm" } as Message));
  assertEquals(sealed.message, "this server uses the cipher none, not aes-gcm");
});

Deno.test("a cipher with binary output is for native clients only", async () => {
  for (const name of ["xor", "aes-gcm"] as const) {
    const keying = await makeKeying(name, "key");
    for (const bytes of [bytesOf("hello\n"), bytesOf('{"a"')]) {
      const { code, message } = await refusalOf(bytes, { keying });
      const expected = `this server uses ${name}, which needs the native dialect`;
      assertEquals([code, message], ["cipher", expected]);
    }
  }
});

Deno.test("a cipher with readable output is set for every dialect", async () => {
  const keying = await makeKeying("caesar", "1");
  using conn = new Connection(new ScriptedSocket([bytesOf("ifmmp\n")]));
  assertEquals((await meet(conn, keying))?.dialect, "text");
  assertEquals(new TextDecoder().decode((await conn.receive())![0]), "hello");
});

Deno.test("a pinned dialect is taken for granted, before the first byte", async () => {
  for (const pinned of DIALECTS.filter((dialect) => dialect !== "native")) {
    const never = Promise.withResolvers<Uint8Array>();
    using conn = new Connection(new ScriptedSocket([never.promise]));
    assertEquals(await meet(conn, PLAIN, pinned), { dialect: pinned });
    assertEquals(conn.dialect, pinned);
  }
});

Deno.test("a server of native alone turns all others away", async () => {
  using conn = new Connection(new ScriptedSocket([framed(HELLO)]));
  assertEquals((await meet(conn, PLAIN, "native"))?.dialect, "native");
  for (const bytes of [bytesOf("hello\n"), bytesOf('{"a"')]) {
    const { code, message } = await refusalOf(bytes, { pinned: "native" });
    assertEquals(code, "protocol");
    assertEquals(message, "this server speaks the native dialect only: labwire connect");
  }
});

Deno.test("a client that does not wait for its welcome is turned away, and told why", async () => {
  const eager = concat([framed(HELLO), framed({ type: "chat", text: "hi" })]);
  const { code, message } = await refusalOf(eager);
  const expected = "more than one frame came before the greeting was done";
  assertEquals([code, message], ["protocol", expected]);
});

Deno.test("a hello whose random number is none is turned away before any key is made", async () => {
  const keying = await makeKeying("aes-gcm", "key");
  for (const random of [undefined, "", "AAAA", "no base64!"]) {
    const hello = framed({ type: "hello", version: 1, cipher: "aes-gcm", random });
    const socket = new ScriptedSocket([hello]);
    using conn = new Connection(socket);
    const refusal = await assertRejects(() => meet(conn, keying), Refusal);
    assertEquals(refusal.message, "a random number is not 32 bytes in base64");
    assertEquals(socket.writes, []);
    assert(!conn.cipher.records);
  }
});

Deno.test("a sealed hello is held to version and cipher as the one in clear is", async () => {
  const keying = await makeKeying("aes-gcm", "key");
  const cipher = "aes-gcm", type = "hello", version = 1;
  const bad = [[{ version: 2 }, "version"], [{ cipher: "none" }, "cipher"]] as const;
  for (const [change, code] of bad) {
    const [client, server] = memoryPair(1000);
    using conn = new Connection(server), peer = new Connection(client);
    const meeting = assertRejects(() => meet(conn, keying), Refusal);
    peer.speak("native");
    const opening = encodeNative({ type, version, cipher, ...keying.exchange!.opening() });
    await peer.send([opening]);
    const next = async () => (await peer.receive())![0];
    peer.cipher = await keying.exchange!.asClient(peer, opening, next);
    await peer.send([encodeNative({ type, version, cipher, ...change } as Hello)]);
    assertEquals((await meeting).code, code);
  }
});
