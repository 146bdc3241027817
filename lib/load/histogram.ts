import { createHistogram } from "node:perf_hooks";

/** Halvings after which a share is known to one in a million millions. */
const HALVINGS = 40;

/** How often which time was measured, in milliseconds: the HdrHistogram of `node:perf_hooks`. */
export class Histogram {
  readonly #times = createHistogram(); // nanoseconds, at least one

  /** How many were recorded. */
  get count(): number {
    return this.#times.count;
  }

  /** The longest. */
  get max(): number {
    return this.count === 0 ? 0 : this.#times.max / 1e6;
  }

  /** The mean. */
  get mean(): number {
    return this.count === 0 ? 0 : this.#times.mean / 1e6;
  }

  /** Records a time. */
  record(ms: number): void {
    this.#times.record(Math.max(1, Math.round(ms * 1e6)));
  }

  /** What a share (0 to 1) of all that were recorded did not exceed. */
  percentile(share: number): number {
    if (this.count === 0) return 0;
    return this.#times.percentile(Math.max(share * 100, Number.MIN_VALUE)) / 1e6;
  }

  /** How many were not above `ms`: the histogram tells percentiles, so the share is looked for. */
  within(ms: number): number {
    if (this.count === 0 || this.percentile(0) > ms) return 0;
    if (this.percentile(1) <= ms) return this.count;
    let low = 0, high = 1;
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (this.percentile(middle) <= ms) low = middle;
      else high = middle;
    }
    return Math.round(low * this.count);
  }
}
