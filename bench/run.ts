/**
 * `deno task bench`: labwire against servers in Python, Node and C, ncat and socat, in one run.
 *
 *     deno task bench [--runs N] [--quick] [--only PART[,PART…]]…
 *
 * Writes its sections of bench/README.md and exits with 1 when a target is missed. With --quick (a
 * smoke run) or --only nothing is written. It needs Linux, python3, node, cc, ncat, socat and curl.
 *
 * @module
 */

import { chatWorks } from "./chat_works.ts";
import { cipherPart, measureCiphers } from "./cipher_cost.ts";
import { drivenWorks } from "./driven.ts";
import { echoWorks } from "./echo_works.ts";
import { growthPart, growthsOf, growthWorks } from "./growth.ts";
import { measureMemory, memoryPart } from "./memory.ts";
import { METHOD } from "./method.ts";
import { type Options, parseOptions, type PartName, PARTS } from "./options.ts";
import { print, writeSection } from "./page.ts";
import { type Part, written } from "./part.ts";
import type { Peer } from "./peers.ts";
import { Programs } from "./programs.ts";
import { speedParts } from "./report.ts";
import { Server } from "./servers.ts";
import { measureStarts, startPart } from "./startup.ts";
import { measureTransfer, transferSize, writeTransfer } from "./transfer.ts";
import { commandTable, COMPILED_BY, writtenBy } from "./versions.ts";
import { measureWorks, type Work } from "./works.ts";

const STARTS = { quick: 3, full: 15 };

/** One invocation: its options and what its parts have in common. */
class Run {
  readonly #programs: Programs;
  readonly #options: Options;
  /** All that took part, for the table of commands. */
  readonly peers: Peer[] = [];

  constructor(programs: Programs, options: Options) {
    this.#programs = programs;
    this.#options = options;
  }

  async measure(part: PartName): Promise<Part[]> {
    const { runs, quick } = this.#options;
    const programs = this.#programs;
    switch (part) {
      case "echo": {
        const works = [...echoWorks(programs, quick), ...drivenWorks(programs, quick)];
        return speedParts(await this.#measureWorks(works));
      }
      case "chat":
        return speedParts(await this.#measureWorks(chatWorks(programs, quick)));
      case "growth":
        return [growthPart(growthsOf(await this.#measureWorks(growthWorks(programs, quick))))];
      case "memory":
        return [memoryPart(await measureMemory(programs, runs, quick))];
      case "ciphers":
        return [cipherPart(await measureCiphers(runs, quick))];
      case "startup":
        return [startPart(await measureStarts(runs, quick ? STARTS.quick : STARTS.full))];
      case "transfer":
        return await measureTransfer({ ...transferSize(quick), runs, quick });
    }
  }

  #measureWorks(works: readonly Work[]) {
    this.peers.push(...works.flatMap(({ contenders }) => contenders.map(({ peer }) => peer)));
    return measureWorks(works, this.#options.runs);
  }
}

/** The section of bench/README.md. */
async function section(run: Run, programs: Programs, runs: number, parts: readonly Part[]) {
  const missed = parts.flatMap((part) => part.missed);
  const verdict = missed.length === 0
    ? "All targets are met."
    : `Targets that are missed:\n\n${missed.map((sentence) => `- ${sentence}`).join("\n")}`;
  return [
    "## Servers",
    await writtenBy("bench", runs),
    verdict,
    written(parts).trimEnd(),
    "### Commands",
    `The C programs are compiled by \`${COMPILED_BY}\`.`,
    commandTable(run.peers, programs).trimEnd(),
    "### Method",
    METHOD,
  ].join("\n\n");
}

if (import.meta.main) {
  const options = parseOptions(Deno.args);
  using programs = await Programs.compile();
  Deno.addSignalListener("SIGINT", () => {
    Server.endAll();
    programs[Symbol.dispose]();
    Deno.exit(130);
  });
  const run = new Run(programs, options);
  const servers: Part[] = [], transfer: Part[] = [];
  for (const name of options.parts) {
    const parts = await run.measure(name);
    (name === "transfer" ? transfer : servers).push(...parts);
    if (name !== "transfer") print(`\n${written(parts)}`); // which prints its own as they come
  }
  if (!options.quick && options.parts.length === PARTS.length) {
    await writeSection("servers", await section(run, programs, options.runs, servers));
    await writeTransfer("bench", options.runs, transfer);
  }
  const missed = [...servers, ...transfer].flatMap((part) => part.missed);
  for (const sentence of missed) print(`target missed: ${sentence}`);
  Deno.exitCode = missed.length === 0 || options.quick ? 0 : 1; // too short to be judged by
}
