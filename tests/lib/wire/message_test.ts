import { assertEquals } from "@std/assert";
import { parseCommand } from "../../../lib/wire/message.ts";

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
