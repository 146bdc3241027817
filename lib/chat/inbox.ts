import type { Budget, Holder } from "../base/budget.ts";
import { MERGE_BYTES } from "../base/limits.ts";

/** Something that waits for a peer: its size in bytes, as far as known, counts against the limits. */
export interface Sized {
  /** Bytes, as far as known. */
  readonly size: number;
  /** Whether others wait for the same bytes. */
  readonly shared?: boolean;
}

/** What waits for one peer, in order. Its overflow policy is the hub's (see `limits.ts`). */
export class Inbox<E extends Sized> {
  #entries: E[] = [];
  #taken = 0; // size of what was taken and is being written
  #waiting = 0;
  #own = 0; // waiting for this peer alone
  #closed = false;
  readonly #budget?: Budget;
  readonly #holder?: Holder;
  #arrival?: () => void;

  /** What waits for this peer alone counts in `budget`, as held by `holder`. */
  constructor(budget?: Budget, holder?: Holder) {
    this.#budget = budget;
    this.#holder = holder;
  }

  /** Bytes that the peer has not taken yet. */
  get bytes(): number {
    return this.#waiting + this.#taken;
  }

  /** Appends an entry; after {@linkcode close} it is dropped. */
  offer(entry: E): void {
    if (this.#closed) return;
    this.#entries.push(entry);
    this.#waiting += entry.size;
    if (!entry.shared) {
      this.#own += entry.size;
      this.#count(false);
    }
    this.#wake();
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#entries = [];
    this.#waiting = this.#own = 0;
    this.#count(true);
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
    const taken = this.#entries.splice(0, count);
    if (this.#own > 0) {
      for (const entry of taken) if (!entry.shared) this.#own -= entry.size;
      this.#count(true);
    }
    return taken;
  }

  /** What was taken has been written. */
  delivered(): void {
    this.#taken = 0;
  }

  /** Little is not counted: it is most of what there is, and soon gone. */
  #count(further: boolean): void {
    if (!this.#budget || !this.#holder) return;
    const held = this.#own > MERGE_BYTES ? this.#own : 0;
    if (further) this.#budget.renew(this.#holder, held);
    else if (held > 0) this.#budget.hold(this.#holder, held);
  }

  #wake(): void {
    this.#arrival?.();
    this.#arrival = undefined;
  }
}
