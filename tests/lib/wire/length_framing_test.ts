import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { FRAME_BYTES } from "../../../lib/base/limits.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { LengthFraming } from "../../../lib/wire/length_framing.ts";
import { assertCutsDoNotMatter, bytesOf, feed, fractions, hex } from "../../support/feed.ts";

const payloads = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 });

/** Four bytes that announce a payload of `length` bytes. */
function header(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

Deno.test("length frames are the same wherever the stream is cut", () => {
  fc.assert(fc.property(payloads, fractions, (payloads, random) => {
    const stream = frameAll(new LengthFraming(20), payloads);
    assertCutsDoNotMatter(() => new LengthFraming(20), stream, payloads, random);
  }));
});

Deno.test("a length frame is four big-endian bytes and the payload", () => {
  const chunk = frameAll(new LengthFraming(1000), [bytesOf("hi"), bytesOf(""), bytesOf("!")]);
  assertEquals(hex(chunk), "00 00 00 02 68 69 00 00 00 00 00 00 00 01 21");
  const long = frameAll(new LengthFraming(0x20000), [new Uint8Array(0x10203)]);
  assertEquals(hex(long.subarray(0, 5)), "00 01 02 03 00");
});

Deno.test("length frames take the size they announce and are put where they are told", () => {
  const framing = new LengthFraming(100);
  const target = new Uint8Array(12).fill(0xee);
  assertEquals(framing.size(bytesOf("abc")), 7);
  assertEquals(framing.put(bytesOf("abc"), target, 2), 9);
  assertEquals(hex(target), "ee ee 00 00 00 03 61 62 63 ee ee ee");
});

Deno.test("a length over the limit is refused on its four bytes alone", () => {
  for (const length of [FRAME_BYTES + 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
    const expected = `a frame of ${length} bytes is over the limit of ${FRAME_BYTES}`;
    const framing = new LengthFraming(FRAME_BYTES);
    assertThrows(() => feed(framing, [header(length)]), ProtocolError, expected);
  }
});

Deno.test("a length of exactly the limit is accepted", () => {
  const payload = new Uint8Array(FRAME_BYTES).fill(7);
  const framing = new LengthFraming(FRAME_BYTES);
  const [frame] = feed(framing, [header(FRAME_BYTES), payload]);
  assertEquals(frame.length, FRAME_BYTES);
  assert(frame.every((byte) => byte === 7));
});

Deno.test("frames before one over the limit are still found", () => {
  const framing = new LengthFraming(5);
  const stream = frameAll(framing, [bytesOf("first"), bytesOf("longer")]);
  const out: Uint8Array[] = [];
  assertThrows(() => framing.take(stream, 0, stream.length, out), ProtocolError);
  assertEquals(out.map(hex), [hex(bytesOf("first"))]);
});

Deno.test("a stream that ends inside a length frame is an error", () => {
  const stream = frameAll(new LengthFraming(9), [bytesOf("one"), bytesOf("two")]);
  for (let end = 0; end <= stream.length; end++) {
    const framing = new LengthFraming(9);
    const piece = stream.subarray(0, end);
    if (end % 7 === 0) assertEquals(feed(framing, [piece]).length, end / 7);
    else assertThrows(() => feed(framing, [piece]), ProtocolError, "ended inside a frame");
  }
});

Deno.test("a length framing knows from four bytes on how many it needs", () => {
  const framing = new LengthFraming(1000);
  const stream = frameAll(framing, [new Uint8Array(1000)]);
  for (const end of [0, 1, 3]) assertEquals(framing.need(stream, 0, end), 4);
  for (const end of [4, 5, 999]) assertEquals(framing.need(stream, 0, end), 1004);
});

Deno.test("length frames are views of the buffer, not copies", () => {
  const framing = new LengthFraming(9);
  const stream = frameAll(framing, [bytesOf("one"), bytesOf("two")]);
  const out: Uint8Array[] = [];
  framing.take(stream, 0, stream.length, out);
  assertStrictEquals(out[1].buffer, stream.buffer);
  stream[stream.length - 1] = 0x2a;
  assertEquals(hex(out[1]), hex(bytesOf("tw*")));
});

Deno.test("quiet never ends a length frame", () => {
  assertEquals(new LengthFraming(9).restMs, Infinity);
});
