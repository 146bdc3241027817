import { assert, assertEquals, assertRejects } from "@std/assert";
import { allDone, Deadline, Gate, onAbort, sleep, within } from "../../../lib/base/tasks.ts";

const HOUR = 3_600_000;

Deno.test("all tasks are waited for, and the first error of them is thrown", async () => {
  const order: string[] = [];
  const late = Promise.withResolvers<void>();
  const failing = allDone([
    late.promise.then(() => order.push("late")),
    Promise.reject(new RangeError("first")),
    Promise.reject(new TypeError("second")),
  ]).catch((error) => order.push(error.message));
  await Promise.resolve();
  late.resolve();
  await failing;
  assertEquals(order, ["late", "first"]);
  await allDone([]);
});

Deno.test("an abort calls its acts once, in order, and none that was called off", () => {
  const stop = new AbortController();
  const acts: string[] = [];
  onAbort(stop.signal, () => acts.push("a"));
  {
    using _off = onAbort(stop.signal, () => acts.push("off"));
  }
  onAbort(stop.signal, () => acts.push("b"));
  stop.abort();
  stop.abort();
  assertEquals(acts, ["a", "b"]);
});

Deno.test("a signal that is aborted already calls at once", () => {
  let calls = 0;
  {
    using _late = onAbort(AbortSignal.abort(), () => calls++);
    assertEquals(calls, 1);
  }
  assertEquals(calls, 1);
});

Deno.test("a deadline acts once, after it was started, and not once it is over", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  using deadline = new Deadline(1, () => {
    calls++;
    resolve();
  });
  deadline.start().start();
  await promise;
  assertEquals(calls, 1);
  {
    using _never = new Deadline(HOUR, () => calls++).start();
    using _idle = new Deadline(0, () => calls++);
  }
  await sleep(1);
  assertEquals(calls, 1);
});

Deno.test("a sleep ends with its signal, also with one that was aborted before", async () => {
  const stop = new AbortController();
  const sleeping = sleep(HOUR, stop.signal);
  stop.abort();
  await sleeping;
  await sleep(HOUR, stop.signal);
  await sleep(0);
});

Deno.test("what takes too long is an error that the caller makes", async () => {
  const never = new Promise<string>(() => {});
  await assertRejects(() => within(1, never, () => new RangeError("late")), RangeError, "late");
  assertEquals(await within(HOUR, Promise.resolve("soon"), () => new Error("late")), "soon");
  const failed = Promise.reject(new TypeError("broken"));
  await assertRejects(() => within(HOUR, failed, () => new Error("late")), TypeError, "broken");
});

Deno.test("a gate lets pass whoever waits, and whoever comes later", async () => {
  const gate = new Gate();
  await gate.pass(1);
  assert(!gate.isOpen);
  const waiting = [gate.pass(HOUR), gate.pass(HOUR)];
  gate.open();
  gate.open();
  await Promise.all(waiting);
  await gate.pass(HOUR);
  assert(gate.isOpen);
});
