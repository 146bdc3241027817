/**
 * The load generators in C, seen from the run that starts them.
 *
 * @module
 */

import type { Sample } from "./measure.ts";
import { readLines } from "./process.ts";
import type { ProgramName, Programs } from "./programs.ts";
import type { Server } from "./servers.ts";

export interface EchoLoad {
  readonly clients: number;
  /** Messages that one client has in flight. */
  readonly depth: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface FanoutLoad {
  readonly receivers: number;
  /** How long the measured burst should take; its length is found with shorter bursts. */
  readonly aimMs: number;
}

/** What is loaded. */
export type Loaded = Pick<Server, "peer" | "port" | "pid" | "state" | "sockets" | "untilAccepted">;

/** What a load generator prints at its end. */
interface Result {
  readonly messages: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peerCpuSeconds: number;
  readonly connectSeconds?: number;
}

/** Messages answered per second, every answer of the first and the last round compared. */
export async function echoLoad(
  programs: Programs,
  server: Loaded,
  { clients, depth, warmUpMs, measureMs }: EchoLoad,
): Promise<Sample> {
  const { pauseMs = 0, answers = "lines" } = server.peer;
  const numbers = [
    server.port,
    server.pid,
    pauseMs,
    clients,
    depth,
    warmUpMs / 1000,
    measureMs / 1000,
  ];
  return await run(programs, "echo_load", server, [...numbers.map(String), answers]);
}

/** Deliveries per second, marked lines before and after compared at every receiver. */
export async function fanoutLoad(
  programs: Programs,
  server: Loaded,
  { receivers, aimMs }: FanoutLoad,
): Promise<Sample> {
  const { pauseMs = 0, relays = "bytes" } = server.peer;
  const numbers = [server.port, server.pid, pauseMs, receivers, aimMs / 1000].map(String);
  const listening = server.sockets();
  const accepted = () => server.untilAccepted(listening, receivers + 1);
  return await run(programs, "fanout_load", server, [...numbers, relays], accepted);
}

/** Runs a load generator; the server's process id is that of its group, too. */
async function run(
  programs: Programs,
  name: ProgramName,
  server: Loaded,
  args: string[],
  accepted?: () => Promise<void>,
): Promise<Sample> {
  const child = new Deno.Command("sh", {
    args: ["-c", 'ulimit -n "$(ulimit -Hn)"; exec "$@"', "sh", programs.path(name), ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaint = new Response(child.stderr).text();
  const keys = child.stdin.getWriter();
  try {
    let result: Result | undefined;
    for await (const line of readLines(child.stdout)) {
      if (line === "connected") {
        await accepted?.();
        await keys.write(new TextEncoder().encode("\n"));
      } else result = JSON.parse(line);
    }
    const { success } = await child.status;
    if (!success || !result) {
      throw new Error(`Cannot measure ${server.peer.name}: ${await complaint}${server.state()}`);
    }
    return {
      perSecond: result.messages / result.seconds,
      serverCores: result.peerCpuSeconds / result.seconds,
      loadCores: result.cpuSeconds / result.seconds,
      connectSeconds: result.connectSeconds,
    };
  } finally {
    await end(child);
    await keys.close().catch(() => {}); // the other end has gone
  }
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // it has ended by itself
  }
  await child.status;
}
