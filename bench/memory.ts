/**
 * Resident memory of a server without clients and with many that are connected and say nothing; of a
 * chat room also whether, and how soon, a message then reaches all of them.
 *
 * @module
 */

import { Clients, median, sleep, STEP_MS, within, writeAll } from "./measure.ts";
import { print, table, thousands } from "./page.ts";
import { type Part, verdict } from "./part.ts";
import { asyncioEcho, epollEcho, labwire, nodeEcho, type Peer, seed } from "./peers.ts";
import type { Programs } from "./programs.ts";
import { Server } from "./servers.ts";

interface Idle {
  readonly peer: Peer;
  readonly clients: number;
  /** What a client may cost at most. */
  readonly targetKiB?: number;
  /** Whether a message must then reach all. */
  readonly room?: boolean;
}

interface IdleSample {
  readonly emptyKiB: number;
  readonly fullKiB: number;
  readonly reachMs?: number;
}

/** Some idle clients, and what was measured in each run. */
export interface IdleResult {
  readonly idle: Idle;
  readonly samples: IdleSample[];
}

const SOME = 1000;
const MANY = 10_000;
const TARGET_KIB = 20;

/** After this a server has started what it starts late, and holds its clients for readers. */
const SETTLE_MS = { quick: 500, full: 1000 };

const WORDS = "hello to all of you\n";

/** Descriptors of one process with that many clients, and then some. */
const NEEDED_DESCRIPTORS = MANY + 100;

function idlers(programs: Programs): Idle[] {
  const rooms = [labwire("serve"), seed("001", "chunks")];
  const echoes = [labwire("echo-reverse"), epollEcho(programs), nodeEcho, asyncioEcho];
  const all = [...rooms, ...echoes, seed("004", "chunks")];
  return [SOME, MANY].flatMap((clients) =>
    all.map((peer): Idle => ({
      peer,
      clients,
      room: rooms.includes(peer),
      targetKiB: peer === rooms[0] && clients === MANY ? TARGET_KIB : undefined,
    }))
  );
}

export async function measureMemory(
  programs: Programs,
  runs: number,
  quick: boolean,
): Promise<IdleResult[]> {
  const settleMs = quick ? SETTLE_MS.quick : SETTLE_MS.full;
  await checkDescriptors();
  const results = idlers(programs).map((idle): IdleResult => ({ idle, samples: [] }));
  for (let run = 0; run < runs; run++) {
    for (const { idle, samples } of results) {
      const sample = await memoryOf(idle, settleMs);
      samples.push(sample);
      const each = eachKiB(idle, sample).toFixed(1);
      const what = `run ${run + 1}: ${thousands(idle.clients)} idle clients: ${idle.peer.name}`;
      print(`${what}: ${each} KiB each`);
    }
  }
  return results;
}

async function checkDescriptors(): Promise<void> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -Hn"] }).output();
  const limit = new TextDecoder().decode(stdout).trim();
  if (limit === "unlimited" || Number(limit) >= NEEDED_DESCRIPTORS) return;
  const remedy = `raise it (ulimit -Hn ${NEEDED_DESCRIPTORS}), or measure --only other parts`;
  throw new Error(`Cannot connect ${MANY} clients: a process may open ${limit} files; ${remedy}`);
}

async function memoryOf(
  { peer, clients: count, room }: Idle,
  settleMs: number,
): Promise<IdleSample> {
  await using server = await Server.start(peer);
  await sleep(settleMs);
  const emptyKiB = server.residentKiB();
  const listening = server.sockets();
  using clients = await Clients.connect(server.port, count);
  await server.untilAccepted(listening, count);
  await sleep(settleMs);
  const fullKiB = server.residentKiB();
  return { emptyKiB, fullKiB, reachMs: room ? await reachAll(clients, peer) : undefined };
}

/** Milliseconds until what one says has come to all others. */
async function reachAll({ conns: [sender, ...others] }: Clients, peer: Peer): Promise<number> {
  const start = performance.now();
  const work = [writeAll(sender, new TextEncoder().encode(WORDS)), ...others.map(hear)];
  await within(STEP_MS, `reach all through ${peer.name}`, Promise.all(work));
  return performance.now() - start;
}

async function hear(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(256);
  for (let text = ""; !text.endsWith(WORDS);) {
    const count = await conn.read(buffer);
    if (count === null) throw new Error(`Cannot hear: closed after ${JSON.stringify(text)}`);
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

export function memoryPart(results: readonly IdleResult[]): Part {
  const each = ({ idle, samples }: IdleResult) =>
    median(samples.map((sample) => eachKiB(idle, sample)));
  const met = (result: IdleResult) => each(result) <= (result.idle.targetKiB ?? Infinity);
  const rows = results.map((result) => {
    const { idle: { peer, clients, targetKiB, room }, samples } = result;
    return [
      thousands(clients),
      peer.name,
      thousands(median(samples.map(({ emptyKiB }) => emptyKiB))),
      thousands(median(samples.map(({ fullKiB }) => fullKiB))),
      each(result).toFixed(1),
      room ? `${thousands(median(samples.map(({ reachMs }) => reachMs!)))} ms` : "",
      verdict(targetKiB && `${targetKiB} KiB each`, met(result)),
    ];
  });
  return {
    heading: "Memory of idle clients",
    table: table(
      [
        ["clients", "server", "before, KiB", "with them, KiB", "each, KiB"],
        ["a message reaches all in", "target"],
      ].flat(),
      rows,
    ),
    missed: results.filter((result) => !met(result)).map((result) => {
      const { peer, clients, targetKiB } = result.idle;
      const what = `${thousands(clients)} idle clients of ${peer.name}`;
      return `${what}: ${each(result).toFixed(1)} KiB each, target ${targetKiB}`;
    }),
  };
}

function eachKiB({ clients }: Idle, { emptyKiB, fullKiB }: IdleSample): number {
  return (fullKiB - emptyKiB) / clients;
}
