/** How many there are of each key. */
export class Tally {
  /** How many there are of all keys. */
  size = 0;
  readonly #counts = new Map<string, number>();

  /** How many there are of one key. */
  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** One more, until disposed. */
  add(key: string): Disposable {
    this.size++;
    this.#counts.set(key, this.of(key) + 1);
    return {
      [Symbol.dispose]: () => {
        this.size--;
        const rest = this.of(key) - 1;
        if (rest > 0) this.#counts.set(key, rest);
        else this.#counts.delete(key);
      },
    };
  }
}
