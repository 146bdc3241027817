import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import {
  type Dialect,
  DIALECTS,
  framingOf,
  readLines,
  readMessage,
  textLines,
  writeMessage,
} from "../../../lib/wire/dialect.ts";
import { decodeJson } from "../../../lib/wire/json_message.ts";
import { LineFraming } from "../../../lib/wire/line_framing.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { anyText, bytesOf, feed } from "../../support/feed.ts";

const decoder = new TextDecoder();

function written(dialect: Dialect, message: Message): string[] {
  return writeMessage(dialect, message, 5).map((payload) => decoder.decode(payload));
}

Deno.test("a person reads who says a thing, what happened, and answers as they are", () => {
  const lines: [Message, string[]][] = [
    [{ type: "chat", text: "hi", from: "Ada" }, ["Ada: hi"]],
    [{ type: "chat", text: "hi", from: "Ada", private: true }, ["Ada (private): hi"]],
    [{ type: "chat", text: "hi" }, ["Server: hi"]],
    [{ type: "notice", text: "Ada joined" }, ["* Ada joined"]],
    [{ type: "reply", text: "hi ACK" }, ["hi ACK"]],
    [{ type: "error", text: "File not found." }, ["File not found."]],
    [{ type: "refused", code: "busy", reason: "the server is busy" }, ["the server is busy"]],
    [{ type: "bye", code: "kicked", reason: "You were sent away" }, ["You were sent away"]],
    [{ type: "welcome", version: 1, name: "Ada", mode: "chat", features: [] }, []],
    [{ type: "welcome", version: 1, name: "Ada", mode: "chat", features: [], motd: "a\nb" }, [
      "a",
      "b",
    ]],
  ];
  for (const [message, expected] of lines) assertEquals(textLines(message), expected);
});

Deno.test("each line of a message shows its sender, so that none can be taken for another's", () => {
  const message: Message = { type: "chat", from: "Eve", text: "hi\nServer: evil\r\n* Ada left\n" };
  assertEquals(textLines(message), ["Eve: hi", "Eve: Server: evil", "Eve: * Ada left"]);
  assertEquals(textLines({ type: "notice", text: "a\nb" }), ["* a", "* b"]);
});

Deno.test("what only one side of native says has no text", () => {
  const silent: Message[] = [
    { type: "hello", version: 1, cipher: "none" },
    { type: "file", id: 1, name: "a", size: 5, from: 0 },
    { type: "end", id: 1, hash: "" },
    { type: "put", id: 1, name: "a", size: 5 },
    { type: "want", id: 1, from: 0, hash: "" },
    { type: "saved", id: 1, name: "a" },
    { type: "listing", id: 1, entries: [], more: false },
    { type: "offer", id: 1, name: "a", size: 5 },
    { type: "offered", id: 1, number: 1, to: [] },
    { type: "ticket", id: 1, ticket: "", peer: "" },
  ];
  for (const message of silent) {
    for (const dialect of ["text", "raw", "json"] as const) {
      assertThrows(() => writeMessage(dialect, message, 5), ProtocolError, "has no text");
    }
  }
});

Deno.test("over text each line is a payload, over raw a message is one", () => {
  const message: Message = { type: "chat", from: "Ada", text: "a\nb" };
  assertEquals(written("text", message), ["Ada: a", "Ada: b"]);
  assertEquals(written("raw", message), ["Ada: a\nAda: b"]);
});

Deno.test("over json the room's words carry the sender, all others come from the server", () => {
  const said: Message = { type: "chat", from: "Ada", text: "a\nb", at: 7.5 };
  assertEquals(decodeJson(writeMessage("json", said, 5)[0]), { ...said });
  const notice = decodeJson(writeMessage("json", { type: "notice", text: "Ada left" }, 5)[0]);
  assertEquals(notice, { type: "chat", from: "Server", text: "* Ada left", at: 5 });
  const reply = decodeJson(writeMessage("json", { type: "reply", text: "a\nb" }, 5)[0]);
  assertEquals(reply, { type: "chat", from: "Server", text: "a\nb", at: 5 });
  const server = decodeJson(writeMessage("json", { type: "chat", text: "hi" }, 5)[0]);
  assertEquals(server, { type: "chat", from: "Server", text: "hi", at: 5 });
});

Deno.test("text and raw peers get control characters made visible, native ones the text as it is", () => {
  const message: Message = { type: "chat", from: "E\x1bve", text: "\x1b[2Jgone\u202e" };
  assertEquals(written("text", message), ["E␛ve: ␛[2Jgone<U+202E>"]);
  assertEquals(written("raw", message), ["E␛ve: ␛[2Jgone<U+202E>"]);
  assertEquals(readMessage("native", writeMessage("native", message, 5)[0]), message);
});

Deno.test("text and raw payloads are chat, whatever they hold, but must be UTF-8", () => {
  for (const dialect of ["text", "raw"] as const) {
    assertEquals(readMessage(dialect, bytesOf("/who\t\x1b")), { type: "chat", text: "/who\t\x1b" });
    assertThrows(
      () => readMessage(dialect, new Uint8Array([0xc3])),
      ProtocolError,
      "not valid UTF-8",
    );
  }
});

Deno.test("a byte order mark is a character like any other", () => {
  assertEquals(readMessage("text", bytesOf("\ufeffhi")), { type: "chat", text: "\ufeffhi" });
});

Deno.test("every dialect has a framing of its own for each connection", () => {
  for (const dialect of DIALECTS) {
    assert(framingOf(dialect) !== framingOf(dialect));
  }
});

Deno.test("guessed text leaves a rest after the gap of raw, known text after that of lines", () => {
  const guessed = framingOf("text", { guessed: true }), known = framingOf("text");
  assertEquals(guessed.restMs, framingOf("raw").restMs);
  assert(guessed.restMs < known.restMs);
  feed(guessed, [bytesOf("a line\n")]);
  assertEquals(guessed.restMs, known.restMs);
});

Deno.test("guessed text is answered without a newline while it sends none", () => {
  const guessed = framingOf("text", { guessed: true });
  assert(guessed instanceof LineFraming);
  feed(guessed, [bytesOf("no newline")]);
  assert(!guessed.lastEnded);
});

Deno.test("a json client passes over what a room says in text, a json server does not", () => {
  const stream = bytesOf('* Ada joined\n{"a":1}bye');
  const frames = feed(framingOf("json", { client: true }), [stream]);
  assertEquals(frames.map((frame) => decoder.decode(frame)), ['{"a":1}']);
  assertThrows(() => feed(framingOf("json"), [stream]), ProtocolError, "an object begins with {");
});

Deno.test("lines that are read at once say what they say one by one", () => {
  fc.assert(fc.property(fc.array(anyText, { minLength: 2 }), (texts) => {
    const stream = bytesOf(texts.map((text) => text.replaceAll(/[\r\n]/g, ".") + "\n").join(""));
    const batch: Uint8Array[] = [], framing = new LineFraming();
    framing.take(stream, 0, stream.length, batch);
    const alone = batch.map((line) => readMessage("text", line));
    const together = readLines(framing.lying)?.map((text): Message => ({ type: "chat", text }));
    assertEquals(together, alone);
  }));
});

Deno.test("lines are read one by one when they lie apart, or one of them is no UTF-8", () => {
  assertEquals(readLines(bytesOf("a\n\nb\n")), ["a", "", "b"]);
  assertEquals(readLines(new Uint8Array([0x61, 0x0a, 0xff, 0x0a])), undefined);
  assertEquals(readLines(undefined), undefined);
});
