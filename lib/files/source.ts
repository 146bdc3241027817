/**
 * A file to be sent, opened once and read by position.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { ProtocolError } from "../base/errors.ts";
import { BLOCK_BYTES, SETTLED_MS } from "../base/limits.ts";
import { BlockHashes, blockLength } from "./block_hashes.ts";

/** What two openings of one unchanged file have in common. */
export type Version = string;

/** A regular file, open for reading; whoever has it disposes of it. */
export class Source implements AsyncDisposable {
  /** Without folders. */
  readonly name: string;
  /** Bytes when it was opened: what is sent, though it may grow. */
  readonly size: number;
  /** When it was last changed, in seconds since 1970. */
  readonly modified: number;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
  /** Device, inode, size and the times of the last changes: other content would have another one. */
  readonly version: Version;
  /** Whether that holds: not for a file changed moments ago, which may change again in one tick of its clock. */
  readonly settled: boolean;
  /** Of the blocks hashed so far. */
  hashes: BlockHashes = new BlockHashes();
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, name: string, info: BigIntStats, now: number) {
    this.#handle = handle;
    this.name = name;
    this.size = Number(info.size);
    this.modified = Math.max(0, Number(info.mtimeNs / 1000n) / 1e6); // messages have none before
    this.executable = (Number(info.mode) & 0o100) !== 0;
    const { dev, ino, size, ctimeNs, mtimeNs } = info;
    this.version = [dev, ino, size, ctimeNs, mtimeNs].map((n) => n.toString(36)).join("-");
    this.settled = now - this.modified * 1000 >= SETTLED_MS;
  }

  /** Takes over a file that was opened. `now` in milliseconds since 1970. */
  static async of(handle: FileHandle, name: string, now: number = Date.now()): Promise<Source> {
    try {
      return new Source(handle, name, await stat(handle), now);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Fills `buffer`, from `offset` on, with the block of that number; the number of its bytes.
   *
   * @throws {ProtocolError} when the file has become shorter.
   */
  async read(number: number, buffer: Uint8Array, offset = 0): Promise<number> {
    const length = blockLength(this.size, number);
    await this.readAt(number * BLOCK_BYTES, buffer.subarray(offset, offset + length));
    return length;
  }

  /**
   * Fills all of `buffer` with the bytes from `position` on.
   *
   * @throws {ProtocolError} when the file has become shorter.
   */
  async readAt(position: number, buffer: Uint8Array): Promise<void> {
    for (let at = 0; at < buffer.length;) {
      const left = buffer.length - at;
      const { bytesRead } = await this.#handle.read(buffer, at, left, position + at);
      if (bytesRead === 0) throw new ProtocolError("Cannot send the file: it has become shorter");
      at += bytesRead;
    }
  }

  /**
   * Whether the first blocks of this file are the `count` blocks with that hash; those that are not
   * known yet are read for it.
   */
  async beginsWith(count: number, hash: string): Promise<boolean> {
    if (!Number.isInteger(count) || count * BLOCK_BYTES > this.size) return false;
    const buffer = new Uint8Array(this.hashes.count < count ? BLOCK_BYTES : 0);
    while (this.hashes.count < count) await this.hash(buffer);
    return this.hashes.root(count) === hash;
  }

  /** Reads and hashes the next block that is not known; false when there is none. */
  async hash(buffer: Uint8Array): Promise<boolean> {
    const { count } = this.hashes;
    const length = await this.read(count, buffer);
    // Another reader of the same file may have been first.
    if (length > 0 && this.hashes.count === count) this.hashes.add(buffer.subarray(0, length));
    return length > 0;
  }

  /** The SHA-256 of its bytes as `sha256sum` has it, in hexadecimal; all of it is read. */
  async sha256(): Promise<string> {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(BLOCK_BYTES);
    for (let number = 0;; number++) {
      const length = await this.read(number, buffer);
      if (length === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, length));
    }
  }

  /**
   * Whether it may have been changed since it was opened. A file that has only grown counts as
   * unchanged; whether it has *only* grown is known by {@linkcode stillHas}.
   */
  async changed(): Promise<boolean> {
    const { size, mtimeNs } = await stat(this.#handle);
    return Number(size) <= this.size && !this.version.endsWith(`-${mtimeNs.toString(36)}`);
  }

  /** Whether what was sent, by its hash, still is the beginning of a file that has grown meanwhile. */
  async stillHas(hash: string): Promise<boolean> {
    if (Number((await stat(this.#handle)).size) <= this.size) return true;
    const again = new BlockHashes();
    const buffer = new Uint8Array(BLOCK_BYTES);
    for (let length = -1; length !== 0;) {
      length = await this.read(again.count, buffer);
      if (length > 0) again.add(buffer.subarray(0, length));
    }
    return again.root() === hash;
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

async function stat(handle: FileHandle): Promise<BigIntStats> {
  // Deno's types leave the option out.
  return await handle.stat({ bigint: true }) as unknown as BigIntStats;
}
