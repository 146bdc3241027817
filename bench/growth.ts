/**
 * How a message's cost grows with the number of clients, with another server beside it, which shows
 * what the machine does to everybody.
 *
 * @module
 */

import { fanoutAimMs } from "./chat_works.ts";
import { echoTime, JUDGED_DEPTH } from "./echo_works.ts";
import { echoLoad, fanoutLoad } from "./load.ts";
import { median, type Sample } from "./measure.ts";
import { table, thousands } from "./page.ts";
import { type Part, verdict } from "./part.ts";
import { epollEcho, labwire, ncatBroker } from "./peers.ts";
import type { Programs } from "./programs.ts";
import type { Work, WorkResult } from "./works.ts";

const CLIENTS = [1, 10, 100, 1000];

/** Twice the clients may cost a message twice as much, and no more. */
export const MOST_PER_DOUBLING = 2;

const PING_PONG = "reverse echo, ping-pong, a message";
const PIPELINED = `reverse echo, ${JUDGED_DEPTH} in flight, a message`;
const CHAT = "chat from one to so many, a delivery";
const CONNECTING = "connecting to the first answer, a client";

/** What was measured at each number of clients, by one server. */
export interface Growth {
  readonly what: string;
  readonly server: string;
  /** Microseconds, one for each of the numbers of clients. */
  readonly costs: readonly number[];
  readonly judged: boolean;
}

export function growthWorks(programs: Programs, quick: boolean): Work[] {
  const time = echoTime(quick);
  const echoes = [{ peer: labwire("echo-reverse") }, { peer: epollEcho(programs) }];
  const rooms = [{ peer: labwire("serve") }, { peer: ncatBroker }];
  const named = (clients: number) => `${clients} of ${CLIENTS.at(-1)}`;
  const echo = (heading: string, clients: number, depth: number): Work => ({
    heading,
    name: named(clients),
    unit: "messages",
    contenders: echoes,
    load: (server) => echoLoad(programs, server, { ...time, clients, depth }),
  });
  return CLIENTS.flatMap((clients) => [
    echo(PING_PONG, clients, 1),
    echo(PIPELINED, clients, JUDGED_DEPTH),
    {
      heading: CHAT,
      name: named(clients),
      unit: "deliveries",
      contenders: rooms,
      load: (server) =>
        fanoutLoad(programs, server, { receivers: clients, aimMs: fanoutAimMs(quick) }),
    },
  ]);
}

/** The costs in the works' results; those of connecting come from ping-pong. */
export function growthsOf(results: readonly WorkResult[]): Growth[] {
  const grown = (
    what: string,
    heading: string,
    cost: (sample: Sample, clients: number) => number,
  ) =>
    [0, 1].map((i): Growth => {
      const own = results.filter(({ work }) => work.heading === heading);
      return {
        what,
        server: own[0].work.contenders[i].peer.name,
        costs: own.map(({ samples }, at) =>
          median(samples[i].map((sample) => cost(sample, CLIENTS[at])))
        ),
        judged: i === 0,
      };
    });
  const each = ({ perSecond }: Sample) => 1e6 / perSecond;
  return [
    ...grown(PING_PONG, PING_PONG, each),
    ...grown(PIPELINED, PIPELINED, each),
    ...grown(CHAT, CHAT, each),
    ...grown(
      CONNECTING,
      PING_PONG,
      ({ connectSeconds }, clients) => connectSeconds! * 1e6 / clients,
    ),
  ];
}

/** By how much the cost grows when the clients double, between two numbers of clients. */
export function perDoubling(costs: [number, number], clients: [number, number]): number {
  return (costs[1] / costs[0]) ** (1 / Math.log2(clients[1] / clients[0]));
}

function factors({ costs }: Growth): number[] {
  return costs.slice(1).map((cost, i) =>
    perDoubling([costs[i], cost], [CLIENTS[i], CLIENTS[i + 1]])
  );
}

function met(growth: Growth): boolean {
  return !growth.judged || factors(growth).every((factor) => factor <= MOST_PER_DOUBLING);
}

export function growthPart(growths: readonly Growth[]): Part {
  const rows = growths.map((growth) => [
    growth.judged ? growth.what : "",
    growth.server,
    ...growth.costs.map((cost) => cost < 100 ? cost.toPrecision(3) : thousands(cost)),
    factors(growth).map((factor) => `${factor.toFixed(2)}x`).join(", "),
    verdict(growth.judged ? `${MOST_PER_DOUBLING}x` : undefined, met(growth)),
  ]);
  const clients = CLIENTS.map(thousands);
  return {
    heading: "How costs grow with the clients",
    table: table(
      ["what, in microseconds", "server", ...clients, "each time the clients double", "target"],
      rows,
    ),
    missed: growths.filter((growth) => !met(growth)).map((growth) => {
      const worst = Math.max(...factors(growth)).toFixed(2);
      return `${growth.what}: grows ${worst}x as the clients double, target ${MOST_PER_DOUBLING}x`;
    }),
  };
}
