import { assertEquals } from "@std/assert";
import { SendTimes } from "../../../lib/load/send_times.ts";

Deno.test("times are kept by number, however many are out at once", () => {
  const times = new SendTimes();
  for (let number = 1; number <= 1000; number++) {
    times.push(number * 10);
    if (number % 2 === 0) times.drop(number / 2 - 1);
  }
  assertEquals([times.first, times.last], [500, 1000]);
  for (let number = 500; number <= 1000; number++) assertEquals(times.of(number), number * 10);
  assertEquals([times.of(499), times.of(1001)], [NaN, NaN]);
});

Deno.test("what left before a time is dropped, and said which", () => {
  const times = new SendTimes();
  assertEquals(times.dropBefore(5), 0);
  for (const time of [1, 2, 3, 9]) times.push(time);
  assertEquals(times.dropBefore(3), 2);
  assertEquals(times.dropBefore(3), 2);
  assertEquals(times.dropBefore(100), 4);
  assertEquals([times.first, times.last], [5, 4]);
});
