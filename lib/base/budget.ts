/** Somebody for whom memory is kept. */
export interface Holder {
  /** Gives up what it holds, at once; nothing is counted for it any more. */
  evict(): void;
}

/**
 * Memory that many share: what was said to peers who do not read. Over the limit the one that has got no further for longest is let go.
 */
export class Budget {
  /** Bytes held now. */
  used = 0;
  /** Bytes that may be held. */
  readonly limit: number;
  readonly #held = new Map<Holder, number>(); // in the order in which they last got further

  /** Nothing is held yet. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** What `holder` holds from now on, in bytes; 0 forgets it. Others may be evicted, or it itself. */
  hold(holder: Holder, bytes: number): void {
    this.used += bytes - (this.#held.get(holder) ?? 0);
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
    for (const [oldest, held] of this.#held) {
      if (this.used <= this.limit) return;
      this.used -= held;
      this.#held.delete(oldest);
      oldest.evict();
    }
  }

  /** The same for one that has got further: it took something. */
  renew(holder: Holder, bytes: number): void {
    this.used -= this.#held.get(holder) ?? 0;
    this.#held.delete(holder);
    this.hold(holder, bytes);
  }
}
