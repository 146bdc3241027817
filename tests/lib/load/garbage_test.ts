import { assert } from "@std/assert";
import fc from "fast-check";
import type { Expectation } from "../../../lib/load/expectation.ts";
import { FrameIntake } from "../../../lib/load/frame_intake.ts";
import { LineIntake, RawIntake } from "../../../lib/load/intake.ts";
import type { Intake } from "../../../lib/load/intake.ts";
import type { Jury } from "../../../lib/load/jury.ts";
import { encodeNative } from "../../../lib/wire/native_message.ts";
import { bytesOf } from "../../support/feed.ts";
import { Judged, said, turned } from "./support/bench_peer.ts";

const SENT = 8;
const NUMBER = fc.integer({ min: 0, max: SENT + 2 });
const ANSWER = fc.oneof(
  NUMBER.map((number) => said(number)),
  NUMBER.map((number) => turned(number)),
);
const PIECE = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  ANSWER.map(bytesOf),
  fc.tuple(ANSWER, fc.constantFrom("\n", "\r\n", "", " ACK\n")).map((parts) =>
    bytesOf(parts.join(""))
  ),
  fc.tuple(ANSWER, ANSWER).map(([one, other]) => bytesOf(`${one}${other}\n`)),
  ANSWER.map((text) => encodeNative({ type: "reply", text })),
);
const STEP = fc.oneof(PIECE, fc.constantFrom("rest", "expire", "send"));

const INTAKES: [string, (jury: Jury) => Intake][] = [
  ["text", (jury) => new LineIntake(jury)],
  ["raw", (jury) => new RawIntake(jury)],
  ["native", (jury) => new FrameIntake(jury, "native")],
  ["json", (jury) => new FrameIntake(jury, "json")],
];

for (const [dialect, make] of INTAKES) {
  Deno.test(`${dialect}: whatever comes, every message is settled, and answered at most once`, () => {
    const expectation = fc.constantFrom<Exclude<Expectation, "broadcast">>(
      "any",
      "reverse",
      "echo",
      "ack",
    );
    fc.assert(fc.property(expectation, fc.array(STEP, { maxLength: 40 }), (expect, steps) => {
      const judged = new Judged(expect, make).send(SENT / 2);
      for (const step of steps) {
        if (step === "rest") judged.intake.rest();
        else if (step === "expire") judged.expires();
        else if (step === "send") judged.send(judged.times.last < SENT ? 1 : 0);
        else judged.comes(step.slice());
      }
      judged.expires();
      const { answered } = judged.figures, { last } = judged.times;
      const { lost = 0 } = judged.faults;
      assert(judged.judge.isSettled && judged.judge.outstanding === 0);
      assert(answered + lost <= last, `${answered} answered and ${lost} lost of ${last}`);
      assert(Object.values(judged.faults).every((count) => count > 0));
    }));
  });
}
