const UNITS = new Map([["ms", 1], ["s", 1000], ["m", 60_000], ["h", 3_600_000], ["d", 86_400_000]]);

/** A century: whoever means longer means forever, and no date is far off. */
const MOST_MS = 36_500 * 86_400_000;

/**
 * A span of time such as `500ms`, `2s`, `10m`, `1h` or `2d`, or plain milliseconds; undefined if it
 * is none, or longer than a century.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  const ms = match ? Number(match[1]) * UNITS.get(match[2] ?? "ms")! : Infinity;
  return ms <= MOST_MS ? ms : undefined;
}

/** A span of time in words, such as `200 ms` or `1.5 s`. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}
