import { Exit, Failure, plainReason } from "../base/errors.ts";
import { CONNECT_MS } from "../base/limits.ts";
import { type Address, formatAddress } from "./address.ts";

/**
 * Opens a TCP connection, with TCP_NODELAY, since messages are small and wait for answers.
 *
 * @throws {Failure} exit 3 when nobody listens or the host is unknown, 6 when it takes too long.
 */
export async function dial(address: Address, signal?: AbortSignal): Promise<Deno.TcpConn> {
  const where = formatAddress(address);
  const late = AbortSignal.timeout(CONNECT_MS);
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
      throw new Failure(`Cannot connect to ${where}: no answer in ${CONNECT_MS / 1000} s`, 6, {
        cause,
      });
    }
    const refused = cause instanceof Deno.errors.ConnectionRefused;
    throw new Failure(
      `Cannot connect to ${where}: ${refused ? "connection refused" : plainReason(cause)}`,
      Exit.unreachable,
      { cause, remedy: refused ? "is a server running there?" : undefined },
    );
  }
}
