import { REMEMBERED } from "./limits.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { Answers, type Expectation } from "./expectation.ts";
import { type FaultKind, type Figures, quoted } from "./figures.ts";
import { type Jury, LATE } from "./jury.ts";
import { type Arrived, Ledger } from "./ledger.ts";
import type { SendTimes } from "./send_times.ts";

/** What {@linkcode Judge} needs. */
export interface JudgeOptions {
  /** The client whose answers it looks at. */
  client: number;
  /** What they are to be. */
  expect: Exclude<Expectation, "broadcast">;
  /** Characters of a message. */
  length: number;
  /** When its messages left. */
  times: SendTimes;
  /** Where right answers and faults are counted. */
  figures: Figures;
}

/**
 * Holds the answers that one client gets against what is expected, so that one fault of the server
 * counts as one: an answer out of its turn says by its number what it is, one without a number stands
 * for the answer whose turn it is, unless that comes after all.
 */
export class Judge implements Jury {
  readonly length: number;
  now = 0;
  readonly #ledger = new Ledger();
  readonly #options: JudgeOptions;
  readonly #answers?: Answers; // none where any will do
  readonly #presumed = new Set<number>();
  #rest?: Uint8Array; // of the answer that was cut just now: it may follow as an answer of its own

  /** Looks at the answers of one client. */
  constructor(options: JudgeOptions) {
    this.#options = options;
    const { expect, client, length } = options;
    if (expect !== "any") this.#answers = new Answers(expect, client, length);
    this.length = this.#answers?.length ?? 0;
  }

  get outstanding(): number {
    return this.#options.times.last - this.#ledger.due + 1;
  }

  get isSettled(): boolean {
    return this.outstanding <= 0 && !this.#ledger.owes;
  }

  isDue(bytes: Uint8Array, start: number): boolean {
    return this.#answers!.isDue(bytes, start) && this.outstanding > 0;
  }

  right(): void {
    this.#rest = undefined;
    this.#came(this.#ledger.due);
    this.#ledger.arrive(this.#ledger.due, this.#options.times.last);
    this.#moveOn();
  }

  judge(frame: Uint8Array): void {
    if (this.#answers) this.#judge(frame, this.#answers);
    else this.#anyAnswer(frame);
    this.#moveOn();
  }

  unfinished(rest: Uint8Array): void {
    if (this.#answers) this.#judge(rest, this.#answers);
    else if (this.outstanding > 0) this.#standIn(rest);
    else this.#fault("unexpected", undefined, rest);
    this.#moveOn();
  }

  unended(answer: Uint8Array): void {
    const [message] = this.#answers!.messagesIn(answer);
    const arrived = this.#arrive(message);
    if (arrived === "again" && this.#presumed.delete(message)) return;
    this.#fault("wrong", message, safe`${quoted(answer)} without a line end`);
    this.#moveOn();
  }

  expire(before: number, why: SafeText): void {
    this.#giveUp(this.#options.times.dropBefore(before), why);
    this.#moveOn();
  }

  abandon(why: SafeText): void {
    this.#giveUp(this.#options.times.last, why);
    this.#moveOn();
  }

  exact(bytes: Uint8Array): boolean {
    const [message] = this.#answers?.messagesIn(bytes) ?? [];
    return message !== undefined && this.#answers!.isTo(message, bytes);
  }

  #giveUp(last: number, came: SafeText): void {
    this.#ledger.giveUp(last, ([from, to]) => this.#fault("lost", from, came, to - from + 1));
  }

  /** What is settled by now may be forgotten, and what follows is due. */
  #moveOn(): void {
    const { due, owes } = this.#ledger;
    if (!owes) this.#options.times.drop(due - 1);
    this.#answers?.moveTo(due);
  }

  #anyAnswer(frame: Uint8Array): void {
    if (this.outstanding > 0) {
      this.#came(this.#ledger.due);
      this.#ledger.arrive(this.#ledger.due, this.#options.times.last);
      return;
    }
    const late = this.#ledger.recoverFirst();
    if (late === undefined) this.#fault("unexpected", undefined, frame);
    else this.#wasLate(late);
  }

