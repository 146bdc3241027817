import { safe, type SafeText } from "../base/safe_text.ts";
import type { Histogram } from "./histogram.ts";

/** A bar of the plot: what was above the bar before, and not above `to` milliseconds. */
export interface Bar {
  /** Milliseconds. */
  to: number;
  /** How many. */
  count: number;
}

const COARSE = [1, 2, 5], FINE = [1, 1.5, 2, 3, 5, 7];
const FEW_BARS = 6;
const WIDTH = 46;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Counts in buckets of a few to a decade, without the empty ones at either end. */
export function bars(latency: Histogram): Bar[] {
  const coarse = barsBy(latency, COARSE);
  return coarse.length < FEW_BARS ? barsBy(latency, FINE) : coarse;
}

function barsBy(latency: Histogram, steps: readonly number[]): Bar[] {
  const found: Bar[] = [];
  for (let before = 0, i = 0; before < latency.count; i++) {
    const decade = Math.floor(i / steps.length) - 3; // from a microsecond
    const to = Number((steps[i % steps.length] * 10 ** decade).toPrecision(2));
    const within = latency.within(to);
    if (within > 0) found.push({ to, count: within - before });
    before = within;
  }
  return found;
}

/** The distribution of latencies as lines with bars, in less than 80 columns. */
export function plot(latency: Histogram): SafeText[] {
  const all = bars(latency);
  const most = Math.max(...all.map(({ count }) => count));
  const width = Math.max(...all.map(({ to }) => formatMs(to).length));
  return all.map(({ to, count }) => {
    const share = count / latency.count * 100;
    const percent = count === 0 ? "" : share < 0.01 ? "< 0.01 %" : `${share.toFixed(2)} %`;
    const bar = barOf(count / most, count > 0);
    return safe`  to ${formatMs(to).padStart(width)}  ${percent.padStart(8)}${bar && `  ${bar}`}`;
  });
}

function barOf(share: number, some: boolean): string {
  const eighths = Math.max(some ? 1 : 0, Math.round(share * WIDTH * 8));
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}

/** Milliseconds with as many digits as mean something: `0.083 ms`, `12.4 ms`, `2,010 ms`. */
export function formatMs(ms: number): string {
  if (ms >= 100) return `${formatCount(ms)} ms`;
  const digits = ms >= 10 ? 1 : ms >= 1 ? 2 : 3;
  const text = ms.toFixed(digits);
  return `${text.replace(/\.?0+$/, "") || "0"} ms`;
}

/** A whole number with commas: `412,345`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
