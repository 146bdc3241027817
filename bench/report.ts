/**
 * Works as tables: the same text goes to the terminal and into bench/README.md.
 *
 * @module
 */

import { median, type Sample } from "./measure.ts";
import { table, thousands } from "./page.ts";
import { type Part, verdict } from "./part.ts";
import { nameOf, type WorkResult } from "./works.ts";

const HEAD = [
  ["work", "server", "per second", "lowest to highest", "cores: server, load"],
  ["server's CPU, ns each", "labwire's ratio", "target"],
].flat();

/** A table for each heading. */
export function speedParts(results: readonly WorkResult[]): Part[] {
  const headings = [...new Set(results.map(({ work }) => work.heading))];
  return headings.map((heading) => {
    const own = results.filter(({ work }) => work.heading === heading);
    return {
      heading,
      table: table(HEAD, own.flatMap(rows)),
      missed: own.flatMap(missedTargets),
    };
  });
}

function rows(result: WorkResult): string[][] {
  const { work, samples } = result;
  return work.contenders.map((contender, i) => [
    i === 0 ? `${work.name}, ${work.unit}` : "",
    nameOf(contender),
    thousands(perSecond(samples[i])),
    range(samples[i]),
    cores(samples[i]),
    cpuNanoseconds(samples[i]),
    i === 0 ? "" : `${ratio(result, i).toFixed(2)}x`,
    verdict(contender.target && `${contender.target}x`, met(result, i)),
  ]);
}

/** A sentence for each target that was not reached. */
function missedTargets(result: WorkResult): string[] {
  const { work } = result;
  return work.contenders.flatMap((contender, i) => {
    if (met(result, i)) return [];
    const reached = `${ratio(result, i).toFixed(2)}x of ${nameOf(contender)}`;
    return [`${work.heading}, ${work.name}: ${reached}, target ${contender.target}x`];
  });
}

function ratio({ samples }: WorkResult, i: number): number {
  return perSecond(samples[0]) / perSecond(samples[i]);
}

function met(result: WorkResult, i: number): boolean {
  const { target } = result.work.contenders[i];
  return target === undefined || ratio(result, i) >= target;
}

function perSecond(samples: readonly Sample[]): number {
  return median(samples.map((sample) => sample.perSecond));
}

function range(samples: readonly Sample[]): string {
  const figures = samples.map((sample) => sample.perSecond);
  return `${thousands(Math.min(...figures))} to ${thousands(Math.max(...figures))}`;
}

function cores(samples: readonly Sample[]): string {
  const server = median(samples.map((sample) => sample.serverCores));
  const load = median(samples.map((sample) => sample.loadCores));
  return `${server.toFixed(2)}, ${load.toFixed(2)}`;
}

function cpuNanoseconds(samples: readonly Sample[]): string {
  const each = median(samples.map(({ serverCores, perSecond }) => serverCores / perSecond * 1e9));
  return each < 100 ? each.toFixed(1) : thousands(each);
}
