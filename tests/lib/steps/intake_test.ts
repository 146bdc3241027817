import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Intake } from "../../../lib/steps/intake.ts";
import { literal } from "../../../lib/steps/pattern.ts";
import { regex } from "../../../lib/steps/regex.ts";

const encoder = new TextEncoder(), decoder = new TextDecoder();

Deno.test("a match is found however what came was cut, and the next begins behind it", () => {
  const all = encoder.encode("aab aab ✓ 12;");
  for (let first = 0; first <= all.length; first++) {
    for (let second = first; second <= all.length; second++) {
      const intake = new Intake();
      const finders = [
        literal(encoder.encode("ab")),
        literal(encoder.encode("ab ✓")),
        regex("(\\d+);", ""),
      ];
      const groups: string[] = [];
      let step = 0;
      for (
        const part of [all.subarray(0, first), all.subarray(first, second), all.subarray(second)]
      ) {
        intake.add(part);
        for (let found; step < finders.length && (found = intake.find(finders[step])); step++) {
          groups.push(decoder.decode(found.group));
        }
      }
      assertEquals(groups, ["ab", "ab ✓", "12"], `cut at ${first} and ${second}`);
      assertEquals([intake.rest.length, intake.dropped, intake.come], [0, 0, all.length]);
    }
  }
});

Deno.test("it finds what a search of all that came would find, as long as that is kept", () => {
  const piece = fc.uint8Array({ max: 3, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.uint8Array({ max: 3, minLength: 1, maxLength: 4 }),
      (pieces, wanted) => {
        const intake = new Intake(64), finder = literal(wanted);
        const all: number[] = [];
        let position = 0, first = 0;
        for (const bytes of pieces) {
          intake.add(bytes);
          all.push(...bytes);
          first = Math.max(first, all.length - 64);
          const from = Math.max(position, first);
          const at = all.findIndex((_, i) =>
            i >= from && wanted.every((byte, j) => all[i + j] === byte)
          );
          assertEquals(intake.find(finder) !== undefined, at >= 0);
          if (at >= 0) position = at + wanted.length;
          assertEquals([...intake.rest], all.slice(Math.max(position, first)));
          assertEquals(intake.dropped, Math.max(0, first - position));
        }
      },
    ),
  );
});

Deno.test("a flood is not kept, and its end can be expected", () => {
  const intake = new Intake(1000), end = literal(encoder.encode("end"));
  for (let i = 0; i < 10_000; i++) {
    intake.add(new Uint8Array(70).fill(97));
    assertEquals(intake.find(end), undefined);
    assert(intake.rest.length <= 1000);
  }
  intake.add(encoder.encode("e"));
  intake.add(encoder.encode("nd"));
  assertEquals([intake.dropped, intake.come], [700_003 - 1000, 700_003]);
  assert(intake.find(end));
  intake.add(new Uint8Array(5000).fill(98));
  assertEquals([intake.rest.length, intake.dropped], [1000, 4000]);
});

Deno.test("messages are waited for once, and one that was matched is not", () => {
  const intake = new Intake();
  const say = (text: string) => {
    intake.add(encoder.encode(text));
    intake.endMessage();
  };
  say("one\n");
  say("two\n");
  say("three\n");
  assertEquals(intake.waiting, 3);
  intake.count(1);
  assertEquals(intake.waiting, 2);
  assert(intake.find(literal(encoder.encode("tw"))));
  assertEquals(intake.waiting, 1);
  intake.add(encoder.encode("fou"));
  assert(intake.find(literal(encoder.encode("fo"))));
  say("r\n"); // the end of what was matched
  assertEquals(intake.waiting, 0);
  say("five\n");
  assertEquals([intake.waiting, intake.messages], [1, 5]);
});
