/**
 * Files as tables: the same text goes to the terminal and into bench/README.md.
 *
 * @module
 */

import { type ChatResult, PACE_MS } from "./chat_beside_transfer.ts";
import { MOST_MIB } from "./contenders.ts";
import type { RaceResult, RaceSample } from "./file_race.ts";
import type { HashResult } from "./hashing.ts";
import { median } from "./measure.ts";
import { table } from "./page.ts";
import { type Part, written } from "./part.ts";
import { PAUSE_MS, READ_BYTES, SLOW_READERS, type SlowResult } from "./slow_readers.ts";

/** What a transfer may add to a message. */
const MOST_ADDED_MS = 100;

export function racePart(results: readonly RaceResult[]): Part {
  const [first] = results;
  const rows = results.map((result) => {
    const { contender: { name, target, needs }, samples, bytes } = result;
    if (samples.length === 0) return [name, `${needs} is missing`, ...Array(6).fill("")];
    const wanted = target ?? (isJudged(result) ? "" : undefined);
    return [
      name,
      seconds(result).toFixed(2),
      range(samples.map(({ client }) => client.seconds), 2),
      bytes > 1 ? (bytes / seconds(result) / 1e9).toFixed(2) : "",
      pair(samples, ({ cpuSeconds }) => cpuSeconds, 2),
      pair(samples, ({ peakKiB }) => peakKiB / 1024, 0),
      result === first || bytes === 1 ? "" : `${ratio(first, result).toFixed(2)}x`,
      wanted === undefined ? "" : [
        target === undefined ? `${MOST_MIB} MiB` : `${target}x`,
        raceMissed(first, result) ? "missed" : "met",
      ].join(", "),
    ];
  });
  return {
    heading: `A file of ${(first.bytes / 2 ** 20).toLocaleString("en-US")} MiB`,
    table: table(
      [
        ["who", "seconds", "lowest to highest", "GB/s", "CPU s: server, client"],
        ["peak MiB: server, client", "labwire's ratio", "target"],
      ].flat(),
      rows,
    ),
    missed: results.flatMap((result) => raceMissed(first, result) ?? []),
  };
}

export function hashPart(results: readonly HashResult[]): Part {
  const rows = results.map(({ name, gigabytesPerSecond: rates }) => [
    name,
    median(rates).toFixed(2),
    range(rates, 2),
  ]);
  return {
    heading: "SHA-256 of blocks of 1 MiB",
    table: table(["how", "GB/s", "lowest to highest"], rows),
    missed: [],
  };
}

export function chatPart(results: readonly ChatResult[]): Part {
  const usual = median(results[0].latencies);
  const added = results.map(({ latencies }) => Math.max(...latencies) - usual);
  const rows = results.map(({ beside, latencies, files }, i) => [
    files === 0 ? beside : `${beside}, ${files} times`,
    `${latencies.length}`,
    median(latencies).toFixed(1),
    percentile(latencies, 0.95).toFixed(1),
    Math.max(...latencies).toFixed(1),
    i === 0 ? "" : `+${added[i].toFixed(1)}`,
    i === 0 ? "" : `+${MOST_ADDED_MS}, ${added[i] < MOST_ADDED_MS ? "met" : "missed"}`,
  ]);
  return {
    heading: `A message every ${PACE_MS} ms beside a file`,
    table: table(
      ["beside", "messages", "median ms", "95th of 100", "most", "added at most", "target"],
      rows,
    ),
    missed: results.flatMap(({ beside }, i) =>
      i === 0 || added[i] < MOST_ADDED_MS
        ? []
        : [`${beside} adds ${added[i].toFixed(1)} ms to a message, target ${MOST_ADDED_MS} ms`]
    ),
  };
}

export function slowPart(results: readonly SlowResult[]): Part {
  const rows = results.map(({ way, samples }) => {
    const before = median(samples.map((sample) => sample.before));
    const peak = median(samples.map((sample) => sample.peak));
    const each = (peak - before) / SLOW_READERS;
    return [way, (before / 1024).toFixed(0), (peak / 1024).toFixed(0), each.toFixed(0)];
  });
  return {
    heading: `Memory with ${SLOW_READERS} readers of ${READ_BYTES / 1024} KiB every ${PAUSE_MS} ms`,
    table: table(["over", "before, MiB", "peak, MiB", "each reader, KiB"], rows),
    missed: [],
  };
}

/** The section of bench/README.md. */
export function section(writtenBy: string, method: string, parts: readonly Part[]): string {
  return `## Files\n\n${writtenBy}\n\n${written(parts)}### Method of the files\n\n${method}\n`;
}

function raceMissed(first: RaceResult, result: RaceResult): string | undefined {
  const { contender: { name, target }, samples } = result;
  if (samples.length === 0) return undefined;
  if (isJudged(result)) {
    const [server, client] = sides(samples, ({ peakKiB }) => peakKiB / 1024);
    if (Math.max(server, client) <= MOST_MIB) return undefined;
    return `${name}: ${server.toFixed(0)} and ${client.toFixed(0)} MiB, target ${MOST_MIB}`;
  }
  if (target === undefined || ratio(first, result) >= target) return undefined;
  return `${ratio(first, result).toFixed(2)}x of ${name}, target ${target}x`;
}

/** Memory is judged of all that labwire does with a large file. */
function isJudged({ contender, bytes }: RaceResult): boolean {
  return contender.name.includes("labwire") && bytes > 1;
}

function ratio(first: RaceResult, other: RaceResult): number {
  return seconds(other) / seconds(first);
}

function seconds({ samples }: RaceResult): number {
  return median(samples.map(({ client }) => client.seconds));
}

function pair(
  samples: readonly RaceSample[],
  figure: (side: RaceSample["server"]) => number,
  digits: number,
): string {
  return sides(samples, figure).map((value) => value.toFixed(digits)).join(", ");
}

function sides(
  samples: readonly RaceSample[],
  figure: (side: RaceSample["server"]) => number,
): [server: number, client: number] {
  return [
    median(samples.map(({ server }) => figure(server))),
    median(samples.map(({ client }) => figure(client))),
  ];
}

function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1];
}
