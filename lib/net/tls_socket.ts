import type { TLSSocket } from "node:tls";
import { TLS_HELD_BYTES, TLS_WRITE_BYTES } from "../base/limits.ts";
import type { Socket } from "./socket.ts";
import type { SocketDuplex } from "./tls_duplex.ts";

/** What a {@linkcode TlsSocket} may be told of its peer. */
export interface TlsSocketOptions {
  /**
   * What an error is to its reader. `silent`: nothing has come since the handshake, and our sending
   * side is open; without an error, the peer has ended its side in that state.
   */
  explain?: (error: Error | undefined, silent: boolean) => unknown;
}

/**
 * The inside of a TLS connection whose handshake is done, as a socket: short writes, a half-close by
 * close_notify, and a close that ends what is pending. What comes is held up to
 * {@linkcode TLS_HELD_BYTES} and a read ahead; then the peer has to wait.
 */
export class TlsSocket implements Socket {
  readonly #tls: TLSSocket;
  readonly #below: SocketDuplex;
  readonly #options: TlsSocketOptions;
  #chunks: Uint8Array[] = [];
  #held = 0;
  #ended = false;
  #closed = false;
  #silent = true;
  #fault?: Error;
  #changed?: PromiseWithResolvers<void>; // made only when a reader waits
  #room?: PromiseWithResolvers<void>; // made only when the network waits
  readonly #over = Promise.withResolvers<void>(); // our sending side, if not all of it
  #writing?: PromiseWithResolvers<number>;

  /** Takes over both; to be called in the turn in which the handshake has ended. */
  constructor(tls: TLSSocket, below: SocketDuplex, options: TlsSocketOptions = {}) {
    this.#tls = tls;
    this.#below = below;
    this.#options = options;
    below.hold = () => {
      if (this.#held < TLS_HELD_BYTES || this.#closed) return undefined;
      this.#room ??= Promise.withResolvers<void>();
      return this.#room.promise;
    };
    tls.on("data", (chunk: Uint8Array) => this.#take(chunk));
    tls.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    tls.on("error", (error: Error) => this.#end(error));
    below.on("error", (error: Error) => this.#end(error));
    tls.on("close", () => this.#end());
  }

  /** See {@linkcode Socket}. */
  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#chunks.length === 0) {
      if (this.#fault) throw this.#explained(this.#fault);
      if (this.#ended) return this.#atEnd();
      if (this.#closed) throw new Deno.errors.Interrupted("the connection is closed");
      this.#changed ??= Promise.withResolvers<void>();
      await this.#changed.promise;
    }
    let filled = 0;
    while (filled < buffer.length && this.#chunks.length > 0) {
      const chunk = this.#chunks[0];
      const part = chunk.subarray(0, buffer.length - filled);
      buffer.set(part, filled);
      filled += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#held -= filled;
    if (this.#held < TLS_HELD_BYTES) this.#makeRoom();
    return filled;
  }

  /** See {@linkcode Socket}. */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#closed) {
      throw this.#explained(this.#fault ?? new Deno.errors.BrokenPipe("the connection is closed"));
    }
    const chunk = bytes.subarray(0, TLS_WRITE_BYTES);
    const writing = this.#writing = Promise.withResolvers<number>();
    this.#tls.write(chunk, (error) => {
      if (error) writing.reject(this.#explained(error));
      else writing.resolve(chunk.length);
    });
    return await writing.promise;
  }

  /** See {@linkcode Socket}. */
  async closeWrite(): Promise<void> {
    if (this.#closed) return;
    this.#silent = false;
    this.#tls.end(this.#over.resolve);
    await this.#over.promise;
  }

  /** See {@linkcode Socket}; without close_notify, unless the sending side was closed before. */
  close(): void {
    this.#below.cut();
    this.#tls.destroy();
    this.#end();
  }

  #take(chunk: Uint8Array): void {
    this.#silent = false;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    this.#wake();
  }

  #atEnd(): null {
    const why = this.#silent ? this.#options.explain?.(undefined, true) : undefined;
    if (why) throw why;
    return null;
  }

  #end(error?: Error): void {
    this.#fault ??= error;
    this.#closed = true;
    this.#over.resolve();
    this.#writing?.reject(this.#explained(this.#fault ?? new Deno.errors.Interrupted("closed")));
    this.#wake();
    this.#makeRoom();
  }

  #wake(): void {
    this.#changed?.resolve();
    this.#changed = undefined;
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #explained(error: Error): unknown {
    return this.#options.explain?.(error, this.#silent) ?? asSystemError(error);
  }
}

/** An error of a stream of Node as Deno's own sockets give it, where they do. */
function asSystemError(error: Error & { code?: string }): Error {
  const { code = "", message } = error;
  if (code === "ECONNRESET") return new Deno.errors.ConnectionReset(message, { cause: error });
  if (/^(EPIPE|ECANCELED|ERR_STREAM_)/.test(code)) {
    return new Deno.errors.BrokenPipe(message, { cause: error });
  }
  return error;
}
