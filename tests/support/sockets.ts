/**
 * Sockets for tests of what runs over them: real ones, tiny ones in memory, and one with a script.
 *
 * @module
 */
import { memoryPair } from "../../lib/net/memory_pair.ts";
import type { Socket } from "../../lib/net/socket.ts";

/** Two ends of a connection over loopback; whoever gets them closes them. */
export async function socketPair(): Promise<[client: Deno.TcpConn, server: Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const [client, server] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  client.setNoDelay(true);
  server.setNoDelay(true);
  return [client, server];
}

/** Where a protocol is tried: in memory that holds next to nothing, and over loopback. */
export const GROUNDS: [name: string, pair: () => Promise<[Socket, Socket]>][] = [
  ...[1, 3, 8].map((capacity) =>
    [
      `through ${capacity} byte${capacity > 1 ? "s" : ""} of memory`,
      () => Promise.resolve(memoryPair(capacity)),
    ] as [string, () => Promise<[Socket, Socket]>]
  ),
  ["over loopback", socketPair],
];

/** A socket that reads from a script, and records what is asked of it. */
export class ScriptedSocket implements Socket {
  /** How large a buffer each read offered. */
  readonly offered: number[] = [];
  /** Each write's bytes, copied. */
  readonly writes: Uint8Array[] = [];
  /** Whether the sending side, and all of it, was closed. */
  writeClosed = 0;
  closed = 0;
  /** How much one write takes; a write waits for `gate` first. */
  most = Infinity;
  gate: Promise<unknown> = Promise.resolve();
  /** Called after each write. */
  onWrite?: () => void;
  readonly #chunks: (Uint8Array | Promise<Uint8Array>)[];

  /** Reads give the chunks one by one, as far as they fit, and then the end. */
  constructor(chunks: (Uint8Array | Promise<Uint8Array>)[] = []) {
    this.#chunks = chunks;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    this.offered.push(buffer.length);
    const chunk = await this.#chunks.shift();
    if (chunk === undefined) return null;
    const fits = chunk.subarray(0, buffer.length);
    buffer.set(fits);
    if (fits.length < chunk.length) this.#chunks.unshift(chunk.subarray(fits.length));
    return fits.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.gate;
    if (this.closed) throw new Deno.errors.BrokenPipe("closed");
    const taken = bytes.slice(0, this.most);
    this.writes.push(taken);
    this.onWrite?.();
    return taken.length;
  }

  closeWrite(): Promise<void> {
    this.writeClosed++;
    return Promise.resolve();
  }

  close(): void {
    this.closed++;
  }
}
