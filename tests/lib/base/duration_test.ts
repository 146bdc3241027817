import { assertEquals } from "@std/assert";
import { parseDuration } from "../../../lib/base/duration.ts";
import { duration } from "../../../lib/cli/command.ts";

Deno.test("a duration is a number and a unit, or milliseconds", () => {
  const good: [string, number][] = [
    ["0", 0],
    ["250", 250],
    ["500ms", 500],
    ["2s", 2000],
    ["1.5s", 1500],
    ["10m", 600_000],
    ["1h", 3_600_000],
    ["2d", 172_800_000],
  ];
  for (const [text, ms] of good) assertEquals(parseDuration(text), ms, text);
});

Deno.test("what is no duration is undefined", () => {
  const bad = [
    "",
    "m",
    "-1s",
    "+1s",
    "1 h",
    "1h ",
    "1H",
    "1w",
    ".5h",
    "1.h",
    "1e3",
    "NaN",
    "1h30m",
  ];
  for (const text of bad) assertEquals(parseDuration(text), undefined, text);
});

Deno.test("a duration is at most a century", () => {
  assertEquals(parseDuration("36500d"), 3_153_600_000_000);
  for (const text of ["36501d", "9".repeat(400)]) {
    assertEquals(parseDuration(text), undefined, text);
  }
});

Deno.test("a time that is given as an option is no longer than a timer can wait", () => {
  const { read } = duration("TIME", "", 0);
  assertEquals([read("24d"), read("25d")], [2_073_600_000, undefined]);
});
