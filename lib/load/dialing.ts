import { Exit, Failure, reasonOf } from "../base/errors.ts";
import { DIALS_AT_ONCE } from "./limits.ts";
import { sleep } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { addOne, type Figures } from "./figures.ts";

/** What {@linkcode dialAll} needs. */
export interface DialOptions {
  /** How many. */
  clients: number;
  /** Over how long their beginnings are spread. */
  rampUpMs: number;
  /** Opens the connection of one. */
  open: (client: number) => Promise<Connection>;
  /** Opens no more. */
  signal: AbortSignal;
  /** Where is counted who is connected and who not. */
  figures: Figures;
}

/**
 * Opens all connections, {@linkcode DIALS_AT_ONCE} at a time; by number of the client. The first goes
 * alone: it may have to ask for a secret, or find out that the server speaks another dialect.
 *
 * @throws {Failure} the first there was, when not one can be opened; at once when the first client
 * waits in vain; or at Ctrl-C.
 */
export async function dialAll(
  { clients, rampUpMs, open, signal, figures }: DialOptions,
): Promise<Map<number, Connection>> {
  const conns = new Map<number, Connection>();
  const began = performance.now();
  let next = 1, failure: unknown;
  const dialNext = async () => {
    const client = next++;
    const wait = began + rampUpMs * (client - 1) / clients - performance.now();
    if (wait > 0) await sleep(wait, signal);
    if (signal.aborted) return;
    try {
      conns.set(client, await open(client));
      figures.connected++;
    } catch (error) {
      failure ??= error;
      if (!signal.aborted) addOne(figures.unconnected, whyNot(error));
    }
  };
  const dialSome = async () => {
    while (next <= clients && !signal.aborted) await dialNext();
  };
  await dialNext();
  if (!(failure instanceof Failure && failure.exit === Exit.timedOut)) {
    await Promise.all(Array.from({ length: Math.min(clients, DIALS_AT_ONCE) }, dialSome));
  }
  if (conns.size > 0 && !signal.aborted) return conns;
  for (const conn of conns.values()) conn.close();
  if (signal.aborted) throw new Failure("Interrupted", Exit.interrupted);
  throw failure;
}

/** A reason by which failures can be counted. */
function whyNot(error: unknown): string {
  if (!(error instanceof Failure)) return reasonOf(error);
  const state = error.message.replace(/^Cannot (?:connect to \S+|[^:]+): /, "");
  if (/too many open files/.test(state)) return `${state} (see ulimit -n)`;
  return error.exit === Exit.refused ? `refused: ${state}` : state;
}
