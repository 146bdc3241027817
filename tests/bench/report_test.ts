import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type Growth, growthPart, perDoubling } from "../../bench/growth.ts";
import { median, type Sample } from "../../bench/measure.ts";
import { parseOptions, PARTS } from "../../bench/options.ts";
import { table, withSection } from "../../bench/page.ts";
import type { Peer } from "../../bench/peers.ts";
import { speedParts } from "../../bench/report.ts";
import type { Work, WorkResult } from "../../bench/works.ts";

Deno.test("a median is the middle, or the mean of the two", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])], [2, 2.5, 7]);
});

Deno.test("options choose runs and parts, and what is not understood shows the usage", () => {
  assertEquals(parseOptions([]), { runs: 5, quick: false, parts: PARTS });
  assertEquals(parseOptions(["--quick"]).runs, 1);
  assertEquals(parseOptions(["--quick", "--runs", "3"]).runs, 3);
  assertEquals(parseOptions(["--only", "memory,echo"]).parts, ["echo", "memory"]);
  assertEquals(parseOptions(["--only", "chat", "--only", "echo"]).parts, ["echo", "chat"]);
  for (const args of [["--only", "tea"], ["--runs", "0"], ["--only"], ["echo"]]) {
    assertThrows(() => parseOptions(args), Error, "Usage: deno task bench");
  }
});

Deno.test("a benchmark replaces its section and keeps the others, notes among them", () => {
  const notes = "<!-- notes -->\n\nby hand\n\n<!-- end of notes -->\n";
  const transfer = "<!-- transfer -->\n\nfiles\n\n<!-- end of transfer -->\n";
  const page = `# Benchmark\n\n${notes}\n${transfer}`;
  const written = withSection(page, "servers", "new");
  const servers = "<!-- servers -->\n\nnew\n\n<!-- end of servers -->\n";
  assertEquals(written, `# Benchmark\n\n${servers}\n${notes}\n${transfer}`);
  assertEquals(withSection(written, "servers", "new"), written);
});

Deno.test("a table's columns are as wide as what is in them", () => {
  assertEquals(table(["a", "bcd"], [["xy", "z"]]), "| a  | bcd |\n| -- | --- |\n| xy | z   |\n");
});

function result(targets: (number | undefined)[], figures: number[][]): WorkResult {
  const peers = targets.map((_, i): Peer => ({ name: `peer ${i}`, command: () => [] }));
  const work: Work = {
    heading: "Work",
    name: "1 client",
    unit: "messages",
    contenders: peers.map((peer, i) => ({ peer, target: targets[i] })),
    load: () => Promise.reject(new Error("not measured here")),
  };
  const sample = (perSecond: number): Sample => ({ perSecond, serverCores: 1, loadCores: 0.5 });
  return { work, samples: figures.map((runs) => runs.map(sample)) };
}

Deno.test("targets are judged by ratios of medians", () => {
  const [part] = speedParts([
    result([undefined, 2, 0.5, undefined], [[90, 100, 400], [50, 50, 50], [201, 201, 9], [
      1,
      1,
      1,
    ]]),
  ]);
  assertEquals(part.missed, ["Work, 1 client: 0.50x of peer 2, target 0.5x"]);
  const rows = part.table.split("\n");
  assertMatch(rows[2], /1 client, messages .* 100 .* 90 to 400 .* 1.00, 0.50 .* 10,000,000 /);
  assertMatch(rows[3], /2.00x .* 2x, met /);
  assertMatch(rows[4], /0.50x .* 0.5x, missed /);
  assertMatch(rows[5], /100.00x +\| +\|$/);
});

Deno.test("growth is told for each doubling, and only labwire's is judged", () => {
  assertEquals(perDoubling([1, 8], [1, 8]), 2);
  assertEquals(perDoubling([5, 5], [10, 1000]), 1);
  const growth = (costs: number[], judged: boolean): Growth => ({
    what: "work",
    server: judged ? "labwire" : "another",
    costs,
    judged,
  });
  assertEquals(growthPart([growth([1, 9, 80, 700], true)]).missed, []);
  assertEquals(growthPart([growth([1, 100, 100, 100], false)]).missed, []);
  const { missed } = growthPart([growth([1, 1, 1, 11], true)]);
  assertEquals(missed, ["work: grows 2.06x as the clients double, target 2x"]);
});
