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

const actsBySignal = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act` when `signal` aborts, at once if it has; dispose to forget about it. All acts of a
 * signal share one listener: a server keeps one act for each of its thousands of connections.
 */
export function onAbort(signal: AbortSignal, act: () => void): Disposable {
  if (signal.aborted) {
    act();
    return { [Symbol.dispose]: () => {} };
  }
  let acts = actsBySignal.get(signal);
  if (!acts) {
    const all = acts = new Set();
    actsBySignal.set(signal, all);
    signal.addEventListener("abort", () => all.forEach((each) => each()), { once: true });
  }
  const own = acts;
  own.add(act);
  return { [Symbol.dispose]: () => own.delete(act) };
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
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  using _deadline = new Deadline(ms, resolve).start();
  using _abort = signal && onAbort(signal, resolve);
  await promise;
}

/** Something that happens once, and can be waited for; while nobody waits it is next to nothing. */
export class Gate {
  /** Whether it has happened. */
  isOpen = false;
  #opened?: PromiseWithResolvers<void>;

  /** Resolves when it is open. */
  get opened(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    this.#opened ??= Promise.withResolvers<void>();
    return this.#opened.promise;
  }

  /** Lets all pass who wait. */
  open(): void {
    this.isOpen = true;
    this.#opened?.resolve();
  }

  /** Waits until it is open, for at most `ms` milliseconds. */
  async pass(ms: number): Promise<void> {
    if (this.isOpen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    using _deadline = new Deadline(ms, resolve).start();
    this.opened.then(resolve);
    await promise;
  }
}

/** Settles as `task` does, or rejects with what `late` makes after `ms` milliseconds. */
export async function within<T>(ms: number, task: Promise<T>, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  using _deadline = new Deadline(ms, () => reject(late())).start();
  return await Promise.race([task, promise]);
}
