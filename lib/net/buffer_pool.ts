/** Somebody for whom a frame is being gathered. */
export interface Borrower {
  /** Gives up its frame, and closes. */
  evict(): void;
}

/** Bytes that a pool keeps for later. */
const SPARE_BYTES = 32 * 1024 * 1024;

interface Waiting {
  borrower: Borrower;
  lent: PromiseWithResolvers<Uint8Array<ArrayBuffer>>;
}

/**
 * So many large buffers, and no more: a frame that needs one waits until one is free, unread. While
 * others wait, whoever has had one for long without getting further is let go. The buffers serve
 * again and again: memory of this size that comes and goes leaves the process with holes.
 */
export class BufferPool {
  /** Bytes in each. */
  readonly size: number;
  /** How many there may be. */
  readonly most: number;
  readonly #patienceMs: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  readonly #lent = new Map<Borrower, number>(); // since when, in that order
  readonly #waiting: Waiting[] = [];
  #timer?: ReturnType<typeof setTimeout>;

  /** All are free; none is made before it is needed. */
  constructor(size: number, most: number, patienceMs: number) {
    this.size = size;
    this.most = most;
    this.#patienceMs = patienceMs;
  }

  /** How many are lent. */
  get lent(): number {
    return this.#lent.size;
  }

  /** Whether somebody waits for one. */
  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** A buffer for `borrower`, now or in its turn; what it holds has no meaning. */
  lend(borrower: Borrower): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    if (this.#lent.size < this.most) return this.#hand(borrower);
    const lent = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.push({ borrower, lent });
    this.#watch();
    return lent.promise;
  }

  /** The borrower got further: a frame came whole. */
  refresh(borrower: Borrower): void {
    if (this.#lent.delete(borrower)) this.#lent.set(borrower, performance.now());
  }

  /** Takes a buffer back into which nobody reads, and at which nobody looks. */
  giveBack(borrower: Borrower, buffer: Uint8Array<ArrayBuffer>): void {
    if (this.#free.length * this.size < SPARE_BYTES) this.#free.push(buffer);
    this.forget(borrower);
  }

  /** The borrower waits for none any more, if it does. */
  cancel(borrower: Borrower): void {
    const at = this.#waiting.findIndex((each) => each.borrower === borrower);
    if (at < 0) return;
    const [{ lent }] = this.#waiting.splice(at, 1);
    lent.reject(new Deno.errors.Interrupted("the connection is closed"));
    this.#watch();
  }

  /** The borrower keeps what it has for itself: another one may be made. */
  forget(borrower: Borrower): void {
    this.#lent.delete(borrower);
    while (this.#waiting.length > 0 && this.#lent.size < this.most) {
      const { borrower, lent } = this.#waiting.shift()!;
      lent.resolve(this.#hand(borrower));
    }
    this.#watch();
  }

  #hand(borrower: Borrower): Uint8Array<ArrayBuffer> {
    this.#lent.set(borrower, performance.now());
    return this.#free.pop() ?? new Uint8Array(this.size);
  }

  /** While somebody waits: lets go who has had one for too long, one after the other. */
  #watch(): void {
    if (!this.isWanted) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (this.#timer !== undefined || !this.isWanted) return;
    const [[oldest, since]] = this.#lent;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.isWanted && this.#lent.get(oldest) === since) oldest.evict();
      this.#watch();
    }, since + this.#patienceMs - performance.now());
  }
}
