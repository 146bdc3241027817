/**
 * A listener in front of a server that stops passing on bytes in the middle of a transfer.
 *
 * @module
 */
import { writeAll } from "./fake.ts";

/** How many bytes of each connection are passed on. */
export interface ChokeOptions {
  /** From the server to the client. */
  down?: number;
  /** From the client to the server. */
  up?: number;
}

/** Passes bytes on, up to a number of them; dispose to cut all connections. */
export class Choke implements AsyncDisposable {
  /** Where clients connect. */
  readonly port: number;
  /** Settles when a connection has had its bytes. */
  readonly full: Promise<void>;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #full = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  readonly #sockets: Deno.TcpConn[] = [];
  readonly #tasks: Promise<void>[] = [];

  /** Passes on to the port `to` of this machine. */
  constructor(to: number, options: ChokeOptions) {
    this.port = this.#listener.addr.port;
    this.full = this.#full.promise;
    this.#tasks.push(this.#accept(to, options));
  }

  /** Cuts all connections. */
  cut(): void {
    this.#over.resolve();
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await Promise.allSettled(this.#tasks);
  }

  async #accept(to: number, { up = Infinity, down = Infinity }: ChokeOptions): Promise<void> {
    for (;;) {
      const client = await this.#listener.accept();
      const server = await Deno.connect({ hostname: "127.0.0.1", port: to });
      this.#sockets.push(client, server);
      for (const task of [this.#pass(client, server, up), this.#pass(server, client, down)]) {
        this.#tasks.push(task.catch(() => {
          client[Symbol.dispose]();
          server[Symbol.dispose]();
        }));
      }
    }
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn, most: number): Promise<void> {
    const buffer = new Uint8Array(65536);
    for (let left = most; left > 0;) {
      const length = await from.read(buffer.subarray(0, Math.min(buffer.length, left)));
      if (length === null) return await to.closeWrite();
      await writeAll(to, buffer.subarray(0, length));
      left -= length;
    }
    this.#full.resolve();
    await this.#over.promise;
  }
}
