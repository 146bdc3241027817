import { assertEquals } from "@std/assert";
import { Rate, type RateLimit } from "../../../lib/base/rate.ts";

/** A rate, and a clock that stands still until it is moved. */
function rateOf(limit: RateLimit): { rate: Rate; pass(ms: number): void } {
  let now = 1000;
  return { rate: new Rate(limit, () => now), pass: (ms) => void (now += ms) };
}

Deno.test("what fits into a second passes at once, whichever bound there is", () => {
  for (const limit of [{ messages: 20 }, { bytes: 1000 }, { messages: 20, bytes: 1000 }, {}]) {
    const { rate } = rateOf(limit);
    for (let i = 0; i < 20; i++) assertEquals(rate.take(50), 0, JSON.stringify(limit));
  }
});

Deno.test("messages over the bound wait their share of a second, each longer than the one before", () => {
  const { rate } = rateOf({ messages: 2 });
  assertEquals([rate.take(1e9), rate.take(1e9)], [0, 0], "bytes are not bounded");
  assertEquals(rate.take(0), 500);
  assertEquals(rate.take(0), 1000);
});

Deno.test("bytes over the bound wait until they would have filled the bucket", () => {
  const { rate } = rateOf({ bytes: 1000 });
  assertEquals(rate.take(1000), 0);
  assertEquals(rate.take(3000), 3000);
});

Deno.test("the longer of both waits counts", () => {
  const { rate } = rateOf({ messages: 1, bytes: 100 });
  assertEquals(rate.take(1000), 9000);
});

Deno.test("who passes at once is told so, and a wait ends when it is broken off", async () => {
  const rate = new Rate({ messages: 1 });
  assertEquals(await rate.pass(1), false);
  for (let i = 0; i < 100; i++) rate.take(1);
  const stop = new AbortController();
  const passing = rate.pass(1, stop.signal);
  stop.abort();
  assertEquals(await passing, true);
});

Deno.test("a bucket fills as time passes, and never over its brim", () => {
  const { rate, pass } = rateOf({ messages: 4 });
  for (let i = 0; i < 4; i++) rate.take(0);
  pass(250);
  assertEquals([rate.take(0), rate.take(0)], [0, 250]);
  pass(3_600_000);
  const waits = Array.from({ length: 5 }, () => rate.take(0));
  assertEquals(waits, [0, 0, 0, 0, 250]);
});
