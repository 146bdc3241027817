import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { none } from "../../../lib/wire/ciphers/none.ts";
import { vigenere } from "../../../lib/wire/ciphers/vigenere.ts";
import { type Dialect, framingOf, readMessage, textLines } from "../../../lib/wire/dialect.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { packMessages } from "../../../lib/wire/pack.ts";
import { anyText, feed } from "../../support/feed.ts";

const TICK: Message[] = [
  { type: "notice", text: "Ada joined" },
  { type: "chat", from: "Ada", text: "hello\nthere" },
  { type: "reply", text: "" },
];

function packed(dialect: Dialect, messages: Message[] = TICK): string {
  return new TextDecoder().decode(packMessages(dialect, messages, none, 5));
}

Deno.test("messages for a text peer are lines, all of which end in a newline", () => {
  assertEquals(packed("text"), "* Ada joined\nAda: hello\nAda: there\n\n");
});

Deno.test("messages for a raw peer end in no newline", () => {
  assertEquals(packed("raw", [TICK[1]]), "Ada: hello\nAda: there");
});

Deno.test("no message makes no bytes", () => {
  for (const dialect of ["native", "text", "raw", "json"] as const) {
    assertEquals(packMessages(dialect, [], none, 5).length, 0);
  }
  const silent: Message = { type: "welcome", version: 1, name: "", mode: "", features: [] };
  assertEquals(packed("text", [silent]), "");
});

Deno.test("native and json peers read back what was packed", () => {
  const frames = feed(framingOf("native"), [packMessages("native", TICK, none, 5)]);
  assertEquals(frames.map((frame) => readMessage("native", frame)), TICK);
  const objects = feed(framingOf("json"), [packMessages("json", TICK, none, 5)]);
  const texts = objects.map((object) => readMessage("json", object));
  assertEquals(texts.map((message) => "text" in message && message.text), [
    "* Ada joined",
    "hello\nthere",
    "",
  ]);
});

Deno.test("text under a cipher is sealed line by line, each from the key's first letter", () => {
  const cipher = vigenere("LEMON");
  const sealed = packMessages("text", TICK, cipher, 5);
  const lines = feed(framingOf("text"), [sealed]).map((line) =>
    new TextDecoder().decode(cipher.open(line))
  );
  assertEquals(lines, TICK.flatMap(textLines));
});

Deno.test("packing text by tick or by message makes the same bytes", () => {
  const message = fc.oneof(
    fc.record({ type: fc.constant("chat" as const), from: anyText, text: anyText }),
    fc.record({ type: fc.constant("notice" as const), text: anyText }),
    fc.record({ type: fc.constant("reply" as const), text: anyText }),
  );
  fc.assert(fc.property(fc.array(message), (messages) => {
    assertEquals(packed("text", messages), messages.map((one) => packed("text", [one])).join(""));
  }));
});
