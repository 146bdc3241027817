import { connect, type Socket as NodeSocket } from "node:net";
import { Exit, Failure } from "../base/errors.ts";
import { onAbort } from "../base/tasks.ts";
import { type Address, formatAddress } from "./address.ts";
import type { Socket } from "./socket.ts";

/**
 * Opens connections that can be ended by a reset, which a `Deno.Conn` cannot: it closes cleanly even
 * with unread bytes.
 */
export class ResetDial {
  #last?: NodeSocket;

  /** Opens a connection; errors are those of `Deno.connect`, and exit 2 for what is not TCP. */
  readonly open = async (address: Address, signal: AbortSignal): Promise<Socket> => {
    if ("path" in address) {
      const where = formatAddress(address);
      throw new Failure(`Cannot use --reset with ${where}: only TCP has that`, Exit.usage);
    }
    const { hostname: host, port } = address;
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    using _stop = onAbort(signal, () => socket.destroy());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once("connect", resolve);
    socket.once("error", (error) => reject(asDenoError(error)));
    socket.once("close", () => reject(new Deno.errors.Interrupted("closed")));
    await promise;
    this.#last = socket;
    return new NodeSocketReader(socket);
  };

  /** Ends the connection that was opened last by a reset; what was not sent yet never is. */
  reset(): void {
    this.#last?.resetAndDestroy();
  }
}

/** A socket of Node as ours are. */
class NodeSocketReader implements Socket {
  readonly #socket: NodeSocket;
  #rest?: Uint8Array;
  #ended = false;
  #fault?: Error;
  #changed?: PromiseWithResolvers<void>;

  constructor(socket: NodeSocket) {
    this.#socket = socket;
    const wake = () => this.#changed?.resolve();
    socket.on("readable", wake);
    socket.on("end", () => {
      this.#ended = true;
      wake();
    });
    socket.on("error", (error: Error) => {
      this.#fault = asDenoError(error);
      wake();
    });
    socket.on("close", () => {
      this.#fault ??= new Deno.errors.Interrupted("the connection is closed");
      wake();
    });
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      this.#changed = Promise.withResolvers<void>();
      const chunk = this.#rest ?? this.#socket.read() as Uint8Array | null;
      if (chunk !== null) {
        const part = chunk.subarray(0, buffer.length);
        buffer.set(part);
        this.#rest = part.length < chunk.length ? chunk.subarray(part.length) : undefined;
        return part.length;
      }
      if (this.#ended) return null;
      if (this.#fault) throw this.#fault;
      await this.#changed.promise;
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#fault) throw this.#fault;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const closed = () => reject(this.#fault);
    this.#socket.once("close", closed);
    this.#socket.write(bytes, (error) => {
      this.#socket.off("close", closed);
      if (error) reject(asDenoError(error));
      else resolve(bytes.length);
    });
    return await promise;
  }

  async closeWrite(): Promise<void> {
    if (this.#fault) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once("close", resolve);
    this.#socket.end(resolve);
    await promise;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** An error of Node as Deno's own sockets give it, where they do. */
function asDenoError(error: Error & { code?: string }): Error {
  const { code = "", message } = error;
  if (code === "ECONNREFUSED") return new Deno.errors.ConnectionRefused(message, { cause: error });
  if (code === "ECONNRESET") return new Deno.errors.ConnectionReset(message, { cause: error });
  if (/^(EPIPE|ECANCELED|ERR_STREAM_)/.test(code)) {
    return new Deno.errors.BrokenPipe(message, { cause: error });
  }
  return error;
}
