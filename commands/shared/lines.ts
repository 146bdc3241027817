import type { LineSource } from "../../lib/term/input.ts";
import { isExit } from "../../lib/wire/message.ts";

/** The lines of an input that outlives the connections they are sent over: none is lost between them. */
export class Lines {
  /** Whether no more will be sent: the input has ended, or `exit` was typed. */
  over = false;
  /** Whether that was by an `exit`. */
  left = false;
  readonly #source: AsyncIterator<string>;
  #next?: Promise<IteratorResult<string>>;
  #kept: string[] = [];

  /** Nothing is read before it is asked for. */
  constructor(input: LineSource) {
    this.#source = input.lines()[Symbol.asyncIterator]();
  }

  /** Lines that were taken in and wait to be sent. */
  get waiting(): readonly string[] {
    return this.#kept;
  }

  /** The next line; undefined when there are no more, or once `enough` aborts: then they wait. */
  async next(enough: AbortSignal): Promise<string | undefined> {
    return enough.aborted ? undefined : this.#kept.shift() ?? await this.#take(enough);
  }

  /** Gives back lines that could not be sent; they come first. */
  putBack(lines: readonly string[]): void {
    this.#kept.unshift(...lines);
  }

  /** No more is to be sent. */
  leave(): void {
    this.over = this.left = true;
  }

  /** Takes lines in that nobody can send yet, until `enough` aborts or there are no more. */
  async gather(enough: AbortSignal): Promise<void> {
    for (;;) {
      const line = await this.#take(enough);
      if (line === undefined) return;
      if (isExit(line)) return this.leave();
      this.#kept.push(line);
    }
  }

  async #take(enough: AbortSignal): Promise<string | undefined> {
    if (this.over || enough.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const stop = () => resolve(undefined);
    enough.addEventListener("abort", stop, { once: true });
    const result = await Promise.race([this.#next ??= this.#source.next(), promise]);
    enough.removeEventListener("abort", stop);
    if (result === undefined) return undefined;
    this.#next = undefined;
    if (!result.done) return result.value;
    this.over = true;
    return undefined;
  }
}
