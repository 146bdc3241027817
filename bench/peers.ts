/**
 * Who takes part in the benchmark, and how each of them is started.
 *
 * @module
 */

import { beside, PYTHON } from "./process.ts";
import type { Programs } from "./programs.ts";

/** A server program on 127.0.0.1. */
export interface Peer {
  readonly name: string;
  command(port: number): readonly string[];
  /** Whether a reverse echo server turns each line around, or each chunk that it reads. */
  readonly answers?: "lines" | "chunks";
  /** Whether what a chat server relays is counted in bytes, or, where they vary, in lines. */
  readonly relays?: "bytes" | "lines";
  /** Pause before each connect, for a short backlog, off the clock. */
  readonly pauseMs?: number;
}

/** A labwire to measure instead of main.ts, such as dist/labwire. */
export const EXECUTABLE = Deno.env.get("LABWIRE");

/** The program and its first arguments, whatever the folder it is started in. */
export const LABWIRE: readonly string[] = EXECUTABLE ? [await Deno.realPath(EXECUTABLE)] : [
  Deno.execPath(),
  "run",
  "-A",
  "--v8-flags=--min-semi-space-size=8,--max-semi-space-size=8",
  new URL("../main.ts", import.meta.url).pathname,
];

/** Above any number of clients here. */
const MAX_CLIENTS = "20000";

/** Of a seed's server it is 5, by which a hundred clients at once would wait for seconds. */
const BACKLOG = "1024";

/** ncat listens with a backlog of 10, which no option changes. */
const NCAT_PAUSE_MS = 2;

export function labwire(command: "serve" | "echo-reverse", ...options: string[]): Peer {
  return {
    name: ["labwire", command, ...options].join(" "),
    command: (port) => {
      return [...LABWIRE, command, `127.0.0.1:${port}`, "--max-clients", MAX_CLIENTS, ...options];
    },
  };
}

/** A program of the courses; as it stands it answers or relays whatever chunk it reads. */
export function seed(number: "001" | "004", by: "lines" | "chunks"): Peer {
  const options = ["--backlog", BACKLOG, "--nodelay", ...(by === "lines" ? ["--lines"] : [])];
  return {
    name: by === "lines" ? `seed ${number}, --lines` : `seed ${number}`,
    command: (port) => [PYTHON, `tests/peers/seed${number}_server.py`, `${port}`, ...options],
    answers: by,
  };
}

export function epollEcho(programs: Programs): Peer {
  return { name: "C epoll", command: (port) => [programs.path("epoll_echo"), `${port}`] };
}

export const asyncioEcho: Peer = {
  name: "Python asyncio",
  command: (port) => [PYTHON, beside("peers/asyncio_echo.py"), `${port}`],
};

export const nodeEcho: Peer = {
  name: "Node net",
  command: (port) => ["node", beside("peers/node_echo.mjs"), `${port}`],
};

export function ncatExec(programs: Programs): Peer {
  return ncat("ncat -k --exec", ["--exec", programs.path("reverse_lines")]);
}

export const ncatBroker: Peer = ncat("ncat --broker", ["--broker"]);

/** It puts the sender's name before each chunk that it reads, not before each line. */
export const ncatChat: Peer = ncat("ncat --chat", ["--chat"], { relays: "lines" });

function ncat(name: string, options: string[], more: Partial<Peer> = {}): Peer {
  return {
    name,
    command: (port) => {
      return ["ncat", "-n", "-l", "-k", "-m", MAX_CLIENTS, ...options, "127.0.0.1", `${port}`];
    },
    pauseMs: NCAT_PAUSE_MS,
    ...more,
  };
}

export function socatFork(programs: Programs): Peer {
  const listen = (port: number) =>
    `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=${BACKLOG}`;
  return {
    name: "socat fork",
    command: (port) => ["socat", listen(port), `EXEC:${programs.path("reverse_lines")}`],
  };
}
