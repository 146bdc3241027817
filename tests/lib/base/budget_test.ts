import { assertEquals } from "@std/assert";
import { Budget, type Holder } from "../../../lib/base/budget.ts";

/** Holders that note when they are let go. */
function crowd(...names: string[]) {
  const gone: string[] = [];
  const holders = names.map((name): Holder => ({ evict: () => void gone.push(name) }));
  return { gone, holders };
}

Deno.test("what is held is counted, and what is given back is not", () => {
  const budget = new Budget(100);
  const { gone, holders: [a, b] } = crowd("a", "b");
  budget.hold(a, 40);
  budget.hold(b, 60);
  budget.hold(a, 10);
  assertEquals([budget.used, gone], [70, []]);
  budget.hold(a, 0);
  budget.hold(b, 0);
  budget.hold(b, 0);
  assertEquals([budget.used, gone], [0, []]);
});

Deno.test("over the limit the one that got no further for longest is let go, and no more than must", () => {
  const budget = new Budget(100);
  const { gone, holders: [a, b, c] } = crowd("a", "b", "c");
  for (const holder of [a, b, c]) budget.hold(holder, 30);
  budget.renew(a, 30);
  budget.hold(c, 50);
  assertEquals([budget.used, gone], [80, ["b"]]);
  budget.hold(b, 60);
  assertEquals([budget.used, gone], [90, ["b", "c"]]);
});

Deno.test("holding more does not count as getting further", () => {
  const budget = new Budget(100);
  const { gone, holders: [a, b] } = crowd("a", "b");
  budget.hold(a, 10);
  budget.hold(b, 10);
  for (let bytes = 20; bytes <= 90; bytes += 10) budget.hold(a, bytes);
  assertEquals(gone, []);
  budget.hold(b, 20);
  assertEquals([budget.used, gone], [20, ["a"]]);
});

Deno.test("one that wants more than there is takes all down with it, and itself", () => {
  const budget = new Budget(100);
  const { gone, holders: [a, b] } = crowd("a", "b");
  budget.hold(a, 50);
  budget.hold(b, 101);
  assertEquals([budget.used, gone], [0, ["a", "b"]]);
});

Deno.test("a holder that gives back in the moment it is let go is not counted twice", () => {
  const budget = new Budget(100);
  const holder: Holder = { evict: () => budget.hold(holder, 0) };
  budget.hold(holder, 500);
  assertEquals(budget.used, 0);
});
