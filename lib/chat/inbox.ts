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
  /** Called when there is something to take, or no more will be. */
  stirred?: () => void;
  #entries?: E[]; // none while nothing waits
  #taken = 0; // size of what was taken and is being written
  #waiting = 0;
  #own = 0; // waiting for this peer alone
  #closed = false;
  readonly #budget?: Budget;
  readonly #holder?: Holder;

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
    this.#entries ??= [];
    this.#entries.push(entry);
    this.#waiting += entry.size;
    if (!entry.shared) {
      this.#own += entry.size;
      this.#count(false);
    }
    this.stirred?.();
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#entries = undefined;
    this.#waiting = this.#own = 0;
    this.#count(true);
  }

  /** Whether no more will be offered. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** No more will be offered; what waits can still be taken. Safe to repeat. */
  close(): void {
    this.#closed = true;
    this.stirred?.();
  }

  /**
   * Takes the entries that came first, up to {@linkcode MERGE_BYTES}; undefined when nothing waits.
   * They count until {@linkcode delivered} is called.
   */
  take(): E[] | undefined {
    const entries = this.#entries;
    if (!entries) return undefined;
    let count = 0;
    do this.#taken += entries[count++].size; while (
      count < entries.length && this.#taken + entries[count].size <= MERGE_BYTES
    );
    this.#waiting -= this.#taken;
    let taken = entries;
    if (count < entries.length) taken = entries.splice(0, count);
    else this.#entries = undefined;
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
}
