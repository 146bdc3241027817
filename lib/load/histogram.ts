import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Times above an hour count as one. */
const MOST_NS = 3600e9;

/** Halvings after which a share is known to one in a million millions. */
const HALVINGS = 40;

/**
 * How often which time was measured, in milliseconds: the HdrHistogram of `node:perf_hooks`. One of its
 * records takes 65 ns, a third of what a message may take in all; so equal times in a row, which answers
 * to one write have that come in one read, are recorded together, with one call for each bit of their
 * number.
 */
export class Histogram {
  readonly #byBit: RecordableHistogram[] = []; // what is in the n-th counts 2^n times
  #sum?: RecordableHistogram; // of all, while nothing was added
  #ms = -1;
  #run = 0; // how many were of `#ms`, and are not recorded yet

  /** Records a time. */
  record(ms: number): void {
    if (ms !== this.#ms) this.#endRun(ms);
    this.#run++;
  }

  /** How many were recorded. */
  get count(): number {
    return this.#all().count;
  }

  /** The longest. */
  get max(): number {
    return this.count === 0 ? 0 : this.#all().max / 1e6;
  }

  /** The mean. */
  get mean(): number {
    return this.count === 0 ? 0 : this.#all().mean / 1e6;
  }

  /** What a share (0 to 1) of all that were recorded did not exceed. */
  percentile(share: number): number {
    if (this.count === 0) return 0;
    return this.#all().percentile(Math.max(share * 100, Number.MIN_VALUE)) / 1e6;
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

  #endRun(next: number): void {
    const ns = Math.min(MOST_NS, Math.max(1, Math.round(this.#ms * 1e6)));
    for (let bit = 0, left = this.#run; left > 0; bit++, left >>>= 1) {
      while (this.#byBit.length <= bit) this.#byBit.push(histogram());
      if (left & 1) this.#byBit[bit].record(ns);
    }
    this.#ms = next;
    this.#run = 0;
    this.#sum = undefined;
  }

  #all(): RecordableHistogram {
    if (this.#run > 0) this.#endRun(-1);
    this.#sum ??= this.#byBit.reduceRight((higher, lower) => {
      const sum = histogram();
      for (const each of [higher, higher, lower]) sum.add(each);
      return sum;
    }, histogram());
    return this.#sum;
  }
}

function histogram(): RecordableHistogram {
  return createHistogram({ highest: MOST_NS });
}
