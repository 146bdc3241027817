import { READ_BUFFER_BYTES, READ_BUFFER_FIRST_BYTES } from "../base/limits.ts";
import type { Framing } from "../wire/framing.ts";
import type { Borrower, BufferPool } from "./buffer_pool.ts";

/** What is not larger is made new: it is no burden. */
const MADE_NEW_BYTES = READ_BUFFER_BYTES / 4;

/**
 * What was read and is not consumed: it starts small and grows while reads fill it. What a larger
 * frame needs is borrowed, where there are pools, and given back when nobody looks at it any more.
 */
export class ReadBuffer {
  /** The memory; what was read and not consumed lies in it from {@linkcode start} to {@linkcode end}. */
  bytes = new Uint8Array(READ_BUFFER_FIRST_BYTES);
  /** See {@linkcode bytes}. */
  start = 0;
  /** See {@linkcode bytes}. */
  end = 0;
  readonly #pools: readonly BufferPool[];
  readonly #borrower: Borrower;
  #lender?: BufferPool; // of `bytes`
  #asked?: BufferPool; // for more

  /** `borrower` is evicted when a frame does not come whole while others wait for the memory. */
  constructor(borrower: Borrower, pools: readonly BufferPool[] = []) {
    this.#borrower = borrower;
    this.#pools = pools;
  }

  /** Whether all that was read is consumed. */
  get isEmpty(): boolean {
    return this.start === this.end;
  }

  /** Where the next read goes. */
  get place(): Uint8Array {
    return this.end === 0 ? this.bytes : this.bytes.subarray(this.end);
  }

  /** What was read and not consumed. */
  get rest(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  /**
   * Makes sure that the next read has a place: reuse, move the rest to the front, or grow; a promise
   * when it has to wait for memory. `framing` says how many bytes the frame takes that has begun.
   */
  makeRoom(framing: Framing): Promise<void> | void {
    const capacity = this.bytes.length;
    const rest = this.end - this.start;
    const filled = this.end === capacity; // the last read could have been larger
    if (rest === 0) {
      const small = this.end <= READ_BUFFER_BYTES;
      this.start = this.end = 0;
      if (capacity > READ_BUFFER_BYTES) {
        if (small || this.#lender?.isWanted) return this.#swap(READ_BUFFER_BYTES);
        this.#lender?.refresh(this.#borrower);
      } else if (filled && capacity < READ_BUFFER_BYTES) {
        return this.#swap(Math.min(capacity * 4, READ_BUFFER_BYTES));
      }
      return;
    }
    const needed = framing.need(this.bytes, this.start, this.end);
    if (needed > capacity || (filled && capacity < READ_BUFFER_BYTES)) {
      const factor = capacity < READ_BUFFER_BYTES ? 4 : 2; // by much: some framings learn their need as they go
      return this.#swap(Math.max(needed, capacity * factor));
    }
    if (filled || this.start + needed > capacity) {
      if (this.start > 0) this.#lender?.refresh(this.#borrower);
      this.#moveTo(this.bytes);
    }
  }

  /** Gives back what was borrowed: nobody looks at it, and no read is under way. */
  release(): void {
    this.start = this.end = 0;
    this.#lender?.giveBack(this.#borrower, this.bytes);
    this.#lender = undefined;
    this.bytes = new Uint8Array(READ_BUFFER_FIRST_BYTES); // a read into nothing brings 0, for ever
  }

  /** Waits for no more memory. */
  cancel(): void {
    this.#asked?.cancel(this.#borrower);
    this.#asked = undefined;
  }

  /** Leaves what was borrowed to whoever looks at it. */
  forget(): void {
    this.cancel();
    this.#lender?.forget(this.#borrower);
    this.#lender = undefined;
  }

  /** Goes on in other memory, of at least so many bytes. */
  #swap(bytes: number): Promise<void> | void {
    const pool = bytes <= MADE_NEW_BYTES
      ? undefined
      : this.#pools.find(({ size }) => size >= bytes);
    const take = (lent: Uint8Array<ArrayBuffer>) => {
      const before = this.bytes;
      this.#moveTo(lent);
      this.#lender?.giveBack(this.#borrower, before);
      this.#lender = pool;
      this.#asked = undefined;
    };
    const lent = pool ? pool.lend(this.#borrower) : new Uint8Array(bytes);
    if (!(lent instanceof Promise)) return take(lent);
    this.#asked = pool;
    return lent.then((late) => {
      if (this.#asked) take(late);
      else pool!.giveBack(this.#borrower, late); // closed meanwhile
    });
  }

  #moveTo(bytes: Uint8Array<ArrayBuffer>): void {
    const rest = this.rest;
    if (bytes === this.bytes) bytes.copyWithin(0, this.start, this.end);
    else bytes.set(rest);
    this.bytes = bytes;
    this.start = 0;
    this.end = rest.length;
  }
}
