import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { Client, type ClientFiles } from "../../../lib/chat/client.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { type Dialect, framingOf, readMessage } from "../../../lib/wire/dialect.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { bytesOf, concat, feed } from "../../support/feed.ts";
import { control, frame, jsonChat } from "../../support/native.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

const NO_FILES: ClientFiles = {
  expect: () => Promise.reject(new Failure('Cannot save "x": it exists already', Exit.failed)),
  take: () => Promise.resolve(undefined),
  receiveBare: () => Promise.reject(new Error("no bare files here")),
};

type Chunks = ConstructorParameters<typeof ScriptedSocket>[0];

/** A client whose server says `chunks` and then closes. */
function setUp(dialect: Dialect, chunks: Chunks = [], files: Partial<ClientFiles> = {}) {
  const socket = new ScriptedSocket(chunks);
  const conn = new Connection(socket);
  conn.speak(dialect, framingOf(dialect, { client: true }));
  const shown: string[] = [], names: string[] = [];
  const client = new Client(conn, {
    name: "Ada",
    paceMs: 0,
    show: (lines, kind) => shown.push(...lines.map((line) => `${kind}: ${line}`)),
    renamed: (name) => names.push(name),
    files: { ...NO_FILES, ...files },
  });
  const text = () => new TextDecoder().decode(concat(socket.writes));
  const messages = (): Message[] =>
    feed(framingOf(dialect), socket.writes).map((payload) => readMessage(dialect, payload));
  return { client, conn, socket, shown, names, text, messages };
}

async function typeAll(client: Client, lines: string[]): Promise<void> {
  for (const line of lines) assert(await client.type(line));
  await client.end();
}

Deno.test("over native a line is chat, and a slash makes a command", async () => {
  const { client, messages, socket } = setUp("native");
  await typeAll(client, ["hi", "/WHO", "/msg Ben  hi there ", "//usr/bin", "", "exit now"]);
  assertEquals(messages(), [
    { type: "chat", text: "hi" },
    { type: "command", name: "who", argument: "" },
    { type: "command", name: "msg", argument: "Ben  hi there" },
    { type: "chat", text: "/usr/bin" },
    { type: "chat", text: "" },
    { type: "chat", text: "exit now" },
  ]);
  assertEquals([socket.writeClosed, client.unsent], [1, false]);
});

Deno.test("over text lines go as they are typed", async () => {
  const { client, text } = setUp("text");
  await typeAll(client, ["hi", "/status", "/list sub", "//usr/bin"]);
  assertEquals(text(), "hi\n/status\n/list sub\n/usr/bin\n");
});

Deno.test("over raw the commands that its servers know go as bare words", async () => {
  const { client, socket } = setUp("raw");
  await typeAll(client, ["hi", "/status", "/list", "/list sub", "/who"]);
  const writes = new TextDecoder().decode(concat(socket.writes));
  assertEquals(writes, "histatuslistlist sub/who");
});

Deno.test("over json every line carries the name, commands as well", async () => {
  const { client, messages } = setUp("json");
  await typeAll(client, ["hi", "/get x"]);
  const said = messages().map((message) => message.type === "chat" && [message.from, message.text]);
  assertEquals(said, [["Ada", "hi"], ["Ada", "/get x"]]);
});

Deno.test("exit in any case ends the conversation, and is not sent", async () => {
  for (const line of ["exit", "EXIT", "/exit", "/Exit"]) {
    const { client, socket } = setUp("native");
    assertEquals([await client.type(line), socket.writes.length], [false, 0]);
  }
});

Deno.test("what comes over native is shown by its kind", async () => {
  const { client, shown, names } = setUp("native", [concat([
    control({ type: "chat", from: "Ben", text: "hi\nthere" }),
    control({ type: "chat", from: "Ben", text: "psst", private: true }),
    control({ type: "notice", text: "Ben left" }),
    control({ type: "reply", text: "You are Eve", name: "Eve" }),
    control({ type: "error", text: "Cannot do that" }),
    control({ type: "bye", code: "shutdown", reason: "The server is shutting down" }),
  ])]);
  await client.receive();
  assertEquals(shown, [
    "message: Ben: hi",
    "message: Ben: there",
    "private: Ben (private): psst",
    "notice: * Ben left",
    "message: You are Eve",
    "error: Cannot do that",
    "notice: The server is shutting down",
  ]);
  assertEquals(names, ["Eve"]);
});

