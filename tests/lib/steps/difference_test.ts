import { assertEquals } from "@std/assert";
import { differenceLines, quoted } from "../../../lib/steps/difference.ts";

const encoder = new TextEncoder();

function lines(expected: string | undefined, came: string, dropped = 0): string[] {
  return differenceLines(
    expected === undefined ? undefined : encoder.encode(expected),
    encoder.encode(came),
    dropped,
  );
}

Deno.test("the first byte that differs is marked in both dumps", () => {
  assertEquals(lines("HTTP/1.0 200 OK\r\n\r\n", "x HTTP/1.0 200 OK\n\n"), [
    'what came: "x HTTP/1.0 200 OK\\n\\n" (19 bytes)',
    "the first 15 of 19 bytes have come; expected:",
    "  48 54 54 50 2f 31 2e 30 20 32 30 30 20 4f 4b 0d  HTTP/1.0 200 OK.",
    "                                               ^^",
    "  0a 0d 0a                                         ...",
    "came there:",
    "  48 54 54 50 2f 31 2e 30 20 32 30 30 20 4f 4b 0a  HTTP/1.0 200 OK.",
    "                                               ^^",
    "  0a                                               .",
  ]);
});

Deno.test("what is missing is marked behind what came", () => {
  assertEquals(lines("hello\n", "hello"), [
    'what came: "hello" (5 bytes)',
    "the first 5 of 6 bytes have come; expected:",
    "  68 65 6c 6c 6f 0a                                hello.",
    "                 ^^",
    "came there:",
    "  68 65 6c 6c 6f                                   hello",
    "                 ^^",
  ]);
});

Deno.test("a difference far behind is shown with the row before it", () => {
  const shown = lines(`${"a".repeat(1000)}bc`, `${"a".repeat(1000)}bd`);
  assertEquals(shown.slice(1), [
    "the first 1001 of 1002 bytes have come; expected:",
    "  61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61  aaaaaaaaaaaaaaaa",
    "  61 61 61 61 61 61 61 61 62 63                    aaaaaaaabc",
    "                             ^^",
    "came there:",
    "  61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61  aaaaaaaaaaaaaaaa",
    "  61 61 61 61 61 61 61 61 62 64                    aaaaaaaabd",
    "                             ^^",
  ]);
});

Deno.test("nothing, and a regular expression, have nothing to be compared with", () => {
  assertEquals(lines("abc", ""), ["what came: nothing"]);
  assertEquals(lines(undefined, "hi\n"), [
    'what came: "hi\\n" (3 bytes)',
    "  68 69 0a                                         hi.",
  ]);
});

Deno.test("much that came is shown by its end", () => {
  const [first] = lines("x", `${"a".repeat(5000)}`, 1000);
  assertEquals(first, `what came: "${"a".repeat(512)}" (512 bytes behind 5488 bytes)`);
});

Deno.test("what is quoted is harmless, and bytes that are no UTF-8 show which they are", () => {
  assertEquals(quoted(encoder.encode("\x1b[31m\x07é")), "\\x1b[31m\\x07é");
  assertEquals(quoted(Uint8Array.of(0xff, 0x41, 0x0a)), "\\xffA\\n");
  assertEquals(quoted(encoder.encode("a\u202eb")), "a<U+202E>b");
});
