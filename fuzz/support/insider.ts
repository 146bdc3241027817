/**
 * A connection of somebody who knows the secret, and then does what a case says, sealed.
 *
 * @module
 */
import { connect, type Socket as NodeSocket } from "node:net";
import { assert } from "@std/assert";
import { greet } from "../../lib/auth/greeting.ts";
import type { Keying } from "../../lib/auth/keying.ts";
import { Exit, Failure, isClosed, ProtocolError } from "../../lib/base/errors.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { Socket } from "../../lib/net/socket.ts";
import { type Login, type Part } from "./actions.ts";
import { withTicket } from "./attacker.ts";

/** What is kept of what came: enough to see a leak. */
const KEPT_CHARACTERS = 200_000;

/** A connection of a case, behind the secret. */
export class Insider {
  /** What came, opened. */
  received = "";
  readonly #socket: NodeSocket;
  readonly #conn: Connection;
  readonly #receiving: Promise<void>;

  private constructor(socket: NodeSocket, conn: Connection) {
    this.#socket = socket;
    this.#conn = conn;
    this.#receiving = this.#receive();
  }

  /** Joins a server on this machine, from one of its addresses. */
  static async connect(
    port: number,
    localAddress: string,
    keying: Keying,
    { refused, ...login }: Login,
  ): Promise<Insider> {
    const socket = connect({ port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once("connect", resolve).once("error", reject);
    await promise;
    const conn = new Connection(new Plain(socket));
    try {
      await greet(conn, { keying, name: "Eve", ...login });
      assert(!refused, `somebody was taken in as ${JSON.stringify(login)}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // A name may be taken, and a relay wants a ticket.
      assert(refused || error.exit === Exit.refused, `${error}`);
    }
    return new Insider(socket, conn);
  }

  /** Acts; `ticket` is what the server has told last to anybody. */
  async perform({ actions, ending }: Part, ticket: () => string): Promise<void> {
    for (const action of actions) {
      if (action.kind === "wait") {
        await new Promise((resolve) => setTimeout(resolve, action.ms));
        continue;
      }
      const bytes = withTicket(action.bytes, ticket());
      if (action.kind === "send") await this.#conn.write(bytes).catch(closed);
      else if (this.#socket.writable) this.#socket.write(bytes);
    }
    if (ending === "half-close") await this.#conn.closeWrite();
    else if (ending === "close") this.#conn.close();
    else if (ending === "reset") this.#socket.resetAndDestroy();
  }

  /** Closes, if that has not been done. */
  async close(): Promise<void> {
    this.#conn.close();
    await this.#receiving;
  }

  async #receive(): Promise<void> {
    try {
      for (let batch; (batch = await this.#conn.receive()) !== null;) {
        for (const payload of batch) {
          const text = new TextDecoder("latin1").decode(payload);
          this.received = (this.received + text).slice(-KEPT_CHARACTERS);
        }
      }
    } catch (error) {
      // After what did not open for the server, its last words may be in clear.
      if (!isClosed(error) && !(error instanceof ProtocolError)) throw error;
    }
  }
}

function closed(error: unknown): void {
  if (!isClosed(error)) throw error;
}

/** A socket of `node:net`, which can choose the address that it comes from. */
class Plain implements Socket {
  readonly #socket: NodeSocket;
  readonly #come: Uint8Array[] = [];
  #ended = false;
  #more = Promise.withResolvers<void>();

  constructor(socket: NodeSocket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => {
      this.#come.push(new Uint8Array(chunk));
      this.#wake();
    });
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on("error", () => {}).on("end", end).on("close", end);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#come.length === 0) {
      if (this.#ended) return null;
      await this.#more.promise;
    }
    const chunk = this.#come[0], count = Math.min(chunk.length, buffer.length);
    buffer.set(chunk.subarray(0, count));
    if (count < chunk.length) this.#come[0] = chunk.subarray(count);
    else this.#come.shift();
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (!this.#socket.writable) return Promise.reject(new Deno.errors.BrokenPipe("it is closed"));
    this.#socket.write(bytes.slice());
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    this.#socket.end();
    return Promise.resolve();
  }

  close(): void {
    this.#socket.destroy();
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers<void>();
  }
}
