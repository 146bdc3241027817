import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FrameIntake } from "../../../lib/load/frame_intake.ts";
import { safe } from "../../../lib/base/safe_text.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf } from "../../support/feed.ts";
import { Judged, said, turned } from "./support/bench_peer.ts";

const ANSWERS = {
  echo: said,
  reverse: turned,
  ack: (number: number) => `${said(number)} ACK`,
};

/** What a server may do with an answer, by the kind of fault that it is. */
const DEEDS: Record<string, (answers: string[]) => string[]> = {
  lost: ([, ...rest]) => rest,
  "out of order": ([first, second, ...rest]) => [second, first, ...rest],
  merged: ([first, second, ...rest]) => [first + second, ...rest],
  "merged with a blank": ([first, second, ...rest]) => [`${first} ${second}`, ...rest],
  duplicated: ([first, ...rest]) => [first, first, ...rest],
  "duplicated later": ([first, second, ...rest]) => [first, second, first, ...rest],
  wrong: ([first, ...rest]) => [first.replace("defgh", "dEfgh").replace("hgfed", "hgfEd"), ...rest],
  "wrong beyond recognition": ([, ...rest]) => ["Traceback (most recent call last):", ...rest],
  "wrong, since cut in two": ([first, ...rest]) => [first.slice(0, 9), first.slice(9), ...rest],
  "wrong, since cut short": ([first, ...rest]) => [first.slice(0, 22), ...rest],
  "unexpected": (answers) => ["Welcome!", ...answers],
  "unexpected, an empty line": (answers) => ["", ...answers],
};
const NAMES = Object.keys(DEEDS);
const GROUP = 5; // messages from one deed to the next: 2 are touched

function kindOf(deed: string): string {
  return /^(lost|out of order|merged|duplicated|wrong|unexpected)/.exec(deed)![1];
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

for (const [expect, answer] of Object.entries(ANSWERS) as [keyof typeof ANSWERS, typeof said][]) {
  Deno.test(`${expect}: right answers are right, wherever the stream is cut`, () => {
    const stream = bytesOf(numbers(12).map((number) => `${answer(number)}\n`).join(""));
    for (let size = 1; size <= stream.length; size++) {
      const judged = new Judged(expect).send(12);
      for (let at = 0; at < stream.length; at += size) {
        judged.comes(stream.subarray(at, at + size));
      }
      assertEquals([judged.faults, judged.figures.answered], [{}, 12], `pieces of ${size}`);
      assert(judged.judge.isSettled);
    }
  });

  Deno.test(`${expect}: each deed of a server is one fault, of its kind`, () => {
    for (const deed of NAMES) {
      const answers = DEEDS[deed](numbers(GROUP).map((number) => answer(number)));
      const judged = new Judged(expect).send(GROUP);
      judged.comes(...answers.map((line) => `${line}\n`)).expires();
      assertEquals(judged.faults, { [kindOf(deed)]: 1 }, deed);
    }
  });

  Deno.test(`${expect}: any schedule of deeds is told exactly, wherever the stream is cut`, () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 });
    const schedule = fc.array(fc.constantFrom("", ...NAMES), { maxLength: 30 });
    fc.assert(fc.property(schedule, cuts, (deeds, sizes) => {
      const done: Record<string, number> = {};
      let stream = "", next = 1;
      for (const deed of deeds) {
        const group = numbers(GROUP).map(() => answer(next++));
        for (const line of DEEDS[deed]?.(group) ?? group) stream += `${line}\n`;
        if (deed) done[kindOf(deed)] = (done[kindOf(deed)] ?? 0) + 1;
      }
      const judged = new Judged(expect).send(next - 1);
      const bytes = bytesOf(stream);
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length];
        judged.comes(bytes.subarray(at, at += size));
      }
      judged.expires();
      assertEquals(judged.faults, { ...done });
      const missing = (done.lost ?? 0) + (done.wrong ?? 0) + 2 * (done.merged ?? 0);
      assertEquals(judged.figures.answered, next - 1 - missing);
      assert(judged.judge.isSettled);
    }));
  });
}

Deno.test("one message at a time: each deed is one fault, though messages wait for each other", () => {
  for (const deed of NAMES) {
    if (/merged|out of order|later/.test(deed)) continue; // takes two on their way
    const judged = new Judged("reverse");
    for (const number of numbers(6)) {
      judged.send(1);
      const answers = number === 3 ? DEEDS[deed]([turned(number)]) : [turned(number)];
      judged.comes(...answers.map((line) => `${line}\n`));
      if (judged.judge.outstanding > 0) judged.expires();
    }
    assertEquals(judged.faults, { [kindOf(deed)]: 1 }, deed);
  }
});

Deno.test("an answer that comes after it was given up is late, not lost and not wrong", () => {
  const judged = new Judged("reverse").send(1).expires();
  assertEquals(judged.faults, { lost: 1 });
  judged.send(1).comes(`${turned(1)}\n${turned(2)}\n`);
  assertEquals([judged.faults, judged.figures.answered], [{ late: 1 }, 1]);
  assertEquals(judged.figures.faults.get("late")?.examples[0].message, 1);
});

