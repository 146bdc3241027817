import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { JSON_BYTES, JSON_DEPTH } from "../../../lib/base/limits.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { JsonFraming } from "../../../lib/wire/json_framing.ts";
import {
  assertCutsDoNotMatter,
  bytesOf,
  concat,
  feed,
  fractions,
  hex,
} from "../../support/feed.ts";

/** Strings made of what a careless scanner trips over. */
const text = fc.string({
  unit: fc.constantFrom(...'{}[]",:\\/ \n\t\0aé\u2028\u{1f600}'),
  maxLength: 8,
});
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(text, fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(text, tie("value"), { maxKeys: 3 }),
  ),
}));

/** One object as text: tight or indented, with its characters as they are or as `\u` escapes. */
const object = fc.record({
  members: fc.dictionary(text, value, { maxKeys: 2 }),
  indent: fc.constantFrom(0, 1, "\t"),
  escaped: fc.boolean(),
}).map(({ members, indent, escaped }) => {
  const json = JSON.stringify(members, null, indent);
  return escaped ? json.replace(/[^ -~\n\t]/g, escapeOf) : json;
});

function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const space = fc.constantFrom("", "", " ", "\n", "\r\n\t ");
/** What may stand between objects when a client listens: anything but the start of an object. */
const junk = fc.string({ unit: fc.constantFrom(...'}[]",:\\ \nx*é'), maxLength: 8 });

function nested(depth: number): string {
  return '{"a":'.repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
}

Deno.test("JSON objects are the same wherever the stream is cut", () => {
  const parts = fc.array(fc.record({ space, object }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, space, fractions, (parts, last, random) => {
      const stream = parts.map(({ space, object }) => space + object).join("") + last;
      const frames = parts.map(({ object }) => bytesOf(object));
      assertCutsDoNotMatter(() => new JsonFraming(), bytesOf(stream), frames, random);
    }),
    { numRuns: 60 },
  );
});

Deno.test("what stands between JSON objects is skipped where that is asked for, at any cut", () => {
  const parts = fc.array(fc.record({ junk, object }), { maxLength: 3 });
  fc.assert(
    fc.property(parts, junk, fractions, (parts, last, random) => {
      const stream = parts.map(({ junk, object }) => junk + object).join("") + last;
      const frames = parts.map(({ object }) => bytesOf(object));
      const make = () => new JsonFraming({ skipOutside: true });
      assertCutsDoNotMatter(make, bytesOf(stream), frames, random);
    }),
    { numRuns: 60 },
  );
});

Deno.test("what stands between JSON objects is refused otherwise", () => {
  for (const stray of ["x", "[", "]", "}", '"', ",", "1", "\0\0\0\0x", "é", "\ufeff", "{}x{}"]) {
    assertThrows(
      () => feed(new JsonFraming(), [bytesOf(stray)]),
      ProtocolError,
      "malformed JSON: an object begins with {",
    );
  }
});

Deno.test("a notice line before the course program's messages costs a client nothing", () => {
  const message = '{"username": "ada", "timestamp": 1700000000.5, "message": "aGk="}';
  const stream = bytesOf(`* Ada joined\n${message}${message}Server: [hi]\n${message}`);
  const frames = feed(new JsonFraming({ skipOutside: true }), [stream]);
  assertEquals(frames.map(hex), Array(3).fill(hex(bytesOf(message))));
});

Deno.test("JSON that was framed comes back", () => {
  fc.assert(fc.property(fc.array(object), (objects) => {
    const framing = new JsonFraming();
    const payloads = objects.map(bytesOf);
    const chunk = frameAll(framing, payloads);
    assertEquals(hex(chunk), hex(concat(payloads)));
    assertEquals(feed(framing, [chunk]).map(hex), payloads.map(hex));
  }));
});

Deno.test("JSON 64 deep is accepted, deeper is refused at the brace that is too much", () => {
  const deepest = bytesOf(nested(JSON_DEPTH));
  assertEquals(feed(new JsonFraming(), [deepest]).map(hex), [hex(deepest)]);
  const tooDeep = [
    nested(JSON_DEPTH + 1),
    '{"a":'.repeat(JSON_DEPTH) + "{",
    '{"a":' + "[".repeat(JSON_DEPTH),
    nested(100_000),
    '{"a":' + "[".repeat(100_000),
  ];
  for (const json of tooDeep) {
    const bytes = bytesOf(json);
    for (const piece of [bytes, bytes.subarray(0, 1000)]) {
      assertThrows(() => feed(new JsonFraming(), [piece]), ProtocolError, "deeper than 64");
    }
  }
});

Deno.test("depth is counted anew in each object, and not in strings", () => {
  const json = nested(JSON_DEPTH).repeat(3) + `{"a":"${"{[".repeat(1000)}"}` + nested(JSON_DEPTH);
  assertEquals(feed(new JsonFraming(), [bytesOf(json)]).length, 5);
});

Deno.test("a JSON object of exactly the limit is accepted, one byte more is refused", () => {
  const sized = (bytes: number) => bytesOf(`{"a":"${"x".repeat(bytes - 8)}"}`);
  const limited = `a JSON value is over the limit of ${JSON_BYTES} bytes`;
  const longest = sized(JSON_BYTES), longer = sized(JSON_BYTES + 1);
  assertEquals(feed(new JsonFraming(), [longest, longest]).length, 2);
  for (const pieces of [[longer], [longer.subarray(0, 9), longer.subarray(9)]]) {
    assertThrows(() => feed(new JsonFraming(), pieces), ProtocolError, limited);
  }
  const open = bytesOf(`{"a":"${"x".repeat(JSON_BYTES)}`);
  assertThrows(() => feed(new JsonFraming(), [open]), ProtocolError, limited);
});

Deno.test("white space between JSON objects counts for no limit", () => {
  const space = bytesOf(" ".repeat(JSON_BYTES + 1));
  assertEquals(feed(new JsonFraming(), [space, bytesOf("{}"), space, bytesOf("{}")]).length, 2);
});

Deno.test("a stream that ends inside a JSON object is an error", () => {
  const json = bytesOf('{"a":{"b":"}"}} ');
  for (let end = 1; end < json.length - 1; end++) {
    assertThrows(
      () => feed(new JsonFraming(), [json.subarray(0, end)]),
      ProtocolError,
      "the stream ended inside an object",
    );
  }
  assertEquals(feed(new JsonFraming(), [json]).length, 1);
});

Deno.test("a client that skips what stands outside takes a cut object for such", () => {
  assertEquals(feed(new JsonFraming({ skipOutside: true }), [bytesOf('{}{"a":')]).length, 1);
});

Deno.test("JSON objects are views of the buffer, not copies", () => {
  const stream = bytesOf(' {"a":1}{"b":2}');
  const out: Uint8Array[] = [];
  new JsonFraming().take(stream, 0, stream.length, out);
  for (const frame of out) assertStrictEquals(frame.buffer, stream.buffer);
  assertEquals(out.map((frame) => frame.byteOffset), [1, 8]);
});

Deno.test("a JSON object is put as it is, and quiet never ends one", () => {
  const framing = new JsonFraming();
  const target = new Uint8Array(4).fill(0xee);
  assertEquals(framing.size(bytesOf("{}")), 2);
  assertEquals(framing.put(bytesOf("{}"), target, 1), 3);
  assertEquals(hex(target), "ee 7b 7d ee");
  assertEquals(framing.restMs, Infinity);
});
