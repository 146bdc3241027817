import { createHash, hash } from "node:crypto";
import { BLOCK_BYTES } from "../base/limits.ts";

/** Bytes of a SHA-256. */
export const HASH_BYTES = 32;

/**
 * The SHA-256 (FIPS 180-4) of each of a file's blocks, in order. The hash of a file, or of its first
 * blocks, is the SHA-256 of theirs: what is known of a part need never be read again.
 */
export class BlockHashes {
  /** How many blocks are known. */
  count = 0;
  /** Bytes that were hashed here: what an index told, or another reader computed, costs none. */
  computed = 0;
  #bytes = new Uint8Array(16 * HASH_BYTES);

  /** Hashes the next block. */
  add(block: Uint8Array): void {
    this.push(hash("sha256", block, "buffer"));
    this.computed += block.length;
  }

  /** Appends hashes that are known: 32 bytes each. */
  push(hashes: Uint8Array): void {
    const start = this.count * HASH_BYTES, end = start + hashes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(hashes, start);
    this.count += hashes.length / HASH_BYTES;
  }

  /** The hashes of blocks from `start` to `end`, as they lie. */
  slice(start: number, end: number = this.count): Uint8Array {
    return this.#bytes.subarray(start * HASH_BYTES, end * HASH_BYTES);
  }

  /** Forgets all but the first `count`. */
  truncate(count: number): void {
    this.count = Math.min(count, this.count);
  }

  /** The hash of the first `count` blocks, of all that are known if it is left out: hexadecimal. */
  root(count: number = this.count): string {
    return createHash("sha256").update(this.slice(0, count)).digest("hex");
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#bytes.length;
  }
}

/** How many blocks a file of that size has. */
export function blocksOf(size: number): number {
  return Math.ceil(size / BLOCK_BYTES);
}

/** How many bytes the block of that number has, in a file of that size. */
export function blockLength(size: number, number: number): number {
  return Math.max(0, Math.min(BLOCK_BYTES, size - number * BLOCK_BYTES));
}
