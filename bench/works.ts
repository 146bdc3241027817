/**
 * What the benchmark measures: the works, the servers that do them, and the targets.
 *
 * @module
 */

import { echoLoad } from "./echo_load.ts";
import { fanoutLoad } from "./fanout_load.ts";
import type { Sample } from "./measure.ts";
import { labwire, type Peer, python, type Server } from "./servers.ts";

export type Part = "echo" | "chat" | "memory";

export const PARTS: readonly Part[] = ["echo", "chat", "memory"];

/** Connected for the memory figures; also what labwire's `--max-clients` allows by default. */
export const IDLE_CLIENTS = 1000;

/** One work for several peers, labwire first. Each load gets a fresh server, which ends with it. */
export interface Work {
  readonly part: Part;
  readonly name: string;
  readonly unit: string;
  readonly contenders: readonly { readonly peer: Peer; readonly target?: number }[];
  load(server: Server): Promise<Sample>;
}

const ECHO_CLIENTS = 100;
const PIPELINED_BLOCK = 256;
const RECEIVERS = 100;

/** How the figures came about, for the page that shows them. */
export const METHOD = `\
Each run measures every server once, one after the other, and then the next run begins, so that a
slow spell of the machine meets all of them. The figures are medians over the runs, the ratios are
ratios of these medians. A server is started anew for each measurement. The machine is shared and
noisy: the ratios mean more than single figures, and the spread stands beside each of them.

The load generator is one Deno process with hand-written loops over its sockets and TCP_NODELAY set;
it shares the cores with the server. "cores" shows how many of them each of the two kept busy: where
the load generator is near 1.00 and the server is not, the server could do more than is shown.

- Reverse echo: ${ECHO_CLIENTS} clients; each writes one message of 32 bytes (pipelined: a block of ${PIPELINED_BLOCK} messages),
  awaits the whole answer and repeats. The first and the last answer of each client are checked. The
  server of seed 004 as it stands reverses whole chunks; with --lines it answers line by line, as
  labwire does.
- Chat: one sender writes lines of 64 bytes as fast as they are taken; the clock stops when each of
  ${RECEIVERS} receivers has every byte. Marked lines before and after must be the next that each receiver gets.
  The server of seed 001 as it stands relays chunks of up to 1,024 bytes and prints them; with --lines
  it relays line by line. labwire puts the sender's name before each line.
- Memory: VmRSS of the server before and after ${
  IDLE_CLIENTS.toLocaleString("en-US")
} clients connect that send nothing.

A server that refuses, closes early or answers wrongly ends the benchmark with an error.`;

export function works(quick: boolean): Work[] {
  const time = {
    clients: ECHO_CLIENTS,
    warmUpMs: quick ? 100 : 500,
    measureMs: quick ? 300 : 1500,
  };
  const echo = labwire("echo-reverse");
  return [
    {
      part: "echo",
      name: "reverse echo, ping-pong",
      unit: "messages",
      contenders: [
        { peer: echo },
        { peer: python("004", "chunks"), target: 1.2 },
        { peer: python("004", "lines") },
      ],
      load: (server) => echoLoad(server, { ...time, block: 1 }),
    },
    {
      part: "echo",
      name: "reverse echo, pipelined",
      unit: "messages",
      contenders: [
        { peer: echo },
        { peer: python("004", "chunks"), target: 1.5 },
        { peer: python("004", "lines"), target: 10 },
      ],
      load: (server) => echoLoad(server, { ...time, block: PIPELINED_BLOCK }),
    },
    {
      part: "chat",
      name: `chat, 1 to ${RECEIVERS}`,
      unit: "deliveries",
      contenders: [
        { peer: labwire("serve") },
        { peer: python("001", "chunks"), target: 5 },
        { peer: python("001", "lines"), target: 5 },
      ],
      load: (server) => fanoutLoad(server, { receivers: RECEIVERS, aimMs: quick ? 200 : 1500 }),
    },
  ];
}

/** The servers whose memory is measured. */
export function idlePeers(): Peer[] {
  const seeds = [python("001", "chunks"), python("004", "chunks")];
  return [labwire("serve"), labwire("echo-reverse"), ...seeds];
}
