/**
 * A judge with nothing around it: messages are sent by saying so, answers are bytes.
 *
 * @module
 */
import { safe } from "../../../../lib/base/safe_text.ts";
import type { Expectation } from "../../../../lib/load/expectation.ts";
import { FAULTS, Figures } from "../../../../lib/load/figures.ts";
import { type Intake, LineIntake } from "../../../../lib/load/intake.ts";
import { Judge } from "../../../../lib/load/judge.ts";
import type { Jury } from "../../../../lib/load/jury.ts";
import { messageText } from "../../../../lib/load/numbered.ts";
import { SendTimes } from "../../../../lib/load/send_times.ts";
import { bytesOf } from "../../../support/feed.ts";

/** The characters of a message in these tests. */
export const LENGTH = 31;

/** What client 1 says in a message. */
export function said(number: number, client = 1): string {
  return messageText(client, number, LENGTH);
}

/** The same, turned around. */
export function turned(number: number, client = 1): string {
  return [...said(number, client)].reverse().join("");
}

/** How many faults there are of each kind that there is. */
export function faultsOf(figures: Figures): Record<string, number> {
  return Object.fromEntries(
    FAULTS.map((kind) => [kind, figures.faults.get(kind)?.count ?? 0] as const)
      .filter(([, count]) => count > 0),
  );
}

/** Client 1 of a run. */
export class Judged {
  readonly figures = new Figures();
  readonly times = new SendTimes();
  readonly judge: Judge;
  readonly intake: Intake;

  /** Expects answers in lines, unless `make` makes another intake. */
  constructor(
    expect: Exclude<Expectation, "broadcast">,
    make: (jury: Jury) => Intake = (jury) => new LineIntake(jury),
  ) {
    const { figures, times } = this;
    this.judge = new Judge({ client: 1, expect, length: LENGTH, times, figures });
    this.intake = make(this.judge);
  }

  /** Sends so many messages at `time`. */
  send(count: number, time = 0): this {
    for (let i = 0; i < count; i++) this.times.push(time);
    return this;
  }

  /** Something comes, piece by piece. */
  comes(...pieces: (string | Uint8Array)[]): this {
    for (const piece of pieces) {
      this.judge.now = 1;
      this.intake.take(typeof piece === "string" ? bytesOf(piece) : piece);
    }
    return this;
  }

  /** All that was sent is overdue. */
  expires(): this {
    this.intake.flush();
    this.judge.expire(Infinity, safe`nothing in 2 s`);
    return this;
  }

  /** The faults by kind. */
  get faults(): Record<string, number> {
    return faultsOf(this.figures);
  }
}
