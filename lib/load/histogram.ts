/** Parts of each power of two: what is told is at most 1/128 off. */
const PARTS = 128;

/**
 * How often which time was measured: log-linear buckets (as HdrHistogram has them), so that a
 * recording is one addition, and the counts are there for a plot, which `node:perf_hooks` keeps to itself.
 */
export class Histogram {
  /** How many were recorded. */
  count = 0;
  /** The largest, exactly. */
  max = 0;
  #sum = 0;
  readonly #buckets = new Float64Array(PARTS * 48);

  /** Records a time in milliseconds. */
  record(ms: number): void {
    if (ms < 0) ms = 0;
    this.count++;
    this.#sum += ms;
    if (ms > this.max) this.max = ms;
    this.#buckets[indexOf(Math.min(ms, 1e9) * 1e6)]++;
  }

  /** The mean, exactly. */
  get mean(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }

  /** What a share (0 to 1) of all that were recorded did not exceed, in milliseconds. */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let i = 0; i < this.#buckets.length; i++) {
      seen += this.#buckets[i];
      if (seen >= rank) return Math.min(this.max, startOf(i + 1) / 1e6);
    }
    return this.max;
  }

  /** Calls `each` with the buckets that are not empty, lowest first: their middle in milliseconds. */
  forEach(each: (ms: number, count: number) => void): void {
    for (let i = 0; i < this.#buckets.length; i++) {
      if (this.#buckets[i] > 0) each((startOf(i) + startOf(i + 1)) / 2e6, this.#buckets[i]);
    }
  }
}

/** The bucket of a number of nanoseconds: below 128 each has its own, then 128 for each doubling. */
function indexOf(ns: number): number {
  if (ns < 2 ** 31) {
    const whole = ns | 0; // most are below two seconds, and found without a logarithm
    if (whole < PARTS) return whole;
    const doublings = 24 - Math.clz32(whole);
    return PARTS * doublings + (whole >> doublings);
  }
  const doublings = Math.floor(Math.log2(ns)) - 7;
  return PARTS * doublings + Math.floor(ns / 2 ** doublings);
}

function startOf(index: number): number {
  if (index < 2 * PARTS) return index;
  const doublings = Math.floor(index / PARTS) - 1;
  return (index - PARTS * doublings) * 2 ** doublings;
}
