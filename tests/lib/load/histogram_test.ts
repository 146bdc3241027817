import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Histogram } from "../../../lib/load/histogram.ts";

Deno.test("percentiles are those of the sorted times, but for less than one part in a hundred", () => {
  const times = fc.array(fc.double({ min: 1e-5, max: 1e6, noNaN: true }), { minLength: 1 });
  fc.assert(fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (ms, share) => {
    const histogram = new Histogram();
    ms.forEach((each) => histogram.record(each));
    const exact = ms.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * ms.length) - 1)];
    const told = histogram.percentile(share);
    assert(Math.abs(told - exact) <= exact / 100 + 1e-6, `${told} for ${exact}`);
    assertEquals([histogram.count, histogram.max], [ms.length, Math.max(...ms)]);
    const sum = ms.reduce((all, each) => all + each, 0);
    assert(Math.abs(histogram.mean - sum / ms.length) <= sum * 1e-9);
  }));
});

Deno.test("the buckets hold all that was recorded, lowest first", () => {
  const histogram = new Histogram();
  for (const ms of [5, 0.001, 5, 250, -1]) histogram.record(ms);
  const found: [number, number][] = [];
  histogram.forEach((ms, count) => found.push([ms, count]));
  assertEquals(found.map(([, count]) => count), [1, 1, 2, 1]);
  assertEquals(found.map(([ms]) => Math.round(ms)), [0, 0, 5, 250]);
});

Deno.test("nothing recorded has no times", () => {
  const histogram = new Histogram();
  assertEquals([histogram.percentile(0.5), histogram.mean, histogram.max], [0, 0, 0]);
});
