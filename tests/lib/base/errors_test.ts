import { assert, assertEquals } from "@std/assert";
import {
  Exit,
  Failure,
  isClosed,
  plainReason,
  ProtocolError,
  reasonOf,
} from "../../../lib/base/errors.ts";

Deno.test("a failure is one line, with its remedy if there is one", () => {
  const plain = new Failure("Cannot do it: it is late", Exit.failed);
  assertEquals([plain.line, plain.exit], ["Cannot do it: it is late", 1]);
  const cause = new Error("why");
  const helped = new Failure("Cannot do it: it is late", Exit.usage, { remedy: "be early", cause });
  assertEquals([helped.line, helped.cause], ["Cannot do it: it is late (be early)", cause]);
});

Deno.test("the reason of anything that is thrown is one line", () => {
  assertEquals(reasonOf(new Failure("Cannot", Exit.failed, { remedy: "try" })), "Cannot (try)");
  assertEquals(reasonOf(new ProtocolError("one\n  two\r\n three")), "one two three");
  assertEquals(reasonOf(new RangeError()), "RangeError");
  assertEquals(reasonOf("text"), "text");
  assertEquals(reasonOf(undefined), "undefined");
});

Deno.test("a system's reason loses its number and all but its first line", () => {
  assertEquals(plainReason(new Error("No route to host (os error 113)\nat x")), "no route to host");
  assertEquals(plainReason("Odd"), "odd");
});

Deno.test("what a socket says when it was closed is told from all else", () => {
  const { BrokenPipe, ConnectionReset, Interrupted, BadResource, NotFound } = Deno.errors;
  for (const closed of [BrokenPipe, ConnectionReset, Interrupted, BadResource]) {
    assert(isClosed(new closed("x")));
  }
  for (const other of [new NotFound("x"), new Error("x"), new ProtocolError("x"), undefined]) {
    assert(!isClosed(other));
  }
});

Deno.test("every exit code is another one", () => {
  const codes = Object.values(Exit);
  assertEquals(new Set(codes).size, codes.length);
});
