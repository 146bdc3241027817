/**
 * A pipe to a server that counts what passes, and lets a test step in at a given byte.
 *
 * @module
 */
import { writeAll } from "../../support/peer.ts";

/** What happens, and when. */
export interface Step {
  /** Behind so many bytes, of both directions together. */
  at: number;
  /** Awaited before anything more passes. */
  act: () => void | Promise<void>;
}

/** Listens before a server; one step for all connections together. */
export class Meter implements AsyncDisposable {
  /** Where clients connect. */
  readonly port: number;
  /** Bytes that have passed, of both directions. */
  passed = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #sockets: Deno.TcpConn[] = [];
  readonly #tasks: Promise<void>[] = [];
  #step?: Step;

  /** Passes on to the port `to`. */
  constructor(to: number, step?: Step) {
    this.port = this.#listener.addr.port;
    this.#step = step;
    this.#tasks.push(this.#accept(to));
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }

  /** Cuts all connections and takes no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await Promise.allSettled(this.#tasks);
  }

  async #accept(to: number): Promise<void> {
    for (;;) {
      const client = await this.#listener.accept();
      this.#sockets.push(client);
      try {
        const server = await Deno.connect({ hostname: "127.0.0.1", port: to });
        this.#sockets.push(server);
        this.#tasks.push(this.#pass(client, server), this.#pass(server, client));
      } catch {
        client[Symbol.dispose](); // nobody is there
      }
    }
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) return await to.closeWrite();
        const step = this.#step;
        // What is before the step's byte passes first.
        const due = step !== undefined && this.passed + count >= step.at;
        const before = due ? Math.max(0, step.at - this.passed) : count;
        this.passed += count;
        if (due) this.#step = undefined;
        await writeAll(to, buffer.subarray(0, before));
        if (!due) continue;
        await step.act();
        await writeAll(to, buffer.subarray(before, count));
      }
    } catch {
      from[Symbol.dispose]();
      to[Symbol.dispose]();
    }
  }
}
