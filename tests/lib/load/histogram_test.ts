import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Histogram } from "../../../lib/load/histogram.ts";

const times = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1 });

function isNear(told: number, exact: number): boolean {
  return Math.abs(told - exact) <= exact / 500 + 1e-6;
}

Deno.test("percentiles are those of the sorted times, but for a few in a thousand", () => {
  fc.assert(fc.property(times, (ms) => {
    const histogram = new Histogram();
    for (const each of ms) histogram.record(each);
    const sorted = ms.toSorted((a, b) => a - b);
    for (const [i, exact] of sorted.entries()) {
      const told = histogram.percentile((i + 0.75) / ms.length);
      const neighbours = [exact, sorted[Math.min(i + 1, ms.length - 1)]];
      assert(neighbours.some((each) => isNear(told, each)), `${told} for ${exact}`);
    }
    assert(isNear(histogram.percentile(1), sorted.at(-1)!));
    assert(isNear(histogram.max, sorted.at(-1)!));
    assert(isNear(histogram.mean, ms.reduce((all, each) => all + each, 0) / ms.length));
    assertEquals(histogram.count, ms.length);
  }));
});

Deno.test("how many were within a time can be told for every time", () => {
  const histogram = new Histogram();
  const recorded = [-1, 0.001, 5, 5, 250];
  for (const ms of recorded) histogram.record(ms);
  const told = [1e-7, 1e-4, 0.01, 4.9, 5.1, 249, 251, 1e9].map((ms) => histogram.within(ms));
  assertEquals(told, [0, 1, 2, 2, 4, 4, 5, 5]);
  const many = new Histogram();
  for (let i = 1; i <= 100_000; i++) many.record(i / 1000);
  for (const ms of [1.0005, 10.005, 50.05, 99.5]) {
    assert(Math.abs(many.within(ms) - ms * 1000) <= ms * 1000 / 500, `${ms}: ${many.within(ms)}`);
  }
});

Deno.test("equal times in a row count as often as they came, also when looked at between", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(1, 2, 4), fc.nat(5000))), (runs) => {
      const histogram = new Histogram();
      const expected = new Map([[1, 0], [2, 0], [4, 0]]);
      for (const [ms, count] of runs) {
        for (let i = 0; i < count; i++) histogram.record(ms);
        expected.set(ms, expected.get(ms)! + count);
        const sums = [1, 2, 4].map((most) =>
          [...expected].reduce((sum, [ms, count]) => ms <= most ? sum + count : sum, 0)
        );
        assertEquals([1.1, 2.1, 4.1].map((ms) => histogram.within(ms)), sums);
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("nothing recorded has no times", () => {
  const histogram = new Histogram();
  const { count, max, mean } = histogram;
  assertEquals([count, max, mean, histogram.percentile(0.5), histogram.within(1)], [0, 0, 0, 0, 0]);
});
