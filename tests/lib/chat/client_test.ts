import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure, ProtocolError } from "../../../lib/base/errors.ts";
import { Client } from "../../../lib/chat/client.ts";
import type { ClientFiles, Told } from "../../../lib/chat/client_files.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { type Dialect, framingOf, readMessage } from "../../../lib/wire/dialect.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { bytesOf, concat, feed } from "../../support/feed.ts";
import { control, frame, jsonChat } from "../../support/native.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

const refused = () => Promise.reject(new Failure("Cannot do it: a reason", Exit.failed));

const NO_FILES: ClientFiles = {
  get: refused,
  put: refused,
  offer: refused,
  offered: () => false,
  pass: refused,
  bare: refused,
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
    files: () => Promise.resolve({ ...NO_FILES, ...files }),
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

Deno.test("over native /get and /put go elsewhere, several at once, and are told when they end", async () => {
  const asked: string[] = [];
  const gates = [Promise.withResolvers<Told[]>(), Promise.withResolvers<Told[]>()];
  const move = (what: string, gate: number) => (argument: string) => {
    asked.push(`${what} ${argument}`);
    return gates[gate].promise;
  };
  const { client, shown, messages } = setUp("native", [], {
    get: move("get", 0),
    put: move("put", 1),
  });
  await typeAll(client, ["/get -r some folder", "/put a file", "hi"]);
  assertEquals(messages(), [{ type: "chat", text: "hi" }], "none of it over this connection");
  let done = false;
  const filesDone = client.filesDone().then(() => done = true);
  gates[1].resolve([{ line: "Put a file", failed: false }]);
  await client.receive();
  assertEquals([asked, done], [["get -r some folder", "put a file"], false]);
  gates[0].resolve([{ line: "Saved x", failed: false }, { line: "not y", failed: true }]);
  await filesDone;
  assertEquals(shown, ["result: Put a file", "result: Saved x", "error: not y"]);
  assert(client.failed);
});

Deno.test("a file that cannot be moved is told, nothing is sent, and the conversation has failed", async () => {
  const lines = { native: ["/get x", "/put x", "/send Ben x"], text: ["/get x"], raw: ["/get x"] };
  for (const dialect of ["native", "text", "raw"] as const) {
    for (const line of lines[dialect]) {
      const { client, socket, shown } = setUp(dialect);
      await typeAll(client, [line]);
      await client.offersDone();
      assertEquals([socket.writes.length, client.failed], [0, true]);
      assertEquals(shown, ["error: Cannot do it: a reason"]);
    }
  }
});

Deno.test("over text and raw /get waits for its file before the next line goes out", async () => {
  for (const [dialect, asked] of [["text", "/get x\n"], ["raw", "get x"]] as const) {
    const come = Promise.withResolvers<Uint8Array>();
    let disposed = false;
    const { client, socket, text, shown } = setUp(dialect, [come.promise], {
      bare: () =>
        Promise.resolve({
          receive: async (conn) => {
            const chunk = await conn.receiveChunk();
            return {
              line: `Saved ${new TextDecoder().decode(chunk as Uint8Array)}`,
              failed: false,
            };
          },
          [Symbol.asyncDispose]: () => Promise.resolve(void (disposed = true)),
        }),
    });
    const receiving = client.receive();
    const written = new Promise<void>((resolve) => socket.onWrite = resolve);
    const typing = typeAll(client, ["/get x", "next"]);
    await written;
    assertEquals([text(), client.expecting, disposed], [asked, true, false]);
    come.resolve(bytesOf("BYTES"));
    await Promise.all([typing, receiving]);
    assertEquals(text(), `${asked}next${dialect === "text" ? "\n" : ""}`);
    assertEquals([shown, client.expecting, disposed], [["result: Saved BYTES"], false, true]);
  }
});

Deno.test("what has come of a bare file that breaks off is closed before the conversation ends", async () => {
  const come = Promise.withResolvers<Uint8Array>(), closing = Promise.withResolvers<void>();
  const { client, socket } = setUp("text", [come.promise], {
    bare: () =>
      Promise.resolve({
        receive: () => Promise.reject(new Failure("Cannot get the file", Exit.lost)),
        [Symbol.asyncDispose]: () => closing.promise,
      }),
  });
  let over = false;
  const receiving = assertRejects(() => client.receive().finally(() => over = true), Failure);
  const written = new Promise<void>((resolve) => socket.onWrite = resolve);
  const typing = client.type("/get x");
  await written;
  come.resolve(bytesOf("BYT"));
  await new Promise((resolve) => setTimeout(resolve)); // all that waits for nothing else is done
  assertEquals(over, false);
  closing.resolve();
  await Promise.all([receiving, typing]);
});

Deno.test("what cannot be sent is unsent", async () => {
  const { client, socket } = setUp("text");
  socket.gate = Promise.reject(new Deno.errors.ConnectionReset("gone"));
  await client.type("hi");
  await assertRejects(() => client.end(), Deno.errors.ConnectionReset);
  assert(client.unsent);
});
