import { assert, assertEquals } from "@std/assert";
import { pace } from "../../../lib/load/pace.ts";

Deno.test("each event has its time by its number, none comes before it, and nothing adds up", async () => {
  const began = performance.now(), stop = new AbortController(), times: number[] = [];
  let flushed = 0;
  await pace({
    rate: 1500,
    began,
    signal: stop.signal,
    due: (time, lateMs) => {
      assert(time <= performance.now() && lateMs >= 0);
      times.push(time);
      return times.length < 60;
    },
    flush: () => flushed = times.length,
  });
  assertEquals(flushed, 60);
  times.forEach((time, number) => assertEquals(time, began + number * 1000 / 1500));
});

Deno.test("it ends when it is told to", async () => {
  const stop = new AbortController();
  let count = 0;
  await pace({
    rate: 1,
    began: performance.now(),
    signal: stop.signal,
    due: () => {
      count++;
      stop.abort();
      return true;
    },
    flush: () => {},
  });
  assertEquals(count, 1);
});
