/**
 * `deno task bench`: labwire against the threaded Python servers of the courses, in one run.
 *
 *     deno task bench [--runs N] [--quick] [--only echo|chat|memory]
 *
 * Writes its section of bench/README.md and exits with 1 when a target is missed. With --quick (a smoke run) or
 * --only nothing is written and no target is judged.
 *
 * @module
 */

import type { Sample } from "./measure.ts";
import { type MemorySample, memoryWith } from "./memory.ts";
import { print, writeSection, writtenBy } from "./page.ts";
import { type MemoryResult, memoryTable, missedTargets, section, speedTable } from "./report.ts";
import type { WorkResult } from "./report.ts";
import { EXECUTABLE, Server } from "./servers.ts";
import { IDLE_CLIENTS, idlePeers, METHOD, type Part, PARTS, works } from "./works.ts";

interface Options {
  readonly runs: number;
  readonly quick: boolean;
  readonly parts: readonly Part[];
}

async function measureSpeed(options: Options): Promise<WorkResult[]> {
  const chosen = works(options.quick).filter((work) => options.parts.includes(work.part));
  const results = chosen.map(({ name, unit, contenders }) => ({
    work: name,
    unit,
    peers: contenders.map(({ peer, target }) => ({
      peer: peer.name,
      target,
      samples: [] as Sample[],
    })),
  }));
  for (let run = 0; run < options.runs; run++) {
    for (const [w, work] of chosen.entries()) {
      for (const [c, { peer }] of work.contenders.entries()) {
        await using server = await Server.start(peer);
        const sample = await work.load(server);
        results[w].peers[c].samples.push(sample);
        const figure = Math.round(sample.perSecond).toLocaleString("en-US");
        print(`run ${run + 1}: ${work.name}: ${peer.name}: ${figure} ${work.unit} a second`);
      }
    }
  }
  return results;
}

async function measureMemory(options: Options): Promise<MemoryResult[]> {
  if (!options.parts.includes("memory")) return [];
  const peers = idlePeers();
  const results = peers.map((peer) => ({
    peer: peer.name,
    samples: [] as MemorySample[],
  }));
  for (let run = 0; run < options.runs; run++) {
    for (const [i, peer] of peers.entries()) {
      const sample = await memoryWith(peer, IDLE_CLIENTS);
      results[i].samples.push(sample);
      print(`run ${run + 1}: memory: ${peer.name}: ${sample.emptyKiB}, ${sample.fullKiB} KiB`);
    }
  }
  return results;
}

function parse(args: readonly string[]): Options {
  const usage = "Usage: deno task bench [--runs N] [--quick] [--only echo|chat|memory]";
  const quick = args.includes("--quick");
  let runs = quick ? 1 : 5;
  let parts = PARTS;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--quick") continue;
    const value = args[i + 1] ?? "";
    if (args[i] === "--runs" && /^[1-9]\d?$/.test(value)) runs = Number(value);
    else if (args[i] === "--only" && PARTS.some((part) => part === value)) {
      parts = PARTS.filter((part) => part === value);
    } else throw new Error(`Cannot read "${args[i]} ${value}"\n${usage}`);
    i++;
  }
  return { runs, quick, parts };
}

if (import.meta.main) {
  const options = parse(Deno.args);
  const results = await measureSpeed(options);
  const memoryResults = await measureMemory(options);
  const speed = speedTable(results);
  const memory = memoryTable(memoryResults, IDLE_CLIENTS);
  if (results.length > 0) print(`\n${speed.trimEnd()}`);
  if (memoryResults.length > 0) print(`\n${memory.trimEnd()}`);
  if (!options.quick && options.parts === PARTS) {
    const command = ["deno task bench", ...Deno.args];
    if (EXECUTABLE) command.unshift(`LABWIRE=${EXECUTABLE}`);
    const written = await writtenBy(command.join(" "), options.runs);
    await writeSection("servers", section(written, METHOD, [speed, memory]));
    const missed = missedTargets(results);
    for (const sentence of missed) print(`target missed: ${sentence}`);
    Deno.exit(missed.length === 0 ? 0 : 1);
  }
}
