/** Those who wait, in line; lines of different keys take turns, and so do lines within a line. */
class Line<T> {
  readonly #items: T[] = [];
  readonly #lines = new Map<string, Line<T>>();

  get isEmpty(): boolean {
    return this.#items.length === 0 && this.#lines.size === 0;
  }

  push(item: T, [key, ...keys]: readonly string[]): void {
    if (key === undefined) return void this.#items.push(item);
    let line = this.#lines.get(key);
    if (!line) this.#lines.set(key, line = new Line());
    line.push(item, keys);
  }

  shift(): T | undefined {
    for (const [key, line] of this.#lines) {
      this.#lines.delete(key); // its next turn comes after all others'
      const item = line.shift();
      if (!line.isEmpty) this.#lines.set(key, line);
      return item;
    }
    return this.#items.shift();
  }
}

/**
 * Does one piece of costly work at a time. Keys take turns: who asks a thousand times under one key
 * keeps another key waiting for one piece of work, not for a thousand. A second key is one of those
 * who take turns within the first.
 */
export class Turns {
  readonly #line = new Line<() => Promise<void>>();
  #busy = false;

  /** Does `work` when it is its turn; settles as it does. */
  run<T>(keys: readonly string[], work: () => T | Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const run = async () => {
      try {
        resolve(await work());
      } catch (error) {
        reject(error);
      }
    };
    this.#line.push(run, keys);
    if (!this.#busy) void this.#goOn();
    return promise;
  }

  async #goOn(): Promise<void> {
    this.#busy = true;
    for (let run = this.#line.shift(); run; run = this.#line.shift()) {
      await run();
      await turn(); // those who are in are served in between
    }
    this.#busy = false;
  }
}

/** One turn of the event loop, in which all that is ready to be read is read. */
export function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
