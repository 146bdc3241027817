/**
 * Works that several servers do, measured by turns.
 *
 * @module
 */

import type { Sample } from "./measure.ts";
import type { Peer } from "./peers.ts";
import { print, thousands } from "./page.ts";
import { Server } from "./servers.ts";

/** One work for several servers. */
export interface Work {
  /** Works of one heading share a table. */
  readonly heading: string;
  readonly name: string;
  /** For example "messages". */
  readonly unit: string;
  /** labwire first: the others are what it is compared with. */
  readonly contenders: readonly Contender[];
  /** Each load gets a fresh server, which ends with it. */
  load(server: Server): Promise<Sample>;
}

export interface Contender {
  readonly peer: Peer;
  /** Unless it is the peer's. */
  readonly name?: string;
  /** Unless it is the work's. */
  load?(server: Server): Promise<Sample>;
  /** How many times this contender's figure labwire must reach. */
  readonly target?: number;
}

export function nameOf({ peer, name = peer.name }: Contender): string {
  return name;
}

/** One work, and what each contender reached in each run. */
export interface WorkResult {
  readonly work: Work;
  /** In the order of the work's contenders. */
  readonly samples: readonly Sample[][];
}

/** Measures every contender of every work once, one after the other, and then the next run begins. */
export async function measureWorks(works: readonly Work[], runs: number): Promise<WorkResult[]> {
  const results = works.map((work) => ({
    work,
    samples: work.contenders.map((): Sample[] => []),
  }));
  for (let run = 0; run < runs; run++) {
    for (const { work, samples } of results) {
      for (const [i, contender] of work.contenders.entries()) {
        await using server = await Server.start(contender.peer);
        const sample = await (contender.load ?? work.load)(server);
        samples[i].push(sample);
        const what = `run ${run + 1}: ${work.heading}, ${work.name}: ${nameOf(contender)}`;
        print(`${what}: ${thousands(sample.perSecond)} ${work.unit} a second`);
      }
    }
  }
  return results;
}
