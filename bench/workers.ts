/**
 * `deno task bench:workers`: what more than one process, or a worker, would gain.
 *
 * Writes its section of bench/README.md.
 *
 * @module
 */

import { echoLoad, fanoutLoad } from "./load.ts";
import { median, type Sample, sleep } from "./measure.ts";
import { print, table, thousands, writeSection } from "./page.ts";
import { labwire, type Peer } from "./peers.ts";
import { beside } from "./process.ts";
import { Programs } from "./programs.ts";
import { sealAndSend, UNDER_WAY } from "./sealing.ts";
import { Server } from "./servers.ts";
import { writtenBy } from "./versions.ts";

/** Something done in one way, and in another with more cores. */
interface Comparison {
  readonly work: string;
  readonly unit: string;
  readonly ways: readonly { readonly name: string; readonly run: () => Promise<Sample> }[];
}

const CLIENTS = 100;
const RUNS = 5;
const MEASURE_MS = 1500;

await using programs = await Programs.compile();

/** As many processes on one port. */
function processes(count: number): Peer {
  const peer = labwire("echo-reverse");
  const flags = ["--unstable-net", "--preload", beside("reuse_port.ts")];
  const command = (port: number) => {
    const [deno, run, ...rest] = peer.command(port);
    const all = 'for i in $(seq "$0"); do "$@" & done; wait';
    return ["sh", "-c", all, `${count}`, deno, run, ...flags, ...rest];
  };
  return { ...peer, command };
}

async function echo(count: number, depth: number): Promise<Sample> {
  await using server = await Server.start(processes(count));
  await sleep(500); // the last of them may not be listening yet
  const time = { warmUpMs: 500, measureMs: MEASURE_MS };
  return await echoLoad(programs, server, { clients: CLIENTS, depth, ...time });
}

/** The figures of all rooms together. */
async function chat(rooms: number): Promise<Sample> {
  await using stack = new AsyncDisposableStack();
  const servers: Server[] = [];
  while (servers.length < rooms) servers.push(stack.use(await Server.start(labwire("serve"))));
  const load = { receivers: CLIENTS / rooms, aimMs: MEASURE_MS };
  const samples = await Promise.all(servers.map((server) => fanoutLoad(programs, server, load)));
  const sum = (of: (sample: Sample) => number) => samples.reduce((all, each) => all + of(each), 0);
  return {
    perSecond: sum(({ perSecond }) => perSecond),
    serverCores: sum(({ serverCores }) => serverCores),
    loadCores: sum(({ loadCores }) => loadCores),
  };
}

const COMPARISONS: readonly Comparison[] = [
  ...([["ping-pong", 1], ["pipelined", 256]] as const).map(([how, block]) => ({
    work: `reverse echo, ${how}`,
    unit: "messages",
    ways: [
      { name: "1 process", run: () => echo(1, block) },
      { name: "2 processes on one port", run: () => echo(2, block) },
    ],
  })),
  {
    work: `chat, 1 to ${CLIENTS}`,
    unit: "deliveries",
    ways: [
      { name: "1 room", run: () => chat(1) },
      { name: "2 rooms of half the size, not joined", run: () => chat(2) },
    ],
  },
  ...([["64 B", 64], ["4 KiB", 4096], ["64 KiB", 65_536]] as const).map(([size, bytes]) => ({
    work: `sealing and sending ${size}`,
    unit: "batches",
    ways: [
      { name: "sealed inline", run: () => sealAndSend(false, bytes, MEASURE_MS) },
      { name: "sealed in a worker", run: () => sealAndSend(true, bytes, MEASURE_MS) },
    ],
  })),
];

