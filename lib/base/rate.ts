import { sleep } from "./tasks.ts";

/** How fast one peer may send; what is not given is not bounded. */
export interface RateLimit {
  /** Messages in a second. */
  messages?: number;
  /** Bytes in a second. */
  bytes?: number;
}

/**
 * Two token buckets: each holds what may be sent in a second, and fills at that rate. Whoever has
 * emptied one waits.
 */
export class Rate {
  readonly #limit: Required<RateLimit>;
  #messages: number;
  #bytes: number;
  readonly #clock: () => number;
  #at: number;

  /** Both buckets are full; `clock` tells milliseconds. */
  constructor(
    { messages = Infinity, bytes = Infinity }: RateLimit,
    clock: () => number = () => performance.now(),
  ) {
    this.#clock = clock;
    this.#at = clock();
    this.#limit = { messages, bytes };
    this.#messages = messages;
    this.#bytes = bytes;
  }

  /** Takes a message out of the buckets; how many milliseconds to wait until they are not overdrawn. */
  take(bytes: number): number {
    const now = this.#clock();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    const { messages: perSecond, bytes: bytesPerSecond } = this.#limit;
    this.#messages = refill(this.#messages, perSecond, seconds) - 1;
    this.#bytes = refill(this.#bytes, bytesPerSecond, seconds) - bytes;
    const late = Math.max(debt(this.#messages, perSecond), debt(this.#bytes, bytesPerSecond));
    return late * 1000;
  }

  /** Takes a message out, and waits as long as it must; whether it had to. */
  async pass(bytes: number, signal?: AbortSignal): Promise<boolean> {
    const ms = this.take(bytes);
    if (ms === 0) return false;
    await sleep(ms, signal);
    return true;
  }
}

/** Seconds until a bucket is not overdrawn; one without a bound never is, and Infinity / Infinity is NaN. */
function debt(level: number, rate: number): number {
  return level < 0 ? -level / rate : 0;
}

function refill(level: number, rate: number, seconds: number): number {
  return rate === Infinity ? Infinity : Math.min(rate, level + rate * seconds);
}
