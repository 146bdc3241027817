/**
 * How clients come in: each by itself, and all of a room together.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import { PROBE_MS } from "./limits.ts";
import { sleep, within } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { encodeText } from "../wire/utf8.ts";
import type { LoadClient } from "./client.ts";
import type { Crowd } from "./crowd.ts";
import type { LoadOptions } from "./load.ts";

/**
 * Opens a connection; where a course's server takes the first message for a name, says one.
 *
 * @throws {Failure} when it cannot be opened, or the name is not answered.
 */
export async function enter(client: number, options: LoadOptions): Promise<Connection> {
  const { dialect, expect, timeoutMs, open } = options;
  const conn = await open();
  if (expect !== "ack" || (dialect !== "text" && dialect !== "raw")) return conn;
  try {
    await conn.send([encodeText(`bench${client}`)]);
    const late = () =>
      new Failure("Cannot join: no answer to the name", Exit.timedOut, {
        remedy: "with --expect ack the first message over text and raw is a name",
      });
    const first: Promise<unknown> = dialect === "raw" ? conn.receiveChunk() : conn.receive();
    if (await within(timeoutMs, first, late) !== null) return conn;
    throw new Failure("Cannot join: the server closed the connection", Exit.lost);
  } catch (error) {
    conn.close();
    throw error;
  }
}

/**
 * Waits until everyone is heard and hears: a server may take a while to let in whom it has accepted,
 * and may not know how a client speaks that has said nothing.
 *
 * @throws {Failure} when there is but one client.
 */
export async function gather(crowd: Crowd, all: LoadClient[], options: LoadOptions): Promise<void> {
  if (crowd.members.size < 2) {
    for (const client of all) client.cut();
    throw new Failure("Cannot test a broadcast: only one client is connected", Exit.failed);
  }
  const deadline = performance.now() + options.timeoutMs;
  const { signal } = options;
  const deaf = () => [...crowd.members.values()].some(({ heardProbe }) => !heardProbe);
  let speakers = all;
  while (deaf() && performance.now() < deadline && !signal.aborted) {
    await Promise.allSettled(speakers.map((client) => client.probe()));
    await sleep(PROBE_MS, signal);
    speakers = all.slice(0, 2);
  }
}
