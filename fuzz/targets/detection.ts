/**
 * Detection: the same answer however the first bytes are cut.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { detect, type Detected } from "../../lib/wire/detect.ts";
import { concat } from "../../tests/support/feed.ts";
import { frame } from "../../tests/support/native.ts";
import { pure, type Target } from "../campaign.ts";
import * as some from "../support/arbitraries.ts";
import { assertUntouched } from "../support/oracles.ts";

const ANSWERS: (Detected | undefined)[] = [
  "native",
  "json",
  "text",
  "http",
  "tls",
  "unknown",
  undefined,
];

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A stretch that lasts: blanks within `{ "`, a path, zeros. */
const stretch = fc.tuple(
  fc.constantFrom(" ", "a", "\0", "/", "\n"),
  fc.constantFrom(1, 5000, 70_000),
)
  .map(([unit, times]) => utf8(unit.repeat(times)));

const part = fc.oneof(
  some.bytes(12),
  some.almostMessage.map((json) => frame(utf8(`\x01${json}`))),
  some.almostJson.map(utf8),
  some.text().map(utf8),
  fc.constantFrom("GET /", "get /", " HTTP/1.1\r\n", " HTTP/1.0\n", "{", '"', "\n", "\x16", "\x03")
    .map(utf8),
  fc.constantFrom([0], [0, 0], [0, 0, 0, 1, 1], [0x16, 3], [0xff, 0xfe]).map((all) =>
    Uint8Array.from(all)
  ),
  stretch,
);

/** First bytes of all kinds. */
const first = fc.tuple(
  fc.array(part, { minLength: 1, maxLength: 5 }).map(concat),
  fc.oneof(fc.constant([]), fc.array(some.change, { maxLength: 2 })),
).map(([bytes, changes]) => bytes.length > 300 ? bytes : some.changed(bytes, changes));

/** See `lib/wire/detect.ts`. */
export const detection: Target = {
  name: "detection",
  checks: [
    pure("cuts", first, some.cuts, (bytes, cuts) => {
      let known: Detected | undefined, length = 0;
      for (const piece of some.pieces(bytes, cuts)) {
        length += piece.length;
        const answer = detect(bytes.subarray(0, length), false);
        assert(ANSWERS.includes(answer));
        if (known !== undefined) assertEquals(answer, known, `after ${length} bytes`);
        known = answer;
      }
      assertUntouched();
    }),
    pure("quiet", first, (bytes) => {
      const [answer, quiet] = [detect(bytes, false), detect(bytes, true)];
      if (answer !== undefined) assertEquals(quiet, answer, "quiet changes no answer");
      else if (bytes.length > 0) assert(quiet === "text" || bytes[0] === 0, `${quiet}`);
    }),
    pure("beyond", first, some.bytes(20), (bytes, around) => {
      const embedded = concat([around, bytes, around]);
      const view = embedded.subarray(around.length, around.length + bytes.length);
      assertEquals(detect(view, false), detect(bytes, false));
    }),
  ],
};
