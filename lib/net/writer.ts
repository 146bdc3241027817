import type { Socket } from "./socket.ts";

/** Writes chunks to a socket, each to its last byte before the next begins. */
export class Writer {
  /** Bytes that the system took so far; it stands still while the peer takes nothing. */
  bytesTaken = 0;
  readonly #socket: Socket;
  #writing = false;
  #written?: PromiseWithResolvers<void>; // made only when somebody waits

  /** Closing the socket is its owner's. */
  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Writes what `seal` makes of `chunk` when its turn has come; rejects when the connection breaks. */
  write(chunk: Uint8Array, seal?: (chunk: Uint8Array) => Uint8Array): Promise<void> {
    if (this.#writing) return this.#turn().then(() => this.write(chunk, seal));
    if (chunk.length === 0) return Promise.resolve();
    this.#writing = true;
    return this.#push(seal ? seal(chunk) : chunk);
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#turn();
  }

  #turn(): Promise<void> {
    this.#written ??= Promise.withResolvers<void>();
    return this.#written.promise;
  }

  #push(chunk: Uint8Array): Promise<void> {
    return this.#socket.write(chunk).then((taken): Promise<void> | void => {
      this.bytesTaken += taken;
      return taken < chunk.length ? this.#push(chunk.subarray(taken)) : this.#over();
    }, this.#failed);
  }

  readonly #failed = (error: unknown): never => {
    this.#over();
    throw error;
  };

  #over(): void {
    this.#writing = false;
    this.#written?.resolve();
    this.#written = undefined;
  }
}
