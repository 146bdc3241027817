import { reasonOf } from "../base/errors.ts";
import { TARGET_CHARACTERS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { safeText } from "../base/safe_text.ts";
import { onAbort } from "../base/tasks.ts";
import { formatAddress } from "../net/address.ts";
import { Connection } from "../net/connection.ts";
import { dial } from "../net/dial.ts";
import { pipe } from "../net/pipe.ts";
import { plainResponse } from "./responses.ts";
import { targetOf } from "./target.ts";

/** Answers one request of a peer, given as `host:port`. */
export type Handle = (request: Request, peer: string) => Promise<Response>;

/**
 * Lets `Deno.serve` answer on connections that somebody else has accepted, by a pipe to a port of
 * this machine. That port answers nobody but these pipes.
 */
export class WebFront implements AsyncDisposable {
  readonly #handle: Handle;
  readonly #log: Log;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #stop = new AbortController();
  readonly #peers = new Map<string, string>(); // by the address that their pipe comes from

  private constructor(handle: Handle, log: Log) {
    this.#handle = handle;
    this.#log = log;
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      signal: this.#stop.signal,
      onListen: () => {},
      onError: (error) => this.#fail(error),
    }, (request, { remoteAddr }) => this.#answer(request, formatAddress(remoteAddr)));
  }

  /** Starts to listen; each request becomes a line of the log. */
  static start(handle: Handle, log: Log): WebFront {
    return new WebFront(handle, log);
  }

  /** The port behind the pipes. */
  get port(): number {
    return this.#server.addr.port;
  }

  /**
   * Serves a connection whose first bytes were peeked at, none of them consumed, until both sides
   * have ended, and closes it. `origin` is the address of its peer; `signal` ends it at once.
   */
  async serve(conn: Connection, origin: string, signal: AbortSignal): Promise<void> {
    using _conn = conn;
    using _stop = onAbort(this.#stop.signal, () => conn.close());
    const socket = await dial(this.#server.addr);
    const source = formatAddress(socket.localAddr);
    this.#peers.set(source, origin); // before the first byte, hence before the first request
    try {
      await pipe(conn, new Connection(socket), { signal });
    } finally {
      this.#peers.delete(source);
    }
  }

  /** Stops listening and cuts all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#server.finished;
  }

  async #answer(request: Request, source: string): Promise<Response> {
    const peer = this.#peers.get(source);
    const { path, query } = targetOf(request);
    const target = path + query;
    const shown = target.length > TARGET_CHARACTERS
      ? `${target.slice(0, TARGET_CHARACTERS)}…`
      : target;
    const response = peer === undefined
      ? plainResponse(403, "This port serves nobody but labwire itself.")
      : await this.#handle(request, peer).catch((error) => this.#fail(error));
    this.#log(safeText(`${peer ?? source} "${request.method} ${shown}" ${response.status}`));
    return response;
  }

  /** Also called for a body that breaks off; what is returned is of no use then. */
  #fail(error: unknown): Response {
    this.#log(safeText(`A web request failed: ${reasonOf(error)}`));
    return plainResponse(500, "The server failed.");
  }
}
