import { assertEquals } from "@std/assert";
import { spanOf } from "../../../lib/web/range.ts";

/** Of a file with ten bytes. */
const CASES: [header: string | null, span: [start: number, end: number] | null | undefined][] = [
  [null, undefined],
  ["bytes=0-0", [0, 1]],
  ["bytes=0-4", [0, 5]],
  ["bytes=3-", [3, 10]],
  ["bytes=9-", [9, 10]],
  ["bytes=9-9", [9, 10]],
  ["bytes=2-99", [2, 10]],
  ["bytes=-1", [9, 10]],
  ["bytes=-10", [0, 10]],
  ["bytes=-11", [0, 10]],
  ["bytes= 3 - 4 ", [3, 5]],
  ["BYTES=3-4", [3, 5]],
  [`bytes=0-${"9".repeat(400)}`, [0, 10]],
  ["bytes=10-", null],
  ["bytes=10-11", null],
  ["bytes=-0", null],
  [`bytes=${"9".repeat(400)}-`, null],
  // what may be ignored
  ["bytes=5-4", undefined],
  ["bytes=-", undefined],
  ["bytes=", undefined],
  ["bytes", undefined],
  ["", undefined],
  ["lines=0-1", undefined],
  ["bytes=0-1,3-4", undefined],
  ["bytes=a-b", undefined],
  ["bytes=1.5-2", undefined],
  ["bytes=--1", undefined],
  ["bytes=0x1-2", undefined],
];

Deno.test("a range is one span of the file, no range, or nothing that there is", async (t) => {
  for (const [header, expected] of CASES) {
    await t.step(`${header?.slice(0, 20)}`, () => {
      const span = spanOf(header, 10);
      assertEquals(span && [span.start, span.end], expected);
    });
  }
});

Deno.test("an empty file has no range, but can be had whole", () => {
  assertEquals(spanOf(null, 0), undefined);
  for (const header of ["bytes=0-", "bytes=0-0", "bytes=-1"]) assertEquals(spanOf(header, 0), null);
});
