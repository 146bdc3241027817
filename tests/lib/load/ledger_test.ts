import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Arrived, Ledger, type Range } from "../../../lib/load/ledger.ts";

/** What each arrival means, where 1 to `sent` were sent. */
function arrivals(numbers: number[], sent = 9): Arrived[] {
  const ledger = new Ledger();
  return numbers.map((number) => ledger.arrive(number, sent));
}

function lost(ledger: Ledger, last: number): Range[] {
  const ranges: Range[] = [];
  ledger.giveUp(last, (range) => ranges.push([...range]));
  return ranges;
}

Deno.test("a sequence in its order is next after next", () => {
  assertEquals(arrivals([1, 2, 3]), ["next", "next", "next"]);
});

Deno.test("two that changed places are one fault, and so is one that comes before or behind its place", () => {
  assertEquals(arrivals([2, 1, 3]), ["ahead", "out of order", "next"]);
  assertEquals(arrivals([3, 1, 2, 4]), ["ahead", "out of order", "owed", "next"]);
  assertEquals(arrivals([2, 3, 1, 4]), ["ahead", "next", "out of order", "next"]);
});

Deno.test("what is missing is known until it comes or is given up, and comes late after that", () => {
  const ledger = new Ledger();
  ledger.arrive(1, 5);
  ledger.arrive(4, 5);
  assertEquals([ledger.owes, ledger.due], [true, 5]);
  assertEquals(lost(ledger, 2), [[2, 2]]);
  assertEquals(lost(ledger, 5), [[3, 3], [5, 5]]);
  assertEquals(lost(ledger, 5), []);
  assertEquals([ledger.arrive(3, 5), ledger.arrive(3, 5)], ["late", "again"]);
  assertEquals([ledger.recoverFirst(), ledger.recoverFirst(), ledger.recoverFirst()], [
    2,
    5,
    undefined,
  ]);
});

Deno.test("what came before comes again, and what was not sent never", () => {
  assertEquals(arrivals([1, 1, 3, 0, -1], 2), ["next", "again", "never", "never", "never"]);
});

Deno.test("whatever comes in whatever order, each number is accounted for once", () => {
  const arrived = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
  fc.assert(fc.property(arrived, fc.integer({ min: 0, max: 60 }), (numbers, half) => {
    const ledger = new Ledger(), settled = new Map<number, number>();
    const count = (number: number, by = 1) => settled.set(number, (settled.get(number) ?? 0) + by);
    const giveUp = () =>
      lost(ledger, 30).forEach(([first, last]) => {
        for (let number = first; number <= last; number++) count(number);
      });
    numbers.forEach((number, i) => {
      if (i === half) giveUp();
      const how = ledger.arrive(number, 30);
      if (how !== "again" && how !== "late") count(number);
    });
    giveUp();
    assertEquals(settled.size, 30);
    assertEquals([...settled.values()].every((times) => times === 1), true);
  }));
});
