import type { Socket } from "./socket.ts";

/**
 * Two sockets joined in memory, for trying a protocol without a network. Each direction holds at most
 * `capacity` bytes, so that a small one shows what waits for what; errors are those of `Deno.Conn`.
 */
export function memoryPair(capacity: number): [Socket, Socket] {
  const there = new Pipe(capacity), back = new Pipe(capacity);
  return [new Side(back, there), new Side(there, back)];
}

class Side implements Socket {
  #in: Pipe;
  #out: Pipe;

  constructor(incoming: Pipe, outgoing: Pipe) {
    this.#in = incoming;
    this.#out = outgoing;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#in.read(buffer);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#out.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.#out.end();
    return Promise.resolve();
  }

  close(): void {
    this.#out.end();
    this.#in.break();
  }
}

class Pipe {
  #capacity: number;
  #bytes: number[] = [];
  #ended = false; // by the writer
  #broken = false; // by the reader
  #changed = Promise.withResolvers<void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#bytes.length === 0) {
      if (this.#broken) throw new Deno.errors.Interrupted("closed while reading");
      if (this.#ended) return null;
      await this.#changed.promise;
    }
    const taken = this.#bytes.splice(0, buffer.length);
    buffer.set(taken);
    this.#wake();
    return taken.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (!this.#broken && !this.#ended && this.#bytes.length >= this.#capacity) {
      await this.#changed.promise;
    }
    if (this.#broken || this.#ended) throw new Deno.errors.BrokenPipe("the other side is gone");
    const room = bytes.subarray(0, this.#capacity - this.#bytes.length);
    this.#bytes.push(...room);
    this.#wake();
    return room.length;
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  break(): void {
    this.#broken = true;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
