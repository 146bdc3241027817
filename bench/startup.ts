/**
 * How long it takes until a program has printed its help and ended, beside an empty one.
 *
 * @module
 */

import { median } from "./measure.ts";
import { print, table } from "./page.ts";
import { type Part, verdict } from "./part.ts";
import { LABWIRE } from "./peers.ts";
import { Process, PYTHON } from "./process.ts";

export interface StartResult {
  readonly name: string;
  readonly command: readonly string[];
  /** Of what an empty `deno run` takes. */
  readonly target?: number;
  readonly seconds: number[];
}

/** What the others are compared with. */
const BARE = "deno run empty.ts";

export async function measureStarts(runs: number, starts: number): Promise<StartResult[]> {
  const folder = await Deno.makeTempDir({ prefix: "labwire-bench-" });
  try {
    const empty = `${folder}/empty.ts`;
    await Deno.writeTextFile(empty, "");
    const results: StartResult[] = [
      { name: "labwire --help", command: [...LABWIRE, "--help"], target: 1.5, seconds: [] },
      { name: "labwire serve --help", command: [...LABWIRE, "serve", "--help"], seconds: [] },
      { name: BARE, command: [Deno.execPath(), "run", empty], seconds: [] },
      { name: "node -e ''", command: ["node", "-e", ""], seconds: [] },
      { name: "python3 -c pass", command: [PYTHON, "-c", "pass"], seconds: [] },
    ];
    for (const { command } of results) await start(command); // fills the caches
    for (let run = 0; run < runs; run++) {
      for (let i = 0; i < starts; i++) {
        for (const { command, seconds } of results) seconds.push(await start(command));
      }
      print(`run ${run + 1}: ${starts} starts of each`);
    }
    return results;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function start(command: readonly string[]): Promise<number> {
  await using process = await Process.start({ args: command });
  const { seconds, code } = await process.usage;
  if (code !== 0) throw new Error(`Cannot start "${command.join(" ")}": signal ${-code}`);
  return seconds;
}

export function startPart(results: readonly StartResult[]): Part {
  const bare = median(results.find(({ name }) => name === BARE)!.seconds);
  const ratio = ({ seconds }: StartResult) => median(seconds) / bare;
  const met = (result: StartResult) => ratio(result) <= (result.target ?? Infinity);
  const ms = (seconds: number) => (seconds * 1000).toFixed(1);
  const rows = results.map((result) => {
    const { name, seconds, target } = result;
    return [
      name,
      ms(median(seconds)),
      `${ms(Math.min(...seconds))} to ${ms(Math.max(...seconds))}`,
      name === BARE ? "" : `${ratio(result).toFixed(2)}x`,
      verdict(target && `at most ${target}x`, met(result)),
    ];
  });
  return {
    heading: "Start-up",
    table: table(["command", "ms", "lowest to highest", "of the empty program", "target"], rows),
    missed: results.filter((result) => !met(result)).map((result) =>
      `${result.name} takes ${ratio(result).toFixed(2)}x of ${BARE}, target ${result.target}x`
    ),
  };
}