  #judge(frame: Uint8Array, answers: Answers): void {
    const rest = this.#rest;
    this.#rest = undefined;
    const { last } = this.#options.times;
    const messages = answers.messagesIn(frame).filter((message) => message <= last);
    const different = new Set(messages);
    if (different.size > 1) this.#judgeMerged(frame, different);
    else if (different.size === 1) this.#judgeOne(frame, messages, answers);
    else if (rest && frame.length > 0 && startsWith(rest, frame)) {
      this.#rest = rest.subarray(frame.length);
    } else if (this.outstanding > 0) this.#standIn(frame);
    else this.#fault("unexpected", undefined, frame);
  }

  #judgeOne(frame: Uint8Array, [message, twin]: number[], answers: Answers): void {
    const { client, figures, times } = this.#options;
    const exact = answers.isTo(message, frame);
    const { last } = this.#ledger;
    const tookMs = this.now - times.of(message);
    const arrived = this.#arrive(message);
    if (arrived === "late") return;
    if (arrived === "again") {
      if (!this.#presumed.delete(message)) this.#fault("duplicated", message, frame);
      else if (exact) { // what stood for it was something else
        figures.reconsider("wrong", "unexpected", { client, message });
        figures.right(tookMs);
      }
    } else if (!exact) {
      this.#fault(twin === undefined ? "wrong" : "duplicated", message, frame);
      this.#expectRest(frame, message);
    } else {
      if (arrived === "out of order") {
        this.#fault(arrived, message, safe`behind ${quoted(answers.to(last))}`);
      }
      figures.right(tookMs);
    }
  }

  #judgeMerged(frame: Uint8Array, numbers: Set<number>): void {
    let news = false;
    for (const number of numbers) {
      if (this.#arrive(number) !== "again" || this.#presumed.delete(number)) news = true;
    }
    const [first] = numbers;
    this.#fault(news ? "merged" : "duplicated", first, frame);
  }

  /** Takes note of a number, and of it that it was not lost, if so. */
  #arrive(number: number): Arrived {
    const arrived = this.#ledger.arrive(number, this.#options.times.last);
    if (arrived === "late") this.#wasLate(number);
    return arrived;
  }

  #wasLate(message: number): void {
    const { client, figures } = this.#options;
    figures.reconsider("lost", "late", { client, message }, LATE);
  }

  /** What says nothing of itself is taken for the answer whose turn it is. */
  #standIn(frame: Uint8Array): void {
    const { due } = this.#ledger;
    this.#ledger.arrive(due, this.#options.times.last);
    this.#fault("wrong", due, frame);
    this.#expectRest(frame, due);
    const [oldest] = this.#presumed;
    if (this.#presumed.size === REMEMBERED) this.#presumed.delete(oldest);
    this.#presumed.add(due);
  }

  #came(number: number): void {
    this.#options.figures.right(this.now - this.#options.times.of(number));
  }

  #fault(
    kind: FaultKind,
    message: number | undefined,
    came: SafeText | Uint8Array,
    count = 1,
  ): void {
    const { client, figures } = this.#options;
    figures.fault(kind, () => ({
      client,
      message,
      expected: this.#expected(kind, message),
      came: typeof came === "string" ? came : quoted(came),
    }), count);
  }

  #expected(kind: FaultKind, message?: number): SafeText {
    if (kind === "duplicated") return safe`nothing, for it was answered`;
    if (message === undefined) return safe`nothing`;
    return this.#answers ? quoted(this.#answers.to(message)) : safe`an answer`;
  }

  /** Where an answer is the beginning of what it should be, the rest of it belongs to it. */
  #expectRest(frame: Uint8Array, message: number): void {
    const answer = this.#answers?.to(message);
    if (answer && startsWith(answer, frame)) this.#rest = answer.slice(frame.length);
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.length <= bytes.length && start.every((byte, i) => byte === bytes[i]);
}
