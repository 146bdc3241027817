import { BLOCK_BYTES, HASH_CACHE_BYTES } from "../base/limits.ts";
import { BlockHashes } from "./block_hashes.ts";
import type { Source } from "./source.ts";

/**
 * Block hashes that a server has computed, so that the next reader of a file, or one who goes on
 * with it, costs none. By device, inode, size and time: a file that was changed has other hashes.
 */
export class HashCache {
  readonly #known = new Map<string, BlockHashes>(); // the one used longest ago first
  readonly #limit: number;

  /** `limit` in bytes of hashes. */
  constructor(limit: number = HASH_CACHE_BYTES) {
    this.#limit = limit;
  }

  /** Lets a file share its hashes with all that are opened while it is unchanged. */
  lend(source: Source): void {
    if (!source.settled || source.size <= BLOCK_BYTES) return; // one block is hashed as fast
    const { version } = source;
    const hashes = this.#known.get(version) ?? new BlockHashes();
    this.#known.delete(version);
    this.#known.set(version, hashes);
    source.hashes = hashes;
    let bytes = 0;
    for (const each of this.#known.values()) bytes += each.bytes;
    for (const [oldest, each] of this.#known) {
      if (bytes <= this.#limit || oldest === version) break;
      this.#known.delete(oldest);
      bytes -= each.bytes;
    }
  }

  /** Forgets a file: it was seen to change. */
  forget({ version }: Source): void {
    this.#known.delete(version);
  }
}
