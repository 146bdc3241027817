/**
 * A short run of the fuzzer's targets that need no process, so that the fuzzer itself does not rot.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { pure, run } from "../fuzz/campaign.ts";
import { PURE, TARGETS } from "../fuzz/targets/mod.ts";

const SEED = 20260101;
const CASES = 100;

for (const { name, checks } of PURE) {
  for (const check of checks) {
    Deno.test(`the fuzzer finds nothing in ${CASES} cases of ${name}.${check.name}`, async () => {
      const { cases, find } = await run(check, { seed: SEED, ms: 0, round: CASES });
      assertEquals(find && `${find.report} at ${find.path} of seed ${find.seed}`, undefined);
      assertEquals(cases, CASES);
    });
  }
}

Deno.test("a find is shrunk, and its seed and path show it again", async () => {
  const check = pure("planted", fc.uint8Array(), (bytes) => assert(!bytes.includes(65), "found"));
  const { find } = await run(check, { seed: SEED, ms: 10_000 });
  assertMatch(find!.report, /^\[bytes\("A"\)\]\nshrunk [1-9]\d* times\n\n.*found/);
  const again = await run(check, { seed: find!.seed, path: find!.path, ms: 0 });
  assertEquals(again.cases, 1);
  assertMatch(again.find!.report, /^\[bytes\("A"\)\]\nshrunk 0 times\n\n.*found/);
});

Deno.test("all checks have names of their own", () => {
  const names = TARGETS.flatMap(({ name, checks }) =>
    checks.map((check) => `${name}.${check.name}`)
  );
  assertEquals(new Set(names).size, names.length);
});
