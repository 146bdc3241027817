/**
 * What each cipher, a shared secret and TLS cost: the same native clients, over each.
 *
 * @module
 */

import { type Keying, makeKeying, makeSecret } from "../lib/auth/keying.ts";
import { fingerprintOf } from "../lib/net/tls_certificate.ts";
import { makeIdentity } from "../lib/net/tls_identity.ts";
import { type Block, CipherClient, type Way } from "./cipher_client.ts";
import { cpuSeconds, median, sleep, STEP_MS, within } from "./measure.ts";
import { print, table, thousands } from "./page.ts";
import type { Part } from "./part.ts";
import { labwire, type Peer } from "./peers.ts";
import { Server } from "./servers.ts";

/** Something to pay for, and what it left in each run. */
export interface CipherResult {
  readonly name: string;
  readonly samples: CipherSample[];
}

/** In the order of the blocks, and then for clients taken in one after the other. */
type CipherSample = readonly Figure[];

interface Figure {
  readonly perSecond: number;
  /** Processor time of both sides for each. */
  readonly cpuSeconds: number;
}

interface Choice extends Way {
  readonly name: string;
  readonly peer: Peer;
}

const CLIENTS = 10;

const BLOCKS: readonly (Block & { name: string })[] = [
  { name: "ping-pong, 64 bytes", depth: 1, bytes: 64 },
  { name: "64 in flight, 64 bytes", depth: 64, bytes: 64 },
  { name: "16 in flight, 4 KiB", depth: 16, bytes: 4096 },
];

/** Letters, as every classical cipher wants them, except Caesar's, which is a number. */
const KEY = "LEMON";
const CAESAR_KEY = "3";

export async function measureCiphers(runs: number, quick: boolean): Promise<CipherResult[]> {
  const folder = await Deno.makeTempDir({ prefix: "labwire-bench-" });
  try {
    const choices = await makeChoices(folder);
    const results = choices.map(({ name }): CipherResult => ({ name, samples: [] }));
    const ms = quick ? 150 : 600;
    await measure(choices[0], ms); // warms the clients up
    for (let run = 0; run < runs; run++) {
      for (const [i, choice] of choices.entries()) {
        const sample = await measure(choice, ms);
        results[i].samples.push(sample);
        const figures = sample.map(({ perSecond }) => thousands(perSecond)).join(", ");
        print(`run ${run + 1}: over ${choice.name}: ${figures} a second`);
      }
    }
    return results;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function makeChoices(folder: string): Promise<Choice[]> {
  const choice = (name: string, keying: Keying, ...options: string[]): Choice => ({
    name,
    keying,
    peer: labwire("echo-reverse", ...options),
  });
  const none = await makeKeying("none");
  const choices = [choice("none", none)];
  for (const name of ["caesar", "vigenere", "xor", "aes-gcm"] as const) {
    const key = name === "caesar" ? CAESAR_KEY : KEY;
    choices.push(choice(name, await makeKeying(name, key), "--cipher", name, "--key", key));
  }
  const secretFile = `${folder}/secret`, certFile = `${folder}/cert.pem`;
  const keyFile = `${folder}/key.pem`;
  const { cert, key } = await makeIdentity(["localhost"]);
  await Deno.writeTextFile(secretFile, KEY, { mode: 0o600 });
  await Deno.writeTextFile(certFile, cert);
  await Deno.writeTextFile(keyFile, key, { mode: 0o600 });
  const tls = choice("TLS", none, "--tls-cert", certFile, "--tls-key", keyFile);
  return [
    ...choices,
    choice("--secret", await makeSecret(KEY), "--secret-file", secretFile),
    { ...tls, fingerprint: fingerprintOf(cert) },
  ];
}

async function measure(choice: Choice, ms: number): Promise<CipherSample> {
  await using server = await Server.start(choice.peer);
  const clients: CipherClient[] = [];
  try {
    for (let i = 0; i < CLIENTS; i++) {
      clients.push(await CipherClient.connect(server.port, choice));
    }
    const sample: Figure[] = [];
    for (const block of BLOCKS) sample.push(await exchange(clients, block, server, ms));
    return [...sample, await greetings(server, choice, ms)];
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
}

/** The first third of the time warms up, and before and after all answers are compared. */
async function exchange(
  clients: CipherClient[],
  block: Block,
  server: Server,
  ms: number,
): Promise<Figure> {
  const check = () => Promise.all(clients.map((client) => client.check(block)));
  await within(STEP_MS, "check the answers", check());
  let answers = 0, over = false;
  const work = Promise.all(
    clients.map((client) => client.exchange(block, () => over, (count) => answers += count)),
  );
  await Promise.race([work, sleep(ms / 3)]);
  const before = answers, watch = new Stopwatch(server);
  await Promise.race([work, sleep(ms)]);
  const figure = watch.stop(answers - before);
  over = true;
  await within(STEP_MS, "finish", work);
  await within(STEP_MS, "check the answers", check());
  return figure;
}

async function greetings({ pid, port }: Server, way: Way, ms: number): Promise<Figure> {
  const watch = new Stopwatch({ pid });
  const late = performance.now() + ms;
  let count = 0;
  for (; performance.now() < late; count++) {
    using _client = await CipherClient.connect(port, way);
  }
  return watch.stop(count);
}

/** Over wall time, and the processor time of the server and of this process. */
class Stopwatch {
  readonly #server: number;
  readonly #start = performance.now();
  readonly #cpu: number;

  constructor({ pid }: { pid: number }) {
    this.#server = pid;
    this.#cpu = this.#cpuSeconds();
  }

  stop(count: number): Figure {
    const seconds = (performance.now() - this.#start) / 1000;
    return { perSecond: count / seconds, cpuSeconds: (this.#cpuSeconds() - this.#cpu) / count };
  }

  #cpuSeconds(): number {
    return cpuSeconds(this.#server) + cpuSeconds(Deno.pid);
  }
}

export function cipherPart(results: readonly CipherResult[]): Part {
  const [none] = results;
  const middle = ({ samples }: CipherResult, column: number, figure: keyof Figure) =>
    median(samples.map((sample) => sample[column][figure]));
  const names = [...BLOCKS.map(({ name }) => name), "clients taken in"];
  const rows = results.map((result) => [
    result.name,
    ...names.map((_, column) => {
      const cost = middle(result, column, "cpuSeconds") / middle(none, column, "cpuSeconds");
      return `${thousands(middle(result, column, "perSecond"))} (${cost.toFixed(2)}x)`;
    }),
  ]);
  return {
    heading: `What ciphers, a secret and TLS cost, ${CLIENTS} native clients`,
    table: table(["over", ...names], rows),
    missed: [],
  };
}