Deno.test("the answer to somebody else is wrong, and one to what was not said, too", () => {
  assertEquals(new Judged("echo").send(2).comes(`${said(1, 7)}\n${said(2)}\n`).faults, {
    wrong: 1,
  });
  assertEquals(new Judged("echo").send(2).comes(`${said(1)}\n${said(9)}\n`).faults, { wrong: 1 });
});

Deno.test("more than was asked for is unexpected, or duplicated where it says so", () => {
  const judged = new Judged("echo").send(1).comes(`${said(1)}\n${said(1)}\nhello\n`);
  assertEquals(judged.faults, { duplicated: 1, unexpected: 1 });
});

Deno.test("any answer will do: one for each, the next is too much, or late", () => {
  const judged = new Judged("any").send(2).comes("a\nb\nc\n");
  assertEquals([judged.faults, judged.figures.answered], [{ unexpected: 1 }, 2]);
  const late = new Judged("any").send(1).expires().comes("a\n");
  assertEquals(late.faults, { late: 1 });
});

Deno.test("a first fault shows who, which message, what was expected and what came", () => {
  const judged = new Judged("reverse").send(3).comes(`${turned(1)}\nno\x1b[31m\n${turned(3)}\n`);
  assertEquals(judged.figures.faults.get("wrong")?.examples, [{
    client: 1,
    message: 2,
    expected: safe`"${turned(2)}"`,
    came: safe`"no␛[31m"`,
  }]);
});

Deno.test("a connection that ends leaves what was out lost, once", () => {
  const judged = new Judged("echo").send(5).comes(`${said(1)}\n`);
  judged.judge.abandon(safe`nothing`);
  judged.judge.abandon(safe`nothing`);
  assertEquals(judged.faults, { lost: 4 });
});

Deno.test("latency is counted from when a message left", () => {
  const judged = new Judged("echo").send(1, 10).send(1, 30);
  judged.judge.now = 50;
  judged.intake.take(bytesOf(`${said(2)}\n${said(1)}\n`));
  const { max, mean } = judged.figures.latency;
  assertEquals([Math.round(max), Math.round(mean)], [40, 30]);
});

Deno.test("over native replies are compared where they lie, and other messages are no answers", () => {
  const judged = new Judged("reverse", (jury) => new FrameIntake(jury, "native")).send(5);
  const reply = (text: string) => encodeNative({ type: "reply", text });
  judged.comes(
    encodeNative({ type: "notice", text: "Ada joined" }),
    reply(turned(1)),
    reply(turned(2)),
    encodeNative({ type: "error", text: turned(3) }),
    encodeNative({ type: "ping" }),
    reply(turned(5)),
    reply(turned(4)),
  );
  assertEquals([judged.faults, judged.figures.answered], [{ "out of order": 1 }, 5]);
  const none = new Judged("reverse", (jury) => new FrameIntake(jury, "native")).send(2);
  none.comes(bytesOf("\x01{"), reply(turned(2)));
  assertEquals(none.faults, { wrong: 1 });
  const wrong = new Judged("reverse", (jury) => new FrameIntake(jury, "native")).send(2);
  wrong.comes(encodeNative({ type: "error", text: "Cannot do that" }), reply(turned(2)));
  assertEquals(wrong.faults, { wrong: 1 });
});

Deno.test("whatever ends a line, answers are told; one that has no end is wrong", () => {
  const crlf = new Judged("reverse").send(2).comes(`${turned(1)}\r\n${turned(2)}\r`, "\n");
  assertEquals([crlf.faults, crlf.figures.answered], [{}, 2]);
  const bare = new Judged("reverse").send(1).comes(turned(1));
  bare.intake.rest();
  assertEquals([bare.faults, bare.judge.isSettled], [{ wrong: 1 }, true]);
  assertEquals(bare.send(1).comes(`\n${turned(2)}\n`).faults, { wrong: 1 });
  const before = new Judged("reverse").send(1);
  for (const number of [1, 2, 3]) {
    before.comes(`\n${turned(number)}`);
    before.intake.rest();
    before.send(1);
  }
  assertEquals(before.faults, { wrong: 3 });
});

Deno.test("over native and json any answer will do that is a message to people", () => {
  const judged = new Judged("any", (jury) => new FrameIntake(jury, "native")).send(5);
  judged.comes(
    encodeNative({ type: "reply", text: "ok" }),
    encodeNative({ type: "notice", text: "Ada joined" }),
    encodeNative({ type: "chat", from: "Ada", text: "hello" }),
    encodeNative({ type: "error", text: "Cannot do that" }),
  );
  assertEquals([judged.faults, judged.figures.answered], [{}, 3]);
  const json = new Judged("any", (jury) => new FrameIntake(jury, "json")).send(1);
  json.comes(`{"username":"Ada","timestamp":1,"message":"aGVsbG8="}`);
  assertEquals([json.faults, json.figures.answered], [{}, 1]);
});
