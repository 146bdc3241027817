import { formatDuration } from "../base/duration.ts";
import { Exit, Failure, plainReason } from "../base/errors.ts";
import { CONNECT_MS } from "../base/limits.ts";
import { type Address, formatAddress } from "./address.ts";

/** A server could not be reached; it may be there later. */
export class Unreachable extends Failure {}

/**
 * Opens a TCP connection, with TCP_NODELAY, since messages are small and wait for answers.
 *
 * @throws {Unreachable} exit 3 when nobody listens or the host is unknown, 6 when it takes longer
 * than `ms`.
 * @throws {Failure} exit 130 when `signal` aborts.
 */
export async function dial(
  address: Address,
  { signal, ms = CONNECT_MS }: { signal?: AbortSignal; ms?: number } = {},
): Promise<Deno.TcpConn> {
  const where = formatAddress(address);
  const late = AbortSignal.timeout(ms);
  try {
    const conn = await Deno.connect({
      ...address,
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    conn.setNoDelay(true);
    return conn;
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
