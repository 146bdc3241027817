/**
 * What `labwire bench` can drive, beside the load generator in C: both against the C server.
 *
 * @module
 */

import { echoTime, JUDGED_DEPTH } from "./echo_works.ts";
import { type EchoLoad, echoLoad } from "./load.ts";
import { cpuSeconds, type Sample } from "./measure.ts";
import { epollEcho, LABWIRE } from "./peers.ts";
import { Process } from "./process.ts";
import type { Programs } from "./programs.ts";
import type { Server } from "./servers.ts";
import type { Work } from "./works.ts";

const CLIENTS = 100;

/** None where this labwire has no such command. */
export async function drivenWorks(programs: Programs, quick: boolean): Promise<Work[]> {
  const [program, ...first] = LABWIRE;
  const help = new Deno.Command(program, {
    args: [...first, "bench", "--help"],
    stdout: "null",
    stderr: "null",
  });
  if (!(await help.output()).success) return [];
  const peer = epollEcho(programs);
  return [1, JUDGED_DEPTH].map((depth): Work => {
    const load = { ...echoTime(quick), clients: CLIENTS, depth };
    return {
      heading: "What `labwire bench` drives against the C server",
      name: depth === 1
        ? `${CLIENTS} clients, ping-pong`
        : `${CLIENTS} clients, ${depth} in flight`,
      unit: "messages",
      contenders: [
        { peer, name: "labwire bench", load: (server) => labwireBench(server, load) },
        { peer, name: "echo_load in C" },
      ],
      load: (server) => echoLoad(programs, server, load),
    };
  });
}

async function labwireBench(
  server: Server,
  { clients, depth, measureMs }: EchoLoad,
): Promise<Sample> {
  const printed = await Deno.makeTempFile({ prefix: "labwire-bench-" });
  try {
    const options = [
      ...["--clients", `${clients}`, "--dialect", "text", "--expect", "reverse"],
      ...["--duration", `${measureMs}ms`, "--json"],
      ...(depth > 1 ? ["--pipeline", `${depth}`] : []),
    ];
    const before = cpuSeconds(server.pid);
    await using process = await Process.start({
      args: [...LABWIRE, "bench", `127.0.0.1:${server.port}`, ...options],
      stdout: printed,
    });
    const usage = await process.usage;
    const after = cpuSeconds(server.pid);
    const result: Record<string, unknown> = JSON.parse(await Deno.readTextFile(printed));
    const { perSecond } = result;
    if (typeof perSecond !== "number") {
      throw new Error(`Cannot read what labwire bench prints: ${JSON.stringify(result)}`);
    }
    return {
      perSecond,
      serverCores: (after - before) * 1000 / measureMs,
      loadCores: usage.cpuSeconds / usage.seconds, // of its whole life
    };
  } finally {
    await Deno.remove(printed);
  }
}
