import { assertEquals } from "@std/assert";
import { Hearing } from "../../../lib/steps/hearing.ts";

Deno.test("a change is waited for once, and a time that has passed is none", async () => {
  const hearing = new Hearing();
  const order: string[] = [];
  const wait = async (name: string, ms: number) => {
    await hearing.changed(ms);
    order.push(name);
  };
  await wait("late", 1);
  const next = wait("next", 60_000);
  await new Promise((resolve) => setImmediate(resolve));
  assertEquals(order, ["late"]); // or whoever waits on would never let anything come
  hearing.take(new Uint8Array(1));
  await next;
  assertEquals(order, ["late", "next"]);
  const end = wait("end", 60_000);
  hearing.end(new Error("reset"));
  await end;
  assertEquals([hearing.over.isOpen, `${hearing.fault}`], [true, "Error: reset"]);
});
