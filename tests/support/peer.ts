/**
 * A client for tests, over TCP or what runs over it: it says bytes, and awaits text.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { Socket } from "../../lib/net/socket.ts";

/** A connection of a test, with TCP_NODELAY. */
export class Peer implements Disposable {
  /** All that came so far, as UTF-8; whoever has done with it may shorten it. */
  received = "";
  /** Whether the other side has ended its sending side, or reset the connection. */
  ended = false;
  readonly #conn: Socket;
  readonly #decoder = new TextDecoder();
  readonly #reading: Promise<void>;
  #changed = Promise.withResolvers<void>();
  #closed = false;

  private constructor(conn: Socket) {
    this.#conn = conn;
    this.#reading = this.#read();
  }

  /** Connects to a port of this machine. */
  static async connect(port: number): Promise<Peer> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return new Peer(conn);
  }

  /** Speaks over a socket that is open already, and now its own. */
  static over(socket: Socket): Peer {
    return new Peer(socket);
  }

  /** Sends text or bytes, to the last. */
  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    await writeAll(this.#conn, bytes);
  }

  /** Waits until `text` has come; all that came. Fails when the connection ends before, or in 20 s. */
  async sees(text: string | RegExp): Promise<string> {
    await this.until(
      () => typeof text === "string" ? this.received.includes(text) : text.test(this.received),
      `${text}`,
    );
    return this.received;
  }

  /** Waits for the other side's end; all that came. */
  async sawEnd(): Promise<string> {
    await this.until(() => this.ended, "the end");
    return this.received;
  }

  /** Ends our sending side. */
  async endSending(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Closes, and waits for the reader to notice. */
  async close(): Promise<void> {
    this[Symbol.dispose]();
    await this.#reading;
  }

  /** Closes. Safe to repeat. */
  [Symbol.dispose](): void {
    if (!this.#closed) this.#conn.close();
    this.#closed = true;
  }

  /** Waits until something holds of what has come. Fails when the connection ends before, or in 20 s. */
  async until(holds: () => boolean, what: string): Promise<void> {
    let late = false;
    const { promise: timeout, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      late = true;
      resolve();
    }, 20_000);
    try {
      while (!holds()) {
        assert(!this.ended && !late, `no ${what} in ${JSON.stringify(this.received.slice(-2000))}`);
        await Promise.race([this.#changed.promise, timeout]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        this.received += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
        this.#wake();
      }
    } catch {
      // a reset is an end, too
    }
    this.ended = true;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** Writes to the last byte. */
export async function writeAll(to: Pick<Socket, "write">, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(at === 0 ? bytes : bytes.subarray(at));
}
