import { SPIN_MS } from "../base/limits.ts";
import { sleep } from "../base/tasks.ts";

/** What {@linkcode pace} needs. */
export interface PaceOptions {
  /** Events a second. */
  rate: number;
  /** When the first is due, by `performance.now()`. */
  began: number;
  /** Ends it. */
  signal: AbortSignal;
  /** An event was due at `time`, which is `lateMs` ago; false ends it. */
  due: (time: number, lateMs: number) => boolean;
  /** All that are due by now have been told of. */
  flush: () => void;
}

/**
 * Events at a steady rate, whatever becomes of them. Each has its time by its number, so that nothing
 * adds up. Timers are 1 to 2 ms late: the last of the wait is spent in turns of the event loop, which
 * take 3 µs each and let everything else happen.
 */
export async function pace({ rate, began, signal, due, flush }: PaceOptions): Promise<void> {
  for (let number = 0; !signal.aborted;) {
    const now = performance.now();
    let next = began + number * 1000 / rate;
    for (; next <= now; next = began + number * 1000 / rate) {
      if (!due(next, now - next)) return flush();
      number++;
    }
    flush();
    if (next - now > SPIN_MS) await sleep(next - now - SPIN_MS, signal);
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
