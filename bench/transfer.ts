/**
 * `deno task bench:transfer`: labwire's files against curl, ncat, socat and others, in one run.
 *
 *     deno task bench:transfer [--runs N] [--size MiB] [--quick] [--only race|hash|chat|memory]
 *
 * Writes its section of bench/README.md and exits with 1 when a target is missed. With --quick (a
 * smoke run) or --only nothing is written and no target is judged. It needs Linux, and in /dev/shm
 * room for four files of that size.
 *
 * @module
 */

import { chatBesideTransfer } from "./chat_beside_transfer.ts";
import { fileRace } from "./file_race.ts";
import { hashSpeeds } from "./hashing.ts";
import { print, writeSection } from "./page.ts";
import type { Part } from "./part.ts";
import { slowReaders } from "./slow_readers.ts";
import { chatPart, hashPart, racePart, section, slowPart } from "./transfer_report.ts";
import { writtenBy } from "./versions.ts";

export interface TransferOptions {
  readonly runs: number;
  readonly mebibytes: number;
  readonly quick: boolean;
  readonly only?: string;
}

/** How the figures came about, for the page that shows them. */
const METHOD = `\
A file of random bytes in /dev/shm goes over loopback into another file there. Each run measures
everybody once, one after the other, each with a server started anew; the figures are medians over the
runs, the ratios are ratios of these medians. What arrived is compared with the file, off the clock.

- seconds: the receiving process (of put the sending one) from its start to its exit; "labwire get of 1
  byte" shows how much of that is start, greeting and end. GB/s is the size by this time.
- CPU s: user and system time of both sides. The server's begins with the client, hence without its
  start; a client counts whole, with its sha256sum.
- peak MiB: the largest resident memory of each side. Below about 10 it is that of the measuring program.
- labwire's ratio: how many times as fast "labwire get" was. labwire verifies the file on both sides; of
  the others only sha256sum looks at what it has got. "labwire get" is that of a server that has sent
  the file before and has kept its block hashes; "not hashed before" is the first one after its start.
- SHA-256: blocks of 1 MiB, nothing else at work. Elsewhere than inline, two blocks are under way.
- A message beside a file: three \`labwire connect\` take turns; the time runs from typing into the one's
  pipe until the later of the other two has printed it. "added at most" is the most beside a file less the
  median beside nothing. The file goes over and over as long as messages do, and all are measured
  once; on two cores, server, clients and the benchmark share what processor time there is.
- Memory with slow readers: of \`labwire fileserver\`, with clients that read a sparse file of 1 GiB.

Who ends early, fails or moves something else than the file ends the benchmark with an error.`;

export async function measureTransfer(
  { runs, mebibytes, quick, only }: TransferOptions,
): Promise<Part[]> {
  const parts: [name: string, measure: () => Promise<Part>][] = [
    ["race", async () => racePart(await fileRace(mebibytes, runs, print))],
    ["hash", async () => hashPart(await hashSpeeds(quick ? 100 : 1000, runs))],
    ["chat", async () => chatPart(await chatBesideTransfer(mebibytes, quick ? 60 : 600))],
    ["memory", async () => slowPart(await slowReaders(quick ? 1000 : 4000, runs))],
  ];
  const measured: Part[] = [];
  for (const [name, part] of parts) {
    if (only !== undefined && only !== name) continue;
    const { heading, table } = measured[measured.push(await part()) - 1];
    print(`\n${heading}\n\n${table}`);
  }
  return measured;
}

/** What is measured unless options say otherwise. */
export function transferSize(quick: boolean): { runs: number; mebibytes: number } {
  return quick ? { runs: 1, mebibytes: 64 } : { runs: 9, mebibytes: 1024 };
}

/** Writes the section of bench/README.md. */
export async function writeTransfer(
  command: string,
  runs: number,
  parts: readonly Part[],
): Promise<void> {
  await writeSection("transfer", section(await writtenBy(command, runs), METHOD, parts));
}

function parse(args: readonly string[]): TransferOptions {
  const quick = args.includes("--quick");
  let { runs, mebibytes } = transferSize(quick), only: string | undefined;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--quick") continue;
    const value = args[i + 1] ?? "";
    if (args[i] === "--runs" && /^[1-9]\d?$/.test(value)) runs = Number(value);
    else if (args[i] === "--size" && /^[1-9]\d{0,4}$/.test(value)) mebibytes = Number(value);
    else if (args[i] === "--only" && /^(race|hash|chat|memory)$/.test(value)) only = value;
    else {
      const usage = "[--runs N] [--size MiB] [--quick] [--only race|hash|chat|memory]";
      throw new Error(
        `Cannot read "${args[i]} ${value}"\nUsage: deno task bench:transfer ${usage}`,
      );
    }
    i++;
  }
  return { runs, mebibytes, quick, only };
}

if (import.meta.main) {
  const options = parse(Deno.args);
  const parts = await measureTransfer(options);
  if (!options.quick && options.only === undefined) {
    await writeTransfer("bench:transfer", options.runs, parts);
    const missed = parts.flatMap((part) => part.missed);
    for (const sentence of missed) print(`target missed: ${sentence}`);
    Deno.exit(missed.length === 0 ? 0 : 1);
  }
}
