import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { GAP_MS, LINE_BYTES } from "../../../lib/base/limits.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { RawFraming } from "../../../lib/wire/raw_framing.ts";
import { assertCutsDoNotMatter, bytesOf, feed, fractions, hex } from "../../support/feed.ts";

Deno.test("a raw message is all that came before the quiet, wherever the stream is cut", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fractions, (stream, random) => {
    const frames = stream.length > 0 ? [stream] : [];
    assertCutsDoNotMatter(() => new RawFraming(), stream, frames, random);
  }));
});

Deno.test("a raw message waits in the rest until 20 ms of quiet ask for it", () => {
  const framing = new RawFraming();
  assertEquals(framing.restMs, GAP_MS);
  assertEquals(feed(framing, [bytesOf("line\n"), bytesOf("rest")], { ended: false }), []);
});

Deno.test("two raw writes that arrive together are one message", () => {
  const framing = new RawFraming();
  const chunk = frameAll(framing, [bytesOf("hello"), bytesOf("world")]);
  assertEquals(feed(framing, [chunk]).map(hex), [hex(bytesOf("helloworld"))]);
});

Deno.test("one framing serves message after message", () => {
  const framing = new RawFraming();
  for (const text of ["one", "two", "three"]) {
    assertEquals(feed(framing, [bytesOf(text)]).map(hex), [hex(bytesOf(text))]);
  }
});

Deno.test("a raw message is put as it is where it is told", () => {
  const framing = new RawFraming();
  const target = new Uint8Array(5).fill(0xee);
  assertEquals(framing.size(bytesOf("abc")), 3);
  assertEquals(framing.put(bytesOf("abc"), target, 1), 4);
  assertEquals(hex(target), "ee 61 62 63 ee");
});

Deno.test("a raw message of exactly the limit is accepted, one byte more is refused", () => {
  const message = new Uint8Array(LINE_BYTES);
  assertEquals(feed(new RawFraming(), [message])[0].length, LINE_BYTES);
  assertThrows(
    () => feed(new RawFraming(), [message, bytesOf("!")]),
    ProtocolError,
    `a message is over the limit of ${LINE_BYTES} bytes`,
  );
});

Deno.test("a framing that cuts takes what is over the limit up to its last newline", () => {
  const cutting = () => new RawFraming(8, { cuts: true });
  const texts = (...pieces: string[]) =>
    feed(cutting(), pieces.map(bytesOf)).map((frame) => new TextDecoder().decode(frame));
  assertEquals(texts("12345678"), ["12345678"]);
  assertEquals(texts("123456789"), ["123456789"]);
  assertEquals(texts("1\n2\n3", "456", "\n7"), ["1\n2\n3456\n", "7"]);
  assertEquals(texts("12345", "67890", "12"), ["1234567890", "12"]);
});

Deno.test("a raw message is a view of the buffer, not a copy", () => {
  const framing = new RawFraming();
  const buffer = bytesOf("--hello--");
  const out: Uint8Array[] = [];
  assertEquals(framing.take(buffer, 2, 7, out), 2);
  framing.takeRest(buffer, 2, 7, out);
  assertStrictEquals(out[0].buffer, buffer.buffer);
  assertEquals(hex(out[0]), hex(bytesOf("hello")));
});
