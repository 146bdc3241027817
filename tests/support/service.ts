/**
 * A server in this process, in front of a door or without one, for tests of what a client meets.
 *
 * @module
 */
import { listen, type ListenedSocket, serveConnections } from "../../lib/net/listen.ts";

/** A server on a free port; dispose to stop it and to wait for its end. */
export class Service implements AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  /** What it had to tell. */
  readonly log: string[] = [];
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  readonly #ended: Promise<void>;

  /** `make` gets what a server is made of, and returns what handles a connection. */
  constructor(
    make: (server: {
      signal: AbortSignal;
      cut: AbortSignal;
      log: (line: string) => void;
    }) => (socket: ListenedSocket) => Promise<void>,
  ) {
    const listener = listen({ hostname: "127.0.0.1", port: 0 });
    this.port = listener.address.port;
    const { signal } = this.#stop;
    const log = (line: string) => void this.log.push(line);
    const handle = make({ signal, cut: this.#cut.signal, log });
    this.#ended = serveConnections(listener, { handle, signal, log });
  }

  /** Asks it to stop. */
  stop(): void {
    this.#stop.abort();
  }

  /** Asks it to stop at once. */
  cut(): void {
    this.#cut.abort();
  }

  /** Settles when it has stopped. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Stops it, cutting short what takes long. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.cut();
    await this.#ended;
  }
}
