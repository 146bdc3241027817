import { assertEquals } from "@std/assert";
import { type Outcome, startedOver } from "../../../lib/files/outcome.ts";
import { summaryOf } from "../../../lib/files/summary.ts";
import { MIB } from "../../support/transfer.ts";

function outcome(some: Partial<Outcome> = {}): Outcome {
  return {
    path: "sub/a.txt",
    name: "a.txt",
    size: 5,
    moved: 5,
    hashed: 5,
    seconds: 0.01,
    hash: "abc",
    startedOver: false,
    ...some,
  };
}

Deno.test("a file is summed up with its bytes, time, rate and hash, of its own time", () => {
  assertEquals(
    summaryOf([outcome()], "fetched", 99),
    "a.txt: 5 bytes in 0.01 s, 500 B/s, hash abc verified",
  );
});

Deno.test("a file that was gone on with says what travelled and what was hashed", () => {
  const some = outcome({ size: 10 * MIB, moved: MIB, hashed: 2 * MIB, seconds: 1 });
  assertEquals(
    summaryOf([some], "sent", 1).replace(/\(.*?\)/, "(…)").replace(/, [\d.]+ \S+\/s/, ", …/s"),
    "a.txt: 10485760 bytes (…) in 1.00 s, …/s, sent 1048576 bytes, hashed 2097152 bytes, " +
      "hash abc verified",
  );
});

Deno.test("several files are summed up as one", () => {
  const some = [outcome(), outcome({ size: 100, moved: 100 }), outcome({ size: 0, moved: 0 })];
  assertEquals(summaryOf(some, "fetched", 2), "3 files: 105 bytes in 2.00 s, 53 B/s, all verified");
});

Deno.test("nothing in no time is summed up, too", () => {
  assertEquals(
    summaryOf([], "fetched", 0),
    "0 files: 0 bytes in 0.00 s, 0 B/s, all verified",
  );
  assertEquals(
    summaryOf([outcome({ size: 0, moved: 0, seconds: 0 })], "fetched", 0),
    "a.txt: 0 bytes in 0.00 s, 0 B/s, hash abc verified",
  );
});

Deno.test("a part that was of no use is told by the path that was asked for", () => {
  assertEquals(
    startedOver(outcome()),
    "sub/a.txt has changed since it was begun: started over",
  );
});
