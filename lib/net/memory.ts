import { Budget } from "../base/budget.ts";
import { FRAME_PATIENCE_MS, JSON_BYTES, READ_BUFFER_BYTES, RECORD_BYTES } from "../base/limits.ts";
import { BufferPool } from "./buffer_pool.ts";

/** Buffers for who sends much, for a JSON object, and for the largest record. */
const SIZES = [READ_BUFFER_BYTES, JSON_BYTES + READ_BUFFER_BYTES, RECORD_BYTES + 4];
/** How much of all memory there may be of each; of the first as many as there are peers. */
const SHARES = [Infinity, 1 / 8, 3 / 8];

/**
 * What a server keeps for its peers beside what each of them needs: half of it for what was said to
 * single peers who have not read it, an eighth and three eighths for large frames that have not come
 * whole.
 */
export class Memory {
  /** For what waits in inboxes. */
  readonly inboxes: Budget;
  /** For frames, the smaller buffers first. */
  readonly buffers: readonly BufferPool[];

  /** Nothing is used yet. */
  constructor(bytes: number) {
    this.inboxes = new Budget(bytes / 2);
    this.buffers = SIZES.map((size, i) =>
      new BufferPool(
        size,
        Math.max(1, Math.floor(bytes * SHARES[i] / size)),
        FRAME_PATIENCE_MS,
      )
    );
  }

  /** Bytes in use. */
  get used(): number {
    return this.buffers.reduce(
      (sum, { lent, size, most }) => sum + (most < Infinity ? lent * size : 0),
      this.inboxes.used,
    );
  }
}
