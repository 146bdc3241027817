import { assertEquals, assertMatch } from "@std/assert";
import { ROSTER_RECORDS } from "../../../lib/base/limits.ts";
import { localTime, Roster } from "../../../lib/chat/roster.ts";

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;

Deno.test("a roster shows who is here and who was, with start and end", () => {
  const roster = new Roster();
  const ada = roster.add((number) => `guest${number}`);
  roster.add((number) => `guest${number}`);
  ada.name = "Ada";
  ada.end = new Date();
  const [first, second, ...more] = roster.lines();
  assertMatch(first, new RegExp(`^Client 1: Ada - Start: ${TIME}, End: ${TIME}$`));
  assertMatch(second, new RegExp(`^Client 2: guest2 - Start: ${TIME}, End: Still Connected$`));
  assertEquals(more, []);
});

Deno.test("a roster that is full forgets who left first, and never who is here", () => {
  const roster = new Roster();
  const records = Array.from(
    { length: ROSTER_RECORDS },
    () => roster.add((number) => `n${number}`),
  );
  for (const number of [3, 5, 4]) records[number - 1].end = new Date();
  for (let i = 0; i < 5; i++) roster.add((number) => `n${number}`);
  const names = roster.lines().map((line) => line.split(" ")[2]);
  assertEquals(names.slice(0, 4), ["n1", "n2", "n6", "n7"]);
  assertEquals(names.length, ROSTER_RECORDS + 2, "all who are here");
  assertEquals(names.at(-1), `n${ROSTER_RECORDS + 5}`);
});

Deno.test("a time is written with two digits each", () => {
  assertEquals(localTime(new Date(2026, 0, 2, 3, 4, 5)), "2026-01-02 03:04:05");
  assertEquals(localTime(new Date(2026, 10, 20, 17, 45, 47)), "2026-11-20 17:45:47");
});
