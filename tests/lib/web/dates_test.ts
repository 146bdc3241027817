import { assertEquals } from "@std/assert";
import { dateOf, parseHttpDate } from "../../../lib/web/dates.ts";

Deno.test("every time of a file is a date", () => {
  assertEquals(dateOf(1.5).toISOString(), "1970-01-01T00:00:01.500Z");
  assertEquals(dateOf(1e300).toISOString(), "+275760-09-13T00:00:00.000Z");
  assertEquals(dateOf(-1e300).toISOString(), "-271821-04-20T00:00:00.000Z");
});

Deno.test("an HTTP date is read in each of its three forms, and nothing else is", () => {
  for (
    const text of [
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
    ]
  ) {
    assertEquals(parseHttpDate(text), Date.UTC(1994, 10, 6, 8, 49, 37));
  }
  for (const text of ["", "now", "GMT", '"tag"']) assertEquals(parseHttpDate(text), NaN);
});
