import { assertEquals } from "@std/assert";
import { RawIntake } from "../../../lib/load/intake.ts";
import { vigenere } from "../../../lib/wire/ciphers/vigenere.ts";
import { bytesOf } from "../../support/feed.ts";
import { Judged, said, turned } from "./support/bench_peer.ts";

function raw(expect: "reverse" | "echo" | "any" = "reverse"): Judged {
  return new Judged(expect, (jury) => new RawIntake(jury));
}

Deno.test("raw: an answer is there when as many bytes have come as it has, wherever it is cut", () => {
  for (let cut = 1; cut < 31; cut++) {
    const judged = raw();
    for (const number of [1, 2, 3]) {
      judged.send(1).comes(turned(number).slice(0, cut), turned(number).slice(cut));
    }
    assertEquals([judged.faults, judged.figures.answered], [{}, 3]);
  }
});

Deno.test("raw: an answer that is too short is wrong once nothing follows, and the next is right", () => {
  const judged = raw().send(1).comes(turned(1).slice(0, 30)).expires();
  assertEquals(judged.faults, { wrong: 1 });
  judged.send(1).comes(turned(2));
  assertEquals([judged.faults, judged.figures.answered], [{ wrong: 1 }, 1]);
});

Deno.test("raw: what comes with an answer is too much, and one that is too long is wrong", () => {
  assertEquals(raw().send(1).comes(`${turned(1)}\n`).faults, { unexpected: 1 });
  assertEquals(raw().send(1).comes(`\n${turned(1)}`).faults, { wrong: 1 });
});

Deno.test("raw: a late answer is told from the one that is due, though they come as one", () => {
  const judged = raw().send(1).expires().send(1).comes(turned(1) + turned(2));
  assertEquals([judged.faults, judged.figures.answered], [{ late: 1 }, 1]);
});

Deno.test("raw: twice the same is duplicated", () => {
  assertEquals(raw("echo").send(1).comes(said(1) + said(1)).faults, { duplicated: 1 });
  assertEquals(raw("echo").send(1).comes(said(1), said(1)).faults, { duplicated: 1 });
});

Deno.test("raw: where any answer will do, each piece is one", () => {
  const judged = raw("any").send(1).comes("ok").send(1).comes("yes, that too");
  assertEquals([judged.faults, judged.figures.answered], [{}, 2]);
});

Deno.test("raw: under a cipher answers are opened first", () => {
  const cipher = vigenere("LEMON");
  const judged = new Judged("echo", (jury) => new RawIntake(jury, cipher)).send(1);
  const sealed = cipher.seal(bytesOf(said(1)));
  judged.comes(sealed.slice(0, 7), sealed.slice(7));
  assertEquals([judged.faults, judged.figures.answered], [{}, 1]);
});

Deno.test("text: where any answer will do, a line without an end is wrong, once nothing follows", () => {
  const judged = new Judged("any").send(1).comes("ok");
  judged.intake.rest();
  assertEquals([judged.faults, judged.figures.answered], [{}, 0]);
  assertEquals(judged.expires().faults, { wrong: 1 });
});