Deno.test("being sent away, or not understood, is an error with the server's reason", async () => {
  for (const [code, exit] of [["kicked", Exit.refused], ["protocol", Exit.lost]] as const) {
    const { client } = setUp("native", [control({ type: "bye", code, reason: "the reason" })]);
    const error = await assertRejects(() => client.receive(), Failure);
    assertEquals(error.exit, exit);
    assert(error.message.endsWith(": the reason"));
  }
});

Deno.test("what comes over text and raw is shown line by line, whatever its bytes are", async () => {
  const bytes = concat([bytesOf("one\ntw\x1b"), new Uint8Array([0xff]), bytesOf("\n")]);
  for (const dialect of ["text", "raw"] as const) {
    const { client, shown } = setUp(dialect, [bytes]);
    await client.receive();
    assertEquals(shown, ["message: one", "message: tw␛\ufffd"]);
  }
});

Deno.test("what comes over json is shown with its sender, past what is no object", async () => {
  const { client, shown } = setUp("json", [bytesOf(`Welcome!\n${jsonChat("Ben", "hi\nthere")}`)]);
  await client.receive();
  assertEquals(shown, ["message: Ben: hi", "message: Ben: there"]);
});

Deno.test("a server that breaks the rules of its dialect ends the conversation", async () => {
  const broken: [Dialect, Uint8Array][] = [
    ["native", control("{oops")],
    ["native", frame(new Uint8Array([9]))],
    ["native", new Uint8Array([0xff, 0xff, 0xff, 0xff])],
    ["json", bytesOf('{"a":1}')],
  ];
  for (const [dialect, bytes] of broken) {
    const { client } = setUp(dialect, [bytes]);
    await assertRejects(() => client.receive(), ProtocolError);
  }
});

Deno.test("over native /get asks under the transfer's number, and its messages go to the file", async () => {
  const taken: string[] = [];
  const { client, messages, shown } = setUp("native", [concat([
    control({ type: "file", id: 7, name: "x", size: 1 }),
    frame(new Uint8Array([2, 0, 0, 0, 7, 1])),
    control({ type: "end", id: 7, sha256: "00" }),
    control({ type: "chat", from: "Ben", text: "hi" }),
  ])], {
    expect: () => Promise.resolve(7),
    take: (message) => {
      taken.push(message.type);
      const ended = message.type === "end";
      return Promise.resolve(ended ? { line: "Saved x", failed: false } : undefined);
    },
  });
  await typeAll(client, ["/get some file"]);
  await client.receive();
  assertEquals(messages(), [{ type: "command", name: "get", argument: "some file", id: 7 }]);
  assertEquals(taken, ["file", "block", "end", "chat"]);
  assertEquals([shown, client.failed], [["result: Saved x", "message: Ben: hi"], false]);
});

Deno.test("a file that cannot be saved is not asked for, and the conversation has failed", async () => {
  for (const dialect of ["native", "text", "raw"] as const) {
    const { client, socket, shown } = setUp(dialect);
    await typeAll(client, ["/get x"]);
    assertEquals([socket.writes.length, client.failed], [0, true]);
    assertEquals(shown, ['error: Cannot save "x": it exists already']);
  }
});

Deno.test("over text and raw /get waits for its file before the next line goes out", async () => {
  for (const [dialect, asked] of [["text", "/get x\n"], ["raw", "get x"]] as const) {
    const come = Promise.withResolvers<Uint8Array>();
    const { client, socket, text, shown } = setUp(dialect, [come.promise], {
      expect: () => Promise.resolve(1),
      receiveBare: async (conn) => {
        const chunk = await conn.receiveChunk();
        const line = `Saved ${new TextDecoder().decode(chunk as Uint8Array)}`;
        return { line, failed: false };
      },
    });
    const receiving = client.receive();
    const written = new Promise<void>((resolve) => socket.onWrite = resolve);
    const typing = typeAll(client, ["/get x", "next"]);
    await written;
    assertEquals(text(), asked);
    come.resolve(bytesOf("BYTES"));
    await Promise.all([typing, receiving]);
    assertEquals(text(), `${asked}next${dialect === "text" ? "\n" : ""}`);
    assertEquals(shown, ["result: Saved BYTES"]);
  }
});

Deno.test("what cannot be sent is unsent", async () => {
  const { client, socket } = setUp("text");
  socket.gate = Promise.reject(new Deno.errors.ConnectionReset("gone"));
  await client.type("hi");
  await assertRejects(() => client.end(), Deno.errors.ConnectionReset);
  assert(client.unsent);
});
