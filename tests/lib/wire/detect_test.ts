import { assert, assertEquals } from "@std/assert";
import { FRAME_BYTES } from "../../../lib/base/limits.ts";
import { detect, type Detected } from "../../../lib/wire/detect.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { LengthFraming } from "../../../lib/wire/length_framing.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf, concat } from "../../support/feed.ts";

const hello: Message = { type: "hello", version: 1, cipher: "none", name: "Ada" };

function framed(...payloads: Uint8Array[]): Uint8Array {
  return frameAll(new LengthFraming(FRAME_BYTES), payloads);
}

/** What begins a stream, and what it is once all of it has come. */
const BEGINNINGS: [string, Uint8Array, Detected][] = [
  ["a hello", framed(encodeNative(hello)), "native"],
  ["another native message", framed(encodeNative({ type: "chat", text: "hi" })), "unknown"],
  ["a frame that is no JSON", framed(bytesOf("\x01{oops")), "unknown"],
  ["an empty frame", framed(new Uint8Array()), "unknown"],
  ["a file block", framed(encodeNative({ type: "block", id: 1, bytes: bytesOf("x") })), "unknown"],
  ["UTF-16, big-endian", bytesOf("\0h\0e\0l\0l\0o\0\n"), "unknown"],
  ["UTF-16 that begins with a rare character", bytesOf("\0\xe4\0i"), "unknown"],
  ["a JSON object", bytesOf('{"username":"Ada"}'), "json"],
  ["a JSON object laid out over lines", bytesOf('{\r\n\t "username": "Ada"\r\n}'), "json"],
  ["chat that begins with a brace", bytesOf("{ha} what?\n"), "text"],
  ["chat that begins with braces", bytesOf("{{\n"), "text"],
  ["a JSON list", bytesOf('["a"]\n'), "text"],
  ["a line", bytesOf("hello\n"), "text"],
  ["an empty line", bytesOf("\n"), "text"],
  ["a return and a newline", bytesOf("\r\n"), "text"],
  ["a web request", bytesOf("GET / HTTP/1.1\r\nHost: here\r\n\r\n"), "http"],
  ["an old web request", bytesOf("POST /a%20b HTTP/1.0\n"), "http"],
  ["a web request for a long path", bytesOf(`GET /${"a".repeat(6000)} HTTP/1.1\r\n`), "http"],
  ["a web request for too long a path", bytesOf(`GET /${"a".repeat(7e4)} HTTP/1.1\r\n`), "text"],
  ["a long line that ends like a request", bytesOf(`${"a".repeat(5000)} HTTP/1.1\r\n`), "text"],
  ["an object after much white space", bytesOf(`{${" ".repeat(5000)}"a":1}`), "text"],
  ["a shout", bytesOf(`HELLO ${"A".repeat(6000)}\n`), "text"],
  ["talk about the web", bytesOf("I like HTTP/1.1 a lot\nGET / HTTP/1.1\r\n"), "text"],
  ["the web's next version", bytesOf("PRI * HTTP/2.0\r\n\r\n"), "text"],
  ["TLS", concat([new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00]), bytesOf("…")]), "tls"],
  ["a control character", bytesOf("\x16hello\n"), "text"],
  ["a long line", bytesOf("a".repeat(5000)), "text"],
  ["bytes that are no UTF-8", concat([new Uint8Array([0xff, 0xfe]), bytesOf("h\0\n\0")]), "text"],
];

for (const [what, bytes, expected] of BEGINNINGS) {
  Deno.test(`${what} is ${expected}, wherever it is cut`, () => {
    assertEquals(detect(bytes, false), expected);
    for (let length = 0; length < bytes.length; length++) {
      const early = detect(bytes.subarray(0, length), false);
      assert(early === undefined || early === expected, `${early} after ${length} bytes`);
    }
  });
}

Deno.test("nothing is undecided, quiet or not", () => {
  assertEquals(detect(new Uint8Array(), false), undefined);
  assertEquals(detect(new Uint8Array(), true), undefined);
});

Deno.test("what could still be json, HTTP or TLS is text once it is quiet", () => {
  for (const beginning of ["{", "{ ", "{\n", "{\n  \n", "GET / HTTP/1.1", "\x16", "hello"]) {
    assertEquals(detect(bytesOf(beginning), false), undefined, beginning);
    assertEquals(detect(bytesOf(beginning), true), "text", beginning);
  }
});

Deno.test("white space behind a brace is waited for only so long", () => {
  assertEquals(detect(bytesOf("{" + " ".repeat(5000)), false), "text");
  assertEquals(detect(bytesOf("{" + "\n".repeat(5000)), false), "text");
});

Deno.test("a native frame is waited for, quiet or not", () => {
  const frame = framed(encodeNative(hello));
  for (const length of [1, 2, 3, 4, 10, frame.length - 1]) {
    const begun = frame.subarray(0, length);
    assertEquals(detect(begun, true), undefined);
  }
});

Deno.test("a hello is at most 65,535 bytes long: its length begins with two zeros", () => {
  assertEquals(detect(new Uint8Array([0, 0, 0xff, 0xff]), false), undefined);
  assertEquals(detect(new Uint8Array([0, 1]), false), "unknown");
});

Deno.test("detection looks at a view, not at the buffer behind it", () => {
  const buffer = concat([bytesOf("GET / HTTP/1.1\r\n"), framed(encodeNative(hello))]);
  assertEquals(detect(buffer.subarray(16), false), "native");
});
