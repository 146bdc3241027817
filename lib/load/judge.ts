import { type Fault, type FaultKind, type Figures, quoted } from "./figures.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { type Jury, LATE } from "./jury.ts";
import { type Expectation, numberedAnswer } from "./expectation.ts";
import { type Arrived, Ledger } from "./ledger.ts";
import { findIdentities, type Numbered } from "./numbered.ts";
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

/** Presumptions that are kept: by then the answer that would refute one has come. */
const PRESUMED = 1000;

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
  readonly #due?: Numbered;
  readonly #other?: Numbered;
  readonly #presumed = new Set<number>();
  #rest?: Uint8Array; // of the answer that was cut just now: it may follow as an answer of its own

  /** Looks at the answers of one client. */
  constructor(options: JudgeOptions) {
    this.#options = options;
    const { expect, client, length } = options;
    if (expect !== "any") {
      this.#due = numberedAnswer(expect, client, length);
      this.#other = numberedAnswer(expect, client, length);
      this.#due.set(1);
    }
    this.length = this.#due?.bytes.length ?? 0;
  }

  get outstanding(): number {
    return this.#options.times.last - this.#ledger.due + 1;
  }

  get isSettled(): boolean {
    return this.outstanding <= 0 && !this.#ledger.owes;
  }

  isDue(bytes: Uint8Array, start: number): boolean {
    return this.#due!.equals(bytes, start) && this.outstanding > 0;
  }

  right(): void {
    this.#rest = undefined;
    this.#came(this.#ledger.due);
    this.#ledger.arrive(this.#ledger.due, this.#options.times.last);
    this.#moveOn();
  }

  judge(frame: Uint8Array): void {
    if (!this.#due) this.#anyAnswer(frame);
    else this.#judge(frame);
    this.#moveOn();
  }

  unfinished(rest: Uint8Array): void {
    if (this.#due) this.#judge(rest);
    else if (this.outstanding > 0) this.#standIn(rest);
    else this.#fault("unexpected", undefined, rest);
    this.#moveOn();
  }

  unended(answer: Uint8Array): void {
    const [{ message }] = findIdentities(answer, this.#reversed);
    const arrived = this.#arrive(message);
    if (arrived === "again" && this.#presumed.delete(message)) return;
    const { client, figures } = this.#options;
    const came = safe`${quoted(answer)} without a line end`;
    figures.fault("wrong", () => ({ client, message, expected: this.#expected(message), came }));
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
    const [identity] = this.#due ? findIdentities(bytes, this.#reversed) : [];
    return identity?.client === this.#options.client && this.#is(bytes, identity.message);
  }

  get #reversed(): boolean {
    return this.#options.expect === "reverse";
  }

  #giveUp(last: number, came: SafeText): void {
    const { client, figures } = this.#options;
    this.#ledger.giveUp(last, ([from, to]) =>
      figures.fault("lost", () => ({
        client,
        message: from,
        expected: this.#expected(from),
        came,
      }), to - from + 1));
  }

  /** Which answers came and are owed is settled: the next to compare with, and what may be forgotten. */
  #moveOn(): void {
    const { due } = this.#ledger;
    if (!this.#ledger.owes) this.#options.times.drop(due - 1);
    const expected = this.#due;
    if (!expected || expected.number === due) return;
    if (expected.number + 1 === due) expected.next();
    else expected.set(due);
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

  #judge(frame: Uint8Array): void {
    const rest = this.#rest;
    this.#rest = undefined;
    const { client, times } = this.#options;
    const numbers = findIdentities(frame, this.#reversed)
      .filter((each) => each.client === client && each.message <= times.last && each.message > 0)
      .map((each) => each.message)
      .sort((a, b) => a - b);
    const different = new Set(numbers);
    if (different.size === 0) {
      if (rest && frame.length > 0 && startsWith(rest, frame)) {
        this.#rest = rest.subarray(frame.length);
      } else if (this.outstanding > 0) this.#standIn(frame);
      else this.#fault("unexpected", undefined, frame);
    } else if (different.size > 1) this.#judgeMerged(frame, different);
    else this.#judgeOne(frame, numbers[0], numbers.length > 1);
  }

  #judgeOne(frame: Uint8Array, number: number, twice: boolean): void {
    const exact = this.#is(frame, number);
    const { last } = this.#ledger;
    const sentAt = this.#options.times.of(number);
    const arrived = this.#arrive(number);
    if (arrived === "again") {
      if (!this.#presumed.delete(number)) this.#fault("duplicated", number, frame);
      else if (exact) { // what stood for it was something else
        const { client, figures } = this.#options;
        figures.reconsider("wrong", "unexpected", { client, message: number });
        this.#options.figures.right(this.now - sentAt);
      }
    } else if (!exact) {
      this.#fault(twice ? "duplicated" : "wrong", number, frame);
      this.#expectRest(frame, number);
    } else if (arrived !== "late") {
      if (arrived === "out of order") this.#fell(number, last);
      this.#options.figures.right(this.now - sentAt);
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
    this.#presumed.add(due);
    if (this.#presumed.size > PRESUMED) this.#presumed.delete(Math.min(...this.#presumed));
  }

  #came(number: number): void {
    this.#options.figures.right(this.now - this.#options.times.of(number));
  }

  #fault(kind: FaultKind, message: number | undefined, frame: Uint8Array): void {
    this.#options.figures.fault(kind, (): Fault => ({
      client: this.#options.client,
      message,
      expected: kind === "duplicated"
        ? safe`nothing, for it was answered`
        : this.#expected(message),
      came: quoted(frame),
    }));
  }

  #fell(message: number, last: number): void {
    const { client, figures } = this.#options;
    figures.fault("out of order", () => ({
      client,
      message,
      expected: this.#expected(message),
      came: safe`it behind ${this.#expected(last)}`,
    }));
  }

  #expected(message?: number): SafeText {
    if (message === undefined) return safe`nothing`;
    if (!this.#other) return safe`an answer`;
    this.#other.set(message);
    return quoted(this.#other.bytes);
  }

  #is(frame: Uint8Array, number: number): boolean {
    if (frame.length !== this.length) return false;
    this.#other!.set(number);
    return this.#other!.equals(frame, 0);
  }

  /** Where an answer is the beginning of what it should be, the rest of it belongs to it. */
  #expectRest(frame: Uint8Array, number: number): void {
    if (!this.#other) return;
    this.#other.set(number);
    const { bytes } = this.#other;
    if (startsWith(bytes, frame)) this.#rest = bytes.slice(frame.length);
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.length <= bytes.length && start.every((byte, i) => byte === bytes[i]);
}
