/**
 * Reverse echo: who takes part, with how many clients and messages in flight, and the targets.
 *
 * @module
 */

import { echoLoad } from "./load.ts";
import {
  asyncioEcho,
  epollEcho,
  labwire,
  ncatExec,
  nodeEcho,
  type Peer,
  seed,
  socatFork,
} from "./peers.ts";
import type { Programs } from "./programs.ts";
import type { Contender, Work } from "./works.ts";

/**
 * Where targets of pipelined messages are judged: 64 of 32 bytes are 2 KiB in flight for each
 * client, twice what one `recv(1024)` of the courses' programs takes.
 */
export const JUDGED_DEPTH = 64;

/** Beside it: what little and what much pipelining makes of the ratios. */
const OTHER_DEPTHS = [16, 256];

const MANY = 100;

/** How many times a contender's figure labwire must reach, by the contender's name. */
type Targets = Readonly<Record<string, number>>;

const PING_PONG_TARGETS: Targets = {
  "C epoll": 0.65,
  "Node net": 1,
  "Python asyncio": 1,
  "seed 004": 1,
  "ncat -k --exec": 1,
  "socat fork": 1,
};

const PIPELINED_TARGETS: Targets = { "C epoll": 0.4, "seed 004": 1.5, "seed 004, --lines": 10 };

export function echoWorks(programs: Programs, quick: boolean): Work[] {
  const time = echoTime(quick);
  const most = [
    labwire("echo-reverse"),
    epollEcho(programs),
    nodeEcho,
    asyncioEcho,
    seed("004", "chunks"),
    seed("004", "lines"),
  ];
  const all = [...most, ncatExec(programs), socatFork(programs)];
  const work = (clients: number, depth: number, peers: Peer[], targets?: Targets): Work => ({
    heading: depth === 1 ? "Reverse echo, ping-pong" : "Reverse echo, pipelined",
    name: depth === 1 ? named(clients) : `${named(clients)}, ${depth} in flight`,
    unit: "messages",
    contenders: judged(peers, targets),
    load: (server) => echoLoad(programs, server, { ...time, clients, depth }),
  });
  return [
    work(1, 1, all),
    work(MANY, 1, all, PING_PONG_TARGETS),
    work(1, JUDGED_DEPTH, all),
    work(MANY, JUDGED_DEPTH, all, PIPELINED_TARGETS),
    ...OTHER_DEPTHS.map((depth) => work(MANY, depth, most)),
  ];
}

/** How long reverse echo goes on. */
export function echoTime(quick: boolean): { warmUpMs: number; measureMs: number } {
  return quick ? { warmUpMs: 100, measureMs: 200 } : { warmUpMs: 500, measureMs: 800 };
}

/** Contenders with their targets. */
export function judged(peers: readonly Peer[], targets: Targets = {}): Contender[] {
  return peers.map((peer) => ({ peer, target: targets[peer.name] }));
}

function named(clients: number): string {
  return clients === 1 ? "1 client" : `${clients} clients`;
}
