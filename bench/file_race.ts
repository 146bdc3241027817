/**
 * A large file in memory, moved by each contender in turn, run after run.
 *
 * @module
 */

import { type Contender, type Grounds, otherContenders, ownContenders } from "./contenders.ts";
import { sleep } from "./measure.ts";
import { freePort, Process, untilListening, type Usage } from "./process.ts";

/** One contender's measurements; none when it is missing here. */
export interface RaceResult {
  readonly contender: Contender;
  readonly samples: RaceSample[];
  /** Bytes that were moved each time. */
  readonly bytes: number;
}

/** The processor time of the server is that of the measured transfer, its memory that of its life. */
export interface RaceSample {
  readonly server: Pick<Usage, "cpuSeconds" | "peakKiB">;
  readonly client: Usage;
}

/** A file that is younger may change unseen, and labwire does not keep its hashes. */
const SETTLE_MS = 2500;

const FILL_BYTES = 1024 * 1024;

/** Measures all contenders once in each run, and tells of each sample. */
export async function fileRace(
  mebibytes: number,
  runs: number,
  tell: (line: string) => void,
): Promise<RaceResult[]> {
  const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "labwire-bench-" });
  try {
    const grounds = await prepare(folder, mebibytes);
    const contenders = [...ownContenders(grounds), ...otherContenders(grounds)];
    const results = contenders.map((contender) => ({
      contender,
      samples: [] as RaceSample[],
      bytes: contender.name.endsWith("of 1 byte") ? 1 : mebibytes * FILL_BYTES,
    }));
    await sleep(SETTLE_MS);
    for (let run = 0; run < runs; run++) {
      for (const { contender, samples } of results) {
        if (contender.needs && !await isInstalled(contender.needs)) continue;
        const sample = await measure(contender, grounds);
        samples.push(sample);
        tell(`run ${run + 1}: ${contender.name}: ${sample.client.seconds.toFixed(2)} s`);
      }
    }
    return results;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function prepare(folder: string, mebibytes: number): Promise<Grounds> {
  const share = `${folder}/share`, inbox = `${folder}/inbox`;
  await Deno.mkdir(share);
  await Deno.mkdir(inbox);
  const grounds = { share, file: `${share}/large.bin`, smallFile: `${share}/small.bin`, inbox };
  await Deno.writeTextFile(grounds.smallFile, "1");
  await fillRandom(grounds.file, mebibytes);
  return grounds;
}

/** Writes a file of random bytes. */
export async function fillRandom(path: string, mebibytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const block = new Uint8Array(FILL_BYTES);
  for (let i = 0; i < mebibytes; i++) {
    for (let at = 0; at < block.length; at += 65536) {
      crypto.getRandomValues(block.subarray(at, at + 65536)); // as many as it gives at once
    }
    for (let at = 0; at < block.length;) at += await file.write(block.subarray(at));
  }
}

async function measure(contender: Contender, grounds: Grounds): Promise<RaceSample> {
  const { server: listen, client: move, result, warmUps = 0 } = contender;
  const port = freePort();
  await using server = await Process.start(listen(port));
  await untilListening(port, server);
  for (let i = 0; i < warmUps; i++) {
    await using client = await Process.start(move(port));
    await client.usage;
    await Deno.remove(result);
  }
  const before = server.cpuSeconds;
  await using process = await Process.start(move(port));
  const client = await process.usage;
  const { cpuSeconds, peakKiB } = await server.end();
  await compare(result, result.endsWith("small.bin") ? grounds.smallFile : grounds.file);
  await Deno.remove(result);
  return { server: { cpuSeconds: cpuSeconds - before, peakKiB }, client };
}

async function compare(path: string, original: string): Promise<void> {
  const { success } = await new Deno.Command("cmp", { args: ["-s", path, original] }).output();
  if (!success) throw new Error(`Cannot trust "${path}": it is not what was sent`);
}

async function isInstalled(program: string): Promise<boolean> {
  const args = ["-c", 'command -v "$1"', "sh", program];
  return (await new Deno.Command("sh", { args, stdout: "null" }).output()).success;
}
