import { assertEquals, assertRejects } from "@std/assert";
import { Turns } from "../../../lib/base/turns.ts";

Deno.test("one piece of work is done at a time, and each gives its answer", async () => {
  const turns = new Turns();
  let busy = 0, most = 0;
  const answers = await Promise.all(
    Array.from({ length: 9 }, (_, i) =>
      turns.run([`key ${i % 3}`], async () => {
        most = Math.max(most, ++busy);
        await Promise.resolve();
        busy--;
        return i;
      })),
  );
  assertEquals([answers, most], [[0, 1, 2, 3, 4, 5, 6, 7, 8], 1]);
});

Deno.test("who asks a thousand times keeps another waiting for one piece of work", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const work = (key: string) => turns.run([key], () => void order.push(key));
  const greedy = Array.from({ length: 1000 }, () => work("greedy"));
  const others = [work("one"), work("other"), work("one")];
  await Promise.all([...greedy, ...others]);
  // The first was being done already when the others came.
  const first = order.slice(0, 7);
  assertEquals(first, ["greedy", "greedy", "one", "other", "greedy", "one", "greedy"]);
  assertEquals(order.length, 1003);
});

Deno.test("work that fails does not stop the queue", async () => {
  const turns = new Turns();
  const failing = turns.run(["a"], () => Promise.reject(new Error("no")));
  const throwing = turns.run(["a"], () => {
    throw new Error("neither");
  });
  const working = turns.run(["a"], () => "yes");
  await assertRejects(() => failing, Error, "no");
  await assertRejects(() => throwing, Error, "neither");
  assertEquals(await working, "yes");
  assertEquals(await turns.run(["b"], () => "again"), "again", "when the queue was empty, too");
});

Deno.test("work that comes while the last is ending is done as well", async () => {
  const turns = new Turns();
  const order: number[] = [];
  await turns.run(["a"], () => void order.push(1));
  for (let i = 2; i < 6; i++) {
    await Promise.all([
      turns.run(["a"], () => void order.push(i)),
      new Promise<void>((resolve) =>
        setImmediate(() => resolve(turns.run(["b"], () => void order.push(10 * i))))
      ),
    ]);
  }
  assertEquals(order.toSorted((a, b) => a - b), [1, 2, 3, 4, 5, 20, 30, 40, 50]);
});
