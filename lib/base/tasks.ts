/**
 * Small helpers for tasks that run side by side: wait for all, end by deadline, end by signal.
 *
 * @module
 */

/** Waits until every task has settled, then throws the first error there was, if any. */
export async function allDone(tasks: Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  for (const result of results) {
    if (result.status === "rejected") throw result.reason;
  }
}

/** Calls `act` when `signal` aborts, at once if it has; dispose to forget about it. */
export function onAbort(signal: AbortSignal, act: () => void): Disposable {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", act) };
}

/** A timer that is started once, later, and never outlives its owner (`using`). */
export class Deadline implements Disposable {
  #ms: number;
  #act: () => void;
  #timer?: ReturnType<typeof setTimeout>;

  /** Calls `act` once, `ms` milliseconds after {@linkcode start}. */
  constructor(ms: number, act: () => void) {
    this.#ms = ms;
    this.#act = act;
  }

  /** Starts the clock; a second call changes nothing. */
  start(): this {
    this.#timer ??= setTimeout(this.#act, this.#ms);
    return this;
  }

  /** Stops the clock for good. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** Resolves after `ms` milliseconds, or at once when `signal` aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}

/** Settles as `task` does, or rejects with what `late` makes after `ms` milliseconds. */
export async function within<T>(ms: number, task: Promise<T>, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  using _deadline = new Deadline(ms, () => reject(late())).start();
  return await Promise.race([task, promise]);
}
