import { Duplex } from "node:stream";
import { concat } from "../base/bytes.ts";
import { isClosed } from "../base/errors.ts";
import { READ_BUFFER_BYTES, READ_BUFFER_FIRST_BYTES } from "../base/limits.ts";
import { closeQuietly, type Socket } from "./socket.ts";

/** Tells a stream of Node that something asked for is done, or failed. */
export type Done = (error?: Error | null) => void;

/**
 * A socket as a stream of Node, so that `node:tls` can run over it. Reading, and closing, stay ours:
 * a TLS socket of Deno goes on reading while it is paused, and one that owns its descriptor keeps it
 * while a peer is silent (docs/architecture.md).
 */
export class SocketDuplex extends Duplex {
  /** What to wait for before more is read from the socket, if anything. */
  hold?: () => Promise<void> | undefined;
  readonly #socket: Socket;
  #buffer = new Uint8Array(READ_BUFFER_FIRST_BYTES);
  #head?: Uint8Array;
  #reading = false;
  #writing?: Promise<void>;

  /** Takes over the socket; `head` has been read from it already. */
  constructor(socket: Socket, head?: Uint8Array) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#head = head;
  }

  /** See `Duplex`: reads until the stream has enough. */
  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#fill().catch((error) => this.destroy(error));
  }

  /** See `Duplex`. */
  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.#writing = this.#writeAll(chunk).then(() => done(), done);
  }

  /** See `Duplex`: what piled up leaves in one write. */
  override _writev(chunks: { chunk: Uint8Array }[], done: Done): void {
    this._write(concat(chunks.map(({ chunk }) => chunk)), "", done);
  }

  /** See `Duplex`: the half-close. */
  override _final(done: Done): void {
    this.#socket.closeWrite().then(() => done(), (error) => done(isClosed(error) ? null : error));
  }

  /** See `Duplex`; a turn later, since TLS closes first and writes its alert then. */
  override destroy(error?: Error): this {
    setImmediate(() => super.destroy(error));
    return this;
  }

  /** See `Duplex`: closes the socket, once what is being written, such as an alert, is out. */
  override _destroy(error: Error | null, done: Done): void {
    const close = () => {
      this.cut();
      done(error);
    };
    if (this.#writing) this.#writing.then(close);
    else close();
  }

  /** Closes the socket at once, which ends what is pending on it. Safe to repeat. */
  cut(): void {
    closeQuietly(this.#socket);
  }

  async #fill(): Promise<void> {
    for (;;) {
      await this.hold?.();
      const bytes = await this.#next();
      this.#reading = false;
      const more = this.push(bytes);
      if (!more || bytes === null || this.#reading) return; // to be asked again, or asked meanwhile
      this.#reading = true;
    }
  }

  async #next(): Promise<Uint8Array | null> {
    const head = this.#head;
    this.#head = undefined;
    if (head) return head;
    const count = await this.#socket.read(this.#buffer);
    if (count === null) return null;
    const bytes = this.#buffer.slice(0, count);
    if (count === this.#buffer.length && count < READ_BUFFER_BYTES) {
      this.#buffer = new Uint8Array(count * 4);
    }
    return bytes;
  }

  async #writeAll(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      at += await this.#socket.write(at === 0 ? chunk : chunk.subarray(at));
    }
    this.#writing = undefined;
  }
}
