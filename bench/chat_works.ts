/**
 * Chat fan-out: who takes part, to how many receivers, and the targets.
 *
 * @module
 */

import { judged } from "./echo_works.ts";
import { fanoutLoad } from "./load.ts";
import { thousands } from "./page.ts";
import { labwire, ncatBroker, ncatChat, seed } from "./peers.ts";
import type { Programs } from "./programs.ts";
import type { Work } from "./works.ts";

/** How many times a contender's figure labwire must reach, by receivers and the contender's name. */
const TARGETS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  10: { "seed 001": 4 },
  100: { "seed 001": 8, "ncat --broker": 2 },
  1000: { "seed 001": 4 },
};

/**
 * `ncat --chat` tells everybody who is there whenever somebody comes, and waits for whoever does not
 * read that: in a room of a thousand it stands still before all are in.
 */
const MOST_OF_NCAT_CHAT = 100;

export function chatWorks(programs: Programs, quick: boolean): Work[] {
  const most = [labwire("serve"), seed("001", "chunks"), seed("001", "lines"), ncatBroker];
  return Object.entries(TARGETS).map(([count, targets]): Work => {
    const receivers = Number(count);
    const peers = receivers > MOST_OF_NCAT_CHAT ? most : [...most, ncatChat];
    return {
      heading: "Chat, lines of 64 bytes from one to many",
      name: `${thousands(receivers)} receivers`,
      unit: "deliveries",
      contenders: judged(peers, targets),
      load: (server) => fanoutLoad(programs, server, { receivers, aimMs: fanoutAimMs(quick) }),
    };
  });
}

/** How long the measured burst should take. */
export function fanoutAimMs(quick: boolean): number {
  return quick ? 300 : 1000;
}
