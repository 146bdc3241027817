import { isClosed } from "../base/errors.ts";
import { DRAIN_MS, HALF_CLOSE_MS, WEB_IDLE_MS } from "../base/limits.ts";
import { allDone, Deadline, onAbort, sleep } from "../base/tasks.ts";
import type { Connection } from "./connection.ts";
import { readToEnd, Watchdog } from "./farewell.ts";

/** What bounds a {@linkcode pipe}. */
export interface PipeOptions {
  /** Ends both connections at once. */
  signal: AbortSignal;
  /** How long nothing may move; {@linkcode WEB_IDLE_MS} unless given. */
  idleMs?: number;
  /** How long answers must be silent after a half-close; {@linkcode HALF_CLOSE_MS} unless given. */
  halfCloseMs?: number;
}

/**
 * Joins a client to a server, byte for byte, until both have ended, and closes both connections. A
 * side that cannot be written to is not read from, so that nothing piles up in between.
 *
 * The server's end is passed on at once. The client's is passed on when the answers have been silent
 * for a while, since a web server takes it for a client that has gone. The server is expected to
 * close soon after.
 */
export async function pipe(
  client: Connection,
  server: Connection,
  { signal, idleMs = WEB_IDLE_MS, halfCloseMs = HALF_CLOSE_MS }: PipeOptions,
): Promise<void> {
  using _client = client;
  using _server = server;
  const cut = () => {
    client.close();
    server.close();
  };
  using _abort = onAbort(signal, cut);
  using _watchdog = new Watchdog(client, idleMs, { bothWays: true }).start();
  using drain = new Deadline(DRAIN_MS, () => client.close());
  const answered = new AbortController();
  const ahead = client.bytesTaken - server.bytesCome;

  async function ask(): Promise<void> {
    await forward(client, server);
    await readToEnd(client); // the server may have gone before it had read all
    await untilSilent();
    await server.closeWrite();
  }

  async function answer(): Promise<void> {
    await forward(server, client).finally(() => answered.abort());
    server.close();
    drain.start();
    await client.closeWrite();
  }

  /** A client that is slow to take an answer is no silence. */
  async function untilSilent(): Promise<void> {
    for (let before = -1; !answered.signal.aborted;) {
      const moved = server.bytesCome + client.bytesTaken;
      const owed = client.bytesTaken - server.bytesCome !== ahead;
      if (moved === before && !owed) return;
      before = moved;
      await sleep(halfCloseMs, answered.signal);
    }
  }

  const giveUp = (error: unknown) => {
    cut();
    throw error;
  };
  await allDone([ask().catch(giveUp), answer().catch(giveUp)]);
}

/** Writes to one what comes from the other, to its end, or until either is closed. */
async function forward(from: Connection, to: Connection): Promise<void> {
  try {
    for (;;) {
      const chunk = await from.receiveChunk();
      if (chunk === null || chunk === "quiet") return;
      await to.write(chunk);
    }
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}
