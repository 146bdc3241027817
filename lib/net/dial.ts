import { formatDuration } from "../base/duration.ts";
import { Exit, Failure, plainReason } from "../base/errors.ts";
import { CONNECT_MS } from "../base/limits.ts";
import { type Address, formatAddress } from "./address.ts";

/** What opens a connection, with errors of the system. */
export type Open<S> = (address: Address, signal: AbortSignal) => Promise<S>;

/** A server could not be reached; it may be there later. */
export class Unreachable extends Failure {}

/**
 * Opens a TCP connection, with TCP_NODELAY, since messages are small and wait for answers.
 *
 * @throws {Unreachable} exit 3 when nobody listens or the host is unknown, 6 when it takes longer
 * than `ms`.
 * @throws {Failure} exit 130 when `signal` aborts.
 */
export async function dial<S = Deno.TcpConn>(
  address: Address,
  { signal, ms = CONNECT_MS, open = openTcp }: {
    signal?: AbortSignal;
    ms?: number;
    open?: Open<S | Deno.TcpConn>;
  } = {},
): Promise<S | Deno.TcpConn> {
  const where = formatAddress(address);
  const late = AbortSignal.timeout(ms);
  try {
    return await open(address, signal ? AbortSignal.any([signal, late]) : late);
  } catch (cause) {
    if (signal?.aborted) throw new Failure("Interrupted", Exit.interrupted, { cause });
    if (late.aborted) {
      const state = `no answer in ${formatDuration(ms)}`;
      throw new Unreachable(`Cannot connect to ${where}: ${state}`, Exit.timedOut, { cause });
    }
    const refused = cause instanceof Deno.errors.ConnectionRefused;
    throw new Unreachable(
      `Cannot connect to ${where}: ${refused ? "connection refused" : plainReason(cause)}`,
      Exit.unreachable,
      { cause, remedy: refused ? "is a server running there?" : undefined },
    );
  }
}

async function openTcp(address: Address, signal: AbortSignal): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ ...address, signal });
  conn.setNoDelay(true);
  return conn;
}
