import { assertEquals } from "@std/assert";
import { actOnLine } from "../../../lib/chat/operator.ts";
import { Room } from "../../../lib/chat/room.ts";
import { none } from "../../../lib/wire/ciphers/none.ts";

Deno.test("what is almost an address, or a time, does not end the console", async () => {
  const room = new Room({ mode: "chat", cipher: none, log: () => {} });
  const shown: string[] = [];
  const typed = [
    "/unban 1:2:3:4:5:6:7:8::9",
    "/ban 1:2:3:4:5:6:7:8::9",
    "/ban 10.0.0.1 999999999d",
    "/bans",
  ];
  for (const line of typed) {
    await actOnLine(room, line, { show: (each) => shown.push(each), stop: () => {} });
  }
  assertEquals(shown, [
    'Cannot do that: "1:2:3:4:5:6:7:8::9" is not banned; /bans lists who is',
    'Cannot do that: nobody here is called "1:2:3:4:5:6:7:8::9"; /who lists the names',
    'Cannot do that: "999999999d" is no time such as 30s, 10m or 2h',
    "Nobody is banned",
  ]);
});
