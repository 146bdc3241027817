import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { GAP_MS, LINE_BYTES, TEXT_REST_MS } from "../../../lib/base/limits.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { LineFraming } from "../../../lib/wire/line_framing.ts";
import {
  assertCutsDoNotMatter,
  bytesOf,
  concat,
  feed,
  fractions,
  hex,
} from "../../support/feed.ts";

/** Any bytes but those that end a line; a return inside is a byte like any other. */
const content = fc.uint8Array({ maxLength: 20 }).map((bytes) =>
  bytes.map((byte, i) => byte === 10 || byte === 13 && i === bytes.length - 1 ? 0x2e : byte)
);
const lines = fc.array(
  fc.record({ content, ending: fc.constantFrom("\n", "\r\n") }),
  { maxLength: 6 },
);

Deno.test("lines are the same wherever the stream is cut", () => {
  fc.assert(fc.property(lines, content, fractions, (lines, rest, random) => {
    const written = lines.map(({ content, ending }) => concat([content, bytesOf(ending)]));
    const frames = lines.map(({ content }) => content);
    if (rest.length > 0) frames.push(rest);
    const stream = concat([...written, rest]);
    assertCutsDoNotMatter(() => new LineFraming(), stream, frames, random);
  }));
});

Deno.test("a line may be empty, end in \\r\\n, and hold a return or any other byte", () => {
  const frames = feed(new LineFraming(), [bytesOf("\n\r\na\rb\r\r\n\0\n")]);
  assertEquals(frames.map(hex), ["", "", "61 0d 62 0d", "00"]);
});

Deno.test("lines that were framed come back", () => {
  fc.assert(fc.property(fc.array(content), (payloads) => {
    const framing = new LineFraming();
    const chunk = frameAll(framing, payloads);
    assertEquals(feed(framing, [chunk]).map(hex), payloads.map(hex));
  }));
});

Deno.test("a line is put with a newline where it is told", () => {
  const framing = new LineFraming();
  const target = new Uint8Array(6).fill(0xee);
  assertEquals(framing.size(bytesOf("abc")), 4);
  assertEquals(framing.put(bytesOf("abc"), target, 1), 5);
  assertEquals(hex(target), "ee 61 62 63 0a ee");
});

Deno.test("a line of exactly the limit is accepted, one byte more is refused", () => {
  const line = new Uint8Array(LINE_BYTES).fill(0x61);
  const newline = bytesOf("\n");
  const limited = `a line is over the limit of ${LINE_BYTES} bytes`;
  assertEquals(feed(new LineFraming(), [line, newline])[0].length, LINE_BYTES);
  assertEquals(feed(new LineFraming(), [concat([line, newline])])[0].length, LINE_BYTES);
  for (const more of [[bytesOf("a")], [bytesOf("a"), newline], [bytesOf("\r\n")]]) {
    assertThrows(() => feed(new LineFraming(), [line, ...more]), ProtocolError, limited);
    assertThrows(() => feed(new LineFraming(), [concat([line, ...more])]), ProtocolError, limited);
  }
});

Deno.test("a rest without a newline becomes a frame only when it is asked for", () => {
  const pieces = [bytesOf("one\ntw"), bytesOf("o")];
  assertEquals(feed(new LineFraming(), pieces, { ended: false }).map(hex), ["6f 6e 65"]);
  assertEquals(feed(new LineFraming(), pieces).map(hex), ["6f 6e 65", "74 77 6f"]);
});

Deno.test("a peer waits 20 ms for the end of a rest until it ends a chunk in a newline", () => {
  const framing = new LineFraming({ endsLines: false });
  for (const piece of ["hello", " again", "\nand"]) {
    feed(framing, [bytesOf(piece)]);
    assertEquals(framing.restMs, GAP_MS);
  }
  feed(framing, [bytesOf("a line\n")]);
  assertEquals(framing.restMs, TEXT_REST_MS);
  feed(framing, [bytesOf("no line")]);
  assertEquals(framing.restMs, TEXT_REST_MS);
});

Deno.test("lines are views of the buffer, not copies", () => {
  const framing = new LineFraming();
  const stream = bytesOf("one\r\ntwo\nthree");
  const out: Uint8Array[] = [];
  const used = framing.take(stream, 0, stream.length, out);
  framing.takeRest(stream, used, stream.length, out);
  for (const frame of out) assertStrictEquals(frame.buffer, stream.buffer);
  assertEquals(out.map((frame) => frame.byteOffset), [0, 5, 9]);
});

Deno.test("lines are known to lie as they would be framed, unless something else is between them", () => {
  const framing = new LineFraming({ endsLines: false });
  const lie = (text: string): string | undefined => {
    const stream = bytesOf(`before${text}`), lines: Uint8Array[] = [];
    framing.take(stream, 6, stream.length, lines);
    const { lying } = framing;
    if (lying) {
      assertStrictEquals(lying.buffer, stream.buffer);
      assertEquals(hex(lying), hex(frameAll(framing, lines)));
    }
    return lying && new TextDecoder().decode(lying);
  };
  assertEquals(["abc\n\nde\nrest", "\n", "a\rb\n"].map(lie), ["abc\n\nde\n", "\n", "a\rb\n"]);
  assertEquals(["a\r\n", "a\nb\r\n", "rest", ""].map(lie), Array(4).fill(undefined));
  lie("abc\n");
  framing.takeRest(bytesOf("rest"), 0, 4, []);
  assertEquals(framing.lying, undefined);
  const out = [bytesOf("before")], line = bytesOf("abc\n");
  framing.take(line, 0, 4, out);
  assertEquals(framing.lying, undefined, "it is not all that is there");
});

Deno.test("a newline is found wherever it is, near or far", () => {
  for (const length of [0, 1, 62, 63, 64, 65, 66, 127, 128, 1000]) {
    const line = new Uint8Array(length).fill(0x61);
    const stream = concat([line, bytesOf("\n"), line]);
    const lines: Uint8Array[] = [];
    assertEquals(new LineFraming().take(stream, 0, stream.length, lines), length + 1);
    assertEquals(lines.map((each) => each.length), [length]);
  }
});