/** What the figures say. */
function conclusion(results: readonly Sample[][][]): string {
  const [ping, piped, room] = results.map((ways) => `${bound(ways).toFixed(1)} times`);
  const [pingAlone, pipedAlone, roomAlone] = results.map(([one, two]) =>
    `${(2 * cost(one, "serverCores") / cost(two, "serverCores")).toFixed(1)} times`
  );
  return `labwire has no \`--workers\`: on two cores they do not pay for what it is for. By what things cost, a
second process would let a chat room deliver at most ${room} as much, before the link that its halves
would need, since each gathers and encodes by itself what is said; and an echo in ping-pong answer
${ping} as much, since its clients want the other core. Pipelined echo could gain most, ${piped}; but
one process already answers more than a network of 1 Gbit/s brings (3.9 million messages of 32 bytes a
second). With the clients elsewhere and both cores to the servers it would be ${roomAlone} for the room,
${pingAlone} and ${pipedAlone} for the echo; but places, names, tries and bans would be counted by each
process for itself. A worker that seals costs more, with the way there and back, than sealing does
inline; for hashing see "Files".

- Ratio: of the medians. Others use the machine, too, and then two processes get a larger share of it
  than one, so that the costs tell more: "by CPU at most" is what two cores could do by them, clients
  included, against one process and the clients on the other core.
- Echo: ${CLIENTS} clients, 32 bytes a message, pipelined 256 in flight; the processes listen on one port
  (\`reusePort\`), and the system deals out the connections.
- Chat: two rooms that know nothing of each other, each with half of the ${CLIENTS} receivers and a sender of
  its own, are the upper bound of one room in two processes.
- Sealing: ChaCha20-Poly1305 as under \`--secret\`, and sending to a program that drops it. Batches go to
  the worker and back without a copy, ${UNDER_WAY} under way.
- The load is a program in C on the same cores. The ways take turns.
`;
}

/** Every way of every comparison once a run, so that a slow spell of the machine meets all of them. */
async function measure(): Promise<Sample[][][]> {
  const results = COMPARISONS.map(({ ways }) => ways.map(() => [] as Sample[]));
  for (let run = 0; run < RUNS; run++) {
    for (const [i, { work, unit, ways }] of COMPARISONS.entries()) {
      for (const [j, way] of ways.entries()) {
        const sample = await way.run();
        results[i][j].push(sample);
        const rate = thousands(sample.perSecond);
        print(`run ${run + 1}: ${work}: ${way.name}: ${rate} ${unit} a second`);
      }
    }
  }
  return results;
}

/** What one of the things done costs the processors, in microseconds. */
function cost(samples: readonly Sample[], by: "serverCores" | "loadCores"): number {
  return median(samples.map((sample) => sample[by] / sample.perSecond)) * 1e6;
}

/** How much more two cores, shared with the load, could give by what it costs; the first way has one. */
function bound([one, two]: readonly Sample[][]): number {
  const both = (samples: Sample[]) => cost(samples, "serverCores") + cost(samples, "loadCores");
  return (2 / both(two)) / Math.min(1 / cost(one, "serverCores"), 2 / both(one));
}

function figuresOf(results: readonly Sample[][][]): string {
  const rows = COMPARISONS.flatMap(({ work, unit, ways }, i) =>
    ways.map(({ name }, j) => {
      const rates = results[i].map((samples) => samples.map(({ perSecond }) => perSecond));
      const costs = (["serverCores", "loadCores"] as const).map((by) => cost(results[i][j], by));
      return [
        j === 0 ? `${work}, ${unit}` : "",
        name,
        thousands(median(rates[j])),
        `${thousands(Math.min(...rates[j]))} to ${thousands(Math.max(...rates[j]))}`,
        costs.map((each) => each.toPrecision(3)).join(", "),
        j === 0 ? "" : `${(median(rates[j]) / median(rates[0])).toFixed(2)}x`,
        j === 0 ? "" : `${bound(results[i]).toFixed(2)}x`,
      ];
    })
  );
  return table(
    [
      ["work", "how", "per second", "lowest to highest", "CPU µs each: labwire, load"],
      ["ratio", "by CPU at most"],
    ].flat(),
    rows,
  );
}

if (import.meta.main) {
  const results = await measure();
  const figures = figuresOf(results);
  print(`\n${figures.trimEnd()}`);
  const written = await writtenBy("bench:workers", RUNS);
  await writeSection(
    "workers",
    `## More than one core\n\n${written}\n\n${figures}\n${conclusion(results)}`,
  );
}
