const FIRST = 64;

/** When each of a client's messages left, or should have left: a ring that grows as far as it has to. */
export class SendTimes {
  /** The number of the last message; the first is 1. */
  last = 0;
  /** The lowest number that is kept. */
  first = 1;
  #times = new Float64Array(FIRST);

  /** The next message leaves at `time`. */
  push(time: number): void {
    const number = ++this.last;
    if (number - this.first >= this.#times.length) this.#grow();
    this.#times[number & (this.#times.length - 1)] = time;
  }

  /** When a message left; NaN when that is no longer known. */
  of(number: number): number {
    return number < this.first || number > this.last
      ? NaN
      : this.#times[number & (this.#times.length - 1)];
  }

  /** Drops all that left before `time`; the number of the last of them, or of one dropped before. */
  dropBefore(time: number): number {
    while (this.first <= this.last && this.of(this.first) < time) this.first++;
    return this.first - 1;
  }

  /** Forgets all up to a number. */
  drop(number: number): void {
    if (number >= this.first) this.first = number + 1;
  }

  #grow(): void {
    const before = this.#times;
    const grown = new Float64Array(before.length * 2);
    for (let number = this.first; number < this.last; number++) {
      grown[number & (grown.length - 1)] = before[number & (before.length - 1)];
    }
    this.#times = grown;
  }
}
