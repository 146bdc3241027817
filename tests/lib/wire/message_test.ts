import { assert, assertEquals } from "@std/assert";
import { REPLY_CHARACTERS } from "../../../lib/base/limits.ts";
import { isExit, parseCommand, replyOf } from "../../../lib/wire/message.ts";

const LINES: [line: string, name: string, argument: string][] = [
  ["/who", "who", ""],
  ["who", "who", ""],
  ["/get a b.txt", "get", "a b.txt"],
  ["/get   a b.txt  ", "get", "a b.txt"],
  ["/get\ta.txt", "get", "a.txt"],
  ["GET a.txt", "get", "a.txt"],
  ["/NICK Ada", "nick", "Ada"],
  ["/msg Ada Two words", "msg", "Ada Two words"],
  ["/msg Ada one\ntwo", "msg", "Ada one\ntwo"],
  ["/", "", ""],
  ["", "", ""],
  ["//who", "/who", ""],
  ["/ who", "", "who"],
];

for (const [line, name, argument] of LINES) {
  Deno.test(`${JSON.stringify(line)} is the command "${name}" of "${argument}"`, () => {
    assertEquals(parseCommand(line), { type: "command", name, argument });
  });
}

Deno.test("exit asks to leave, in any case and with or without its slash, when it stands alone", () => {
  for (const text of ["exit", "/exit", "EXIT", "/Exit"]) assert(isExit(text), text);
  for (const text of ["", "exit now", "//exit", " exit", "exit\n", "exits", "quit"]) {
    assert(!isExit(text), text);
  }
});

Deno.test("an answer of lines holds them all, as far as they fit, and says how many did not", () => {
  assertEquals(replyOf([]), { type: "reply", text: "" });
  assertEquals(replyOf(["a", "", "b"]), { type: "reply", text: "a\n\nb" });
  const lines = Array.from({ length: 5 }, (_, i) => `${i}`.repeat(REPLY_CHARACTERS / 2));
  assertEquals(replyOf(lines).text.split("\n"), [lines[0], lines[1], "… and 3 more"]);
  assertEquals(replyOf(lines.slice(0, 2)).text.split("\n"), lines.slice(0, 2));
});
