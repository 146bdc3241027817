/**
 * Listening, and one task per connection: the frame that every server of labwire runs in.
 *
 * @module
 */
import { Exit, Failure, isClosed, plainReason, reasonOf } from "../base/errors.ts";
import { ACCEPT_BACKOFF_MS, BACKLOG_CONNECTIONS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { safe } from "../base/safe_text.ts";
import { onAbort, sleep } from "../base/tasks.ts";
import { turn } from "../base/turns.ts";
import { type Address, formatAddress, type TcpAddress } from "./address.ts";
import type { PeerSocket } from "./socket.ts";

/** A connection that was accepted; disposing closes it, open or not. */
export interface ListenedSocket extends PeerSocket, Disposable {}

/** What connections come from. */
export interface Listener extends Disposable {
  /** Where it listens, with the real port where 0 was asked for. */
  readonly address: Address;
  /** The next connection. */
  accept(): Promise<ListenedSocket>;
  /** Accepts no more. */
  close(): void;
}

/**
 * Listens for TCP connections; ready when it returns.
 *
 * @throws {Failure} exit 3 when the port is taken, or the address is not ours.
 */
export function listen(address: TcpAddress): TcpListener {
  try {
    return new TcpListener(Deno.listen({ ...address, tcpBacklog: BACKLOG_CONNECTIONS }));
  } catch (cause) {
    const taken = cause instanceof Deno.errors.AddrInUse;
    throw new Failure(
      `Cannot listen on ${formatAddress(address)}: ${
        taken ? "the port is in use" : plainReason(cause)
      }`,
      Exit.unreachable,
      { cause, remedy: taken ? "stop the other program or choose another port" : undefined },
    );
  }
}

/** Listens for TCP connections. */
export class TcpListener implements Listener {
  /** See {@linkcode Listener}. */
  readonly address: TcpAddress;
  readonly #listener: Deno.TcpListener;

  /** Takes over the listener: closing it is its. */
  constructor(listener: Deno.TcpListener) {
    this.#listener = listener;
    const { hostname, port } = listener.addr;
    this.address = { hostname, port };
  }

  /** See {@linkcode Listener}; messages are small and wait for answers. */
  async accept(): Promise<Deno.TcpConn> {
    const socket = await this.#listener.accept();
    try {
      socket.setNoDelay(true);
      socket.setKeepAlive(true); // a peer that vanished without a word must not hold its place
    } catch {
      // it has gone already, which reading will tell
    }
    return socket;
  }

  /** See {@linkcode Listener}. */
  close(): void {
    this[Symbol.dispose]();
  }

  /** The same as {@linkcode close}. */
  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
  }
}

/** What {@linkcode serveConnections} needs beside the listener. */
export interface ServeOptions {
  /** Handles one connection to its end; closing the socket is the handler's. */
  handle: (socket: ListenedSocket) => Promise<void>;
  /** Stops accepting; the handlers hear of it on their own. */
  signal: AbortSignal;
  /** Gets a line for each connection that failed. */
  log: Log;
}

/**
 * Accepts until `signal` aborts, then waits for the handlers. A failure stays in its connection: it
 * is logged and the rest go on. A failed accept (out of descriptors) is retried with a back-off.
 */
export async function serveConnections(
  listener: Listener,
  { handle, signal, log }: ServeOptions,
): Promise<void> {
  let open = 0, emptied: (() => void) | undefined;
  const over = () => {
    if (--open === 0) emptied?.();
  };
  using _stop = onAbort(signal, () => listener.close());
  let pause = ACCEPT_BACKOFF_MS[0];
  while (!signal.aborted) {
    let socket: ListenedSocket;
    try {
      socket = await listener.accept();
      pause = ACCEPT_BACKOFF_MS[0];
    } catch (error) {
      if (signal.aborted) break;
      log(safe`Cannot accept a connection: ${reasonOf(error)}; trying again in ${pause} ms`);
      await sleep(pause, signal);
      pause = Math.min(pause * 2, ACCEPT_BACKOFF_MS[1]);
      continue;
    }
    open++;
    void contain(socket, handle, log, over);
    await turn(); // a flood of connections must not keep those who are in from being read
  }
  if (open > 0) await new Promise<void>((resolve) => emptied = resolve);
}

async function contain(
  socket: ListenedSocket,
  handle: ServeOptions["handle"],
  log: Log,
  over: () => void,
): Promise<void> {
  try {
    await handle(socket);
  } catch (error) {
    if (isClosed(error)) return;
    log(safe`Connection from ${formatAddress(socket.remoteAddr)} failed: ${reasonOf(error)}`);
  } finally {
    socket[Symbol.dispose]();
    over();
  }
}
