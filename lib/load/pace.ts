import { SPIN_MS } from "./limits.ts";
import { sleep } from "../base/tasks.ts";
import type { LoadClient } from "./client.ts";

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

/** Deals what is due to the clients in turn. */
export class Schedule {
  #clients: LoadClient[];
  #most: number;
  #turn = 0;
  #touched = new Set<LoadClient>();

  /** `most`: how many there are in all. */
  constructor(clients: LoadClient[], most: number) {
    this.#clients = clients;
    this.#most = most;
  }

  /** A message is due; false once there is none to send, or nobody to send it. */
  add(time: number): boolean {
    if (this.#most-- <= 0) return false;
    for (let tries = 0; tries < this.#clients.length; tries++) {
      const client = this.#clients[this.#turn++ % this.#clients.length];
      if (client.ended) continue;
      client.schedule(time);
      this.#touched.add(client);
      return true;
    }
    return false;
  }

  /** All that is due is known: sends it. */
  flush(): void {
    for (const client of this.#touched) client.pump();
    this.#touched.clear();
  }
}
