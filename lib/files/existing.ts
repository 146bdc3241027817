import { BLOCK_BYTES } from "../base/limits.ts";
import type { Folder } from "./folder.ts";
import { Source } from "./source.ts";

/** A file under its final name that is to be gone on with. */
export class Existing implements AsyncDisposable {
  /** The file. */
  readonly source: Source;
  /** How many whole blocks it has. */
  readonly blocks: number;
  /** What stands behind them: less than a block. */
  readonly rest: Uint8Array;
  readonly #folder: Folder;

  private constructor(folder: Folder, source: Source) {
    this.source = source;
    this.blocks = Math.floor(source.size / BLOCK_BYTES);
    this.rest = new Uint8Array(source.size - this.blocks * BLOCK_BYTES);
    this.#folder = folder;
  }

  /** Opens a file; the folder stays the caller's. The errors are those of `node:fs`. */
  static async open(folder: Folder, name: string): Promise<Existing> {
    const existing = new Existing(folder, await Source.of(await folder.file(name), name));
    try {
      await existing.source.read(existing.blocks, existing.rest);
      return existing;
    } catch (error) {
      await existing[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether it still stands under its name, unchanged. */
  async isThere(): Promise<boolean> {
    const { name, version } = this.source;
    if (!await this.#folder.has(name)) return false;
    await using now = await Source.of(await this.#folder.file(name), name);
    return now.version === version;
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.source[Symbol.asyncDispose]();
  }
}
