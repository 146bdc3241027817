/**
 * What `labwire bench` can drive, beside the load generator in C: both against the C server.
 *
 * @module
 */

import { echoTime, JUDGED_DEPTH } from "./echo_works.ts";
import { echoLoad } from "./load.ts";
import { cpuSeconds, type Sample } from "./measure.ts";
import { epollEcho, LABWIRE } from "./peers.ts";
import { Process } from "./process.ts";
import type { Programs } from "./programs.ts";
import type { Server } from "./servers.ts";
import type { Work } from "./works.ts";

const CLIENTS = 100;

/** `labwire bench` warms up under its own clock. */
const DURATION_MS = { quick: 500, full: 2000 };

export function drivenWorks(programs: Programs, quick: boolean): Work[] {
  const peer = epollEcho(programs);
  return [1, JUDGED_DEPTH].map((depth): Work => {
    const load = { ...echoTime(quick), clients: CLIENTS, depth };
    const durationMs = quick ? DURATION_MS.quick : DURATION_MS.full;
    return {
      heading: "What `labwire bench` drives against the C server",
      name: depth === 1
        ? `${CLIENTS} clients, ping-pong`
        : `${CLIENTS} clients, ${depth} in flight`,
      unit: "messages",
      contenders: [
        {
          peer,
          name: "labwire bench",
          load: (server) => labwireBench(server, { ...load, durationMs }),
        },
        { peer, name: "echo_load in C" },
      ],
      load: (server) => echoLoad(programs, server, load),
    };
  });
}

/** What `labwire bench` finds; an answer that is missing or wrong makes it fail, hence the run. */
async function labwireBench(
  server: Server,
  { clients, depth, durationMs }: { clients: number; depth: number; durationMs: number },
): Promise<Sample> {
  const printed = await Deno.makeTempFile({ prefix: "labwire-bench-" });
  try {
    const options = [
      ...["--clients", `${clients}`, "--dialect", "text", "--expect", "reverse"],
      ...["--pipeline", `${depth}`, "--duration", `${durationMs}ms`, "--json"],
    ];
    const before = cpuSeconds(server.pid);
    await using process = await Process.start({
      args: [...LABWIRE, "bench", `127.0.0.1:${server.port}`, ...options],
      stdout: printed,
    });
    const usage = await process.usage;
    const after = cpuSeconds(server.pid);
    const text = await Deno.readTextFile(printed);
    const { seconds, perSecond } = JSON.parse(text.split("\n")[0]);
    const answers: unknown = perSecond?.answers;
    if (typeof answers !== "number" || !(answers > 0)) {
      throw new Error(`Cannot read what labwire bench prints: ${text}`);
    }
    return {
      perSecond: answers,
      serverCores: (after - before) / seconds,
      loadCores: usage.cpuSeconds / usage.seconds, // of its whole life
    };
  } finally {
    await Deno.remove(printed);
  }
}
