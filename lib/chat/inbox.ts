import { MERGE_BYTES } from "../base/limits.ts";

/** Something that waits for a peer: its size in bytes, as far as known, counts against the limits. */
export interface Sized {
  /** Bytes, as far as known. */
  readonly size: number;
}

/** What waits for one peer, in order. Its overflow policy is the hub's (see `limits.ts`). */
export class Inbox<E extends Sized> {
  #entries: E[] = [];
  #taken = 0; // size of what was taken and is being written
  #waiting = 0;
  #closed = false;
  #arrival?: () => void;

  /** Bytes that the peer has not taken yet. */
  get bytes(): number {
    return this.#waiting + this.#taken;
  }

  /** Appends an entry; after {@linkcode close} it is dropped. */
  offer(entry: E): void {
    if (this.#closed) return;
    this.#entries.push(entry);
    this.#waiting += entry.size;
    this.#wake();
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#entries = [];
    this.#waiting = 0;
  }

  /** No more will be offered; what waits can still be taken. Safe to repeat. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /**
   * Waits for entries and takes those that came first, up to {@linkcode MERGE_BYTES}; null once the
   * inbox is closed and empty. It counts until {@linkcode delivered} is called.
   */
  async take(): Promise<E[] | null> {
    while (this.#entries.length === 0) {
      if (this.#closed) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#arrival = resolve;
      await promise;
    }
    let count = 0;
    do this.#taken += this.#entries[count++].size; while (
      count < this.#entries.length && this.#taken + this.#entries[count].size <= MERGE_BYTES
    );
    this.#waiting -= this.#taken;
    return this.#entries.splice(0, count);
  }

  /** What was taken has been written. */
  delivered(): void {
    this.#taken = 0;
  }

  #wake(): void {
    this.#arrival?.();
    this.#arrival = undefined;
  }
}
