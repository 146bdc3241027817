/**
 * A connection that does what a case says, and remembers what it was told.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { bytesOf } from "../../tests/support/feed.ts";
import { type Action, type Part, TICKET } from "./actions.ts";

/** What is kept of what came: enough to see a leak. */
const KEPT_CHARACTERS = 200_000;

/** A connection of a case. */
export class Attacker {
  /** What came, as Latin-1. */
  received = "";
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<void>();
  #changed = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => {
      const text = new TextDecoder("latin1").decode(chunk);
      this.received = (this.received + text).slice(-KEPT_CHARACTERS);
      this.#wake();
    });
    socket.on("end", () => this.#wake());
    socket.on("error", () => {}); // a reset is what some cases want
    socket.on("close", () => {
      this.#closed.resolve();
      this.#wake();
    });
  }

  /** Connects to a port of this machine, from one of its addresses. */
  static async connect(port: number, localAddress: string): Promise<Attacker> {
    const socket = connect({ port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once("connect", resolve).once("error", reject);
    await promise;
    return new Attacker(socket);
  }

  /** Acts; `ticket` is what the server has told last to anybody. */
  async perform({ actions, ending }: Part, ticket: () => string): Promise<void> {
    for (const action of actions) await this.#act(action, ticket);
    if (ending === "half-close") this.#socket.end();
    else if (ending === "close") this.#socket.destroy();
    else if (ending === "reset") this.#socket.resetAndDestroy();
  }

  /** Closes, if that has not been done. */
  async close(): Promise<void> {
    this.#socket.destroy();
    await this.#closed.promise;
  }

  async #act(action: Action, ticket: () => string): Promise<void> {
    if (action.kind !== "wait") {
      if (this.#socket.writable) this.#socket.write(withTicket(action.bytes, ticket()));
      return await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#socket.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, action.ms);
    await Promise.race([promise, this.#changed.promise]);
    clearTimeout(timer);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** The same with the ticket where {@linkcode TICKET} stands. */
export function withTicket(bytes: Uint8Array, ticket: string): Uint8Array {
  const at = new TextDecoder("latin1").decode(bytes).indexOf(TICKET);
  if (at < 0 || ticket === "") return bytes;
  const filled = bytes.slice();
  filled.set(bytesOf(ticket), at);
  return filled;
}
