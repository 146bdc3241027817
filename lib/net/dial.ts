import { formatDuration } from "../base/duration.ts";
import { Exit, Failure, plainReason } from "../base/errors.ts";
import { CONNECT_MS } from "../base/limits.ts";
import { type Address, formatAddress, type TcpAddress, type UnixAddress } from "./address.ts";

/** What opens a connection, with errors of the system. */
export type Open<S> = (address: Address, signal: AbortSignal) => Promise<S>;

/** A server could not be reached; it may be there later. */
export class Unreachable extends Failure {}

/** How to dial. */
export interface DialOptions {
  /** Ends the try. */
  signal?: AbortSignal;
  /** Milliseconds that it may take. */
  ms?: number;
}

/**
 * Opens a connection; over TCP with TCP_NODELAY, since messages are small and wait for answers.
 *
 * @throws {Unreachable} exit 3 when nobody listens or the host is unknown, 6 when it takes longer
 * than `ms`.
 * @throws {Failure} exit 130 when `signal` aborts.
 */
export function dial(address: TcpAddress, options?: DialOptions): Promise<Deno.TcpConn>;
/** The same to any address, opened in another way if `open` has one. */
export function dial<S = never>(
  address: Address,
  options?: DialOptions & { open?: Open<S> },
): Promise<S | Deno.TcpConn | Deno.UnixConn>;
export async function dial<S>(
  address: Address,
  { signal, ms = CONNECT_MS, open }: DialOptions & { open?: Open<S> } = {},
): Promise<S | Deno.TcpConn | Deno.UnixConn> {
  const where = formatAddress(address);
  if ("path" in address) failWithoutUnix(address);
  const late = AbortSignal.timeout(ms);
  try {
    return await (open ?? openPlain)(address, signal ? AbortSignal.any([signal, late]) : late);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
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

async function openPlain(
  address: Address,
  signal: AbortSignal,
): Promise<Deno.TcpConn | Deno.UnixConn> {
  // Whether somebody listens on a path, the system knows at once.
  if ("path" in address) return await Deno.connect({ transport: "unix", path: address.path });
  const conn = await Deno.connect({ ...address, signal });
  conn.setNoDelay(true);
  return conn;
}

/**
 * Says that there are no sockets in the file system where that is so.
 *
 * @throws {Failure} with the usage exit code, on Windows.
 */
export function failWithoutUnix(address: UnixAddress): void {
  if (Deno.build.os !== "windows") return;
  const where = formatAddress(address);
  throw new Failure(`Cannot use ${where}: there are no such sockets on Windows`, Exit.usage);
}
