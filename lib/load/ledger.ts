/**
 * Which numbers of a sequence have come, in what order, and which are missing.
 *
 * @module
 */
import { REMEMBERED } from "./limits.ts";

/**
 * What the arrival of a number means: it is the `next`; it is `ahead` of some that are owed from now
 * on; it was `owed`, or is `out of order`, for its predecessor was a later one; it is `late`, having
 * been given up; it came `again`; it was `never` sent.
 */
export type Arrived = "next" | "ahead" | "owed" | "out of order" | "late" | "again" | "never";

/** Both numbers belong to it. */
export type Range = [first: number, last: number];

/**
 * The account of one sequence 1, 2, 3, …, which is to arrive in this order. A number that is passed
 * over is owed until it comes or is given up. One that comes before or behind its place is one fault,
 * however many it passes: counted is where the sequence goes down.
 */
export class Ledger {
  /** The lowest number that is neither here nor passed over nor given up. */
  due = 1;
  /** The one that came before, in its turn or not. */
  last = 0;
  #owed?: Set<number>;
  #lost?: Range[];

  /** Takes note that a number has come; those up to `sent` have been sent. */
  arrive(number: number, sent: number): Arrived {
    if (number > sent || number < 1) return "never";
    const fell = number < this.last;
    if (number < this.due) {
      if (this.#owed?.delete(number)) {
        this.last = number;
        return fell ? "out of order" : "owed";
      }
      return this.#recover(number) ? "late" : "again";
    }
    this.last = number;
    if (number === this.due) {
      this.due++;
      return "next";
    }
    this.#owed ??= new Set();
    for (; this.due < number; this.due++) this.#owed.add(this.due);
    this.due++;
    return "ahead";
  }

  /** Whether numbers were passed over that may still come. */
  get owes(): boolean {
    return this.#owed !== undefined && this.#owed.size > 0;
  }

  /** Gives up all up to `last` that have not come, and calls `each` with them. */
  giveUp(last: number, each: (range: Range) => void): void {
    if (this.#owed?.size) {
      for (const number of this.#owed) {
        if (number > last) continue;
        this.#owed.delete(number);
        this.#lose([number, number], each);
      }
    }
    if (this.due > last) return;
    const range: Range = [this.due, last];
    this.due = last + 1;
    this.#lose(range, each);
  }

  #lose(range: Range, each: (range: Range) => void): void {
    this.#lost ??= [];
    const before = this.#lost.at(-1);
    if (before && before[1] + 1 === range[0]) before[1] = range[1];
    else this.#lost.push([...range]);
    if (this.#lost.length > REMEMBERED) this.#lost.shift();
    each(range);
  }

  /** Takes a number that was given up off the list of those. */
  #recover(number: number): boolean {
    const at = this.#lost?.findIndex(([first, last]) => first <= number && number <= last) ?? -1;
    if (at < 0) return false;
    const [first, last] = this.#lost![at];
    const rest: Range[] = [];
    if (first < number) rest.push([first, number - 1]);
    if (number < last) rest.push([number + 1, last]);
    this.#lost!.splice(at, 1, ...rest);
    return true;
  }

  /** The lowest number that was given up and has not come since, taken off the list. */
  recoverFirst(): number | undefined {
    const first = this.#lost?.[0]?.[0];
    if (first !== undefined) this.#recover(first);
    return first;
  }
}
