import { ProtocolError } from "../base/errors.ts";
import { OPERATOR_QUESTIONS } from "../base/limits.ts";
import type { Seat } from "./seat.ts";

/** Messages that wait for the operator's answers, in order of arrival. */
export class Questions {
  readonly #waiting: Seat[] = []; // one for each message
  readonly #settling = new WeakMap<Seat, () => void>();

  /** Adds a message of `seat`. @throws {ProtocolError} when too many wait. */
  add(seat: Seat): void {
    if (this.#waiting.length >= OPERATOR_QUESTIONS) {
      throw new ProtocolError("too many messages wait for the operator, please try again later");
    }
    this.#waiting.push(seat);
  }

  /** Resolves when the operator owes somebody no answer. */
  settled(seat: Seat): Promise<void> {
    if (!this.#waiting.includes(seat)) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settling.set(seat, resolve);
    return promise;
  }

  /** Lets `answer` go to whoever has waited longest; false when nobody waits. */
  answer(answer: (seat: Seat) => void): boolean {
    for (;;) {
      const seat = this.#waiting.shift();
      if (!seat) return false;
      if (seat.gone) continue;
      answer(seat);
      if (!this.#waiting.includes(seat)) this.#settling.get(seat)?.();
      return true;
    }
  }
}
