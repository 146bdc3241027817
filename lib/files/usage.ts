import { ENTRY_BYTES, PART_MS, PATH_DEPTH, SHARE_ENTRIES, USAGE_MS } from "../base/limits.ts";
import { codeOf, Folder } from "./folder.ts";

/**
 * What a share holds, against what it may hold: all of it counts, hidden parts and their owner's own
 * files included. It is counted anew when the last count is old.
 */
export class Usage {
  readonly #root: string;
  readonly #quota: number;
  #counted: Count = { bytes: 0, entries: 0 };
  #countedAt = -Infinity;
  #reserved = 0;
  #counting?: Promise<void>;

  /** `root` is the folder's path, `quota` in bytes. */
  constructor(root: string, quota: number) {
    this.#root = root;
    this.#quota = quota;
  }

  /** Whether not even an empty file has room. */
  async isFull(): Promise<boolean> {
    const old = performance.now() - this.#countedAt > USAGE_MS;
    if (old) await (this.#counting ??= this.#count());
    return !this.#fits(0);
  }

  /** Sets room aside for `bytes` to come; undefined when there is not so much. */
  reserve(bytes: number): Reservation | undefined {
    if (!this.#fits(bytes)) return undefined;
    let left = Math.max(bytes, ENTRY_BYTES);
    this.#reserved += left;
    this.#counted.entries++;
    const arrived = (bytes: number) => {
      const some = Math.min(bytes, left);
      left -= some;
      this.#reserved -= some;
      this.#counted.bytes += bytes;
    };
    return {
      arrived,
      [Symbol.dispose]: () => {
        this.#reserved -= left;
        left = 0;
      },
    };
  }

  /** Folders were made. */
  addFolders(count: number): void {
    this.#counted.entries += count;
    this.#counted.bytes += count * ENTRY_BYTES;
  }

  #fits(bytes: number): boolean {
    const { bytes: held, entries } = this.#counted;
    const all = held + this.#reserved + Math.max(bytes, ENTRY_BYTES);
    return all <= this.#quota && entries < SHARE_ENTRIES;
  }

  async #count(): Promise<void> {
    const root = await Folder.open(this.#root);
    try {
      const count = { bytes: 0, entries: 0 };
      await countIn(root, PATH_DEPTH + 2, count);
      this.#counted = count;
      this.#countedAt = performance.now();
    } finally {
      this.#counting = undefined;
      await root[Symbol.asyncDispose]();
    }
  }
}

/** Room that was set aside; disposing frees what nothing came of. */
export interface Reservation extends Disposable {
  /** So many bytes have come of it: they are counted as what is there. */
  arrived(bytes: number): void;
}

interface Count {
  bytes: number;
  entries: number;
}

/** Counts all that is below a folder; parts that nobody has gone on with for long are removed. */
async function countIn(folder: Folder, depth: number, count: Count): Promise<void> {
  for (const { name } of await folder.entries()) {
    try {
      const info = await folder.stat(name);
      count.bytes += Math.max(info.size, ENTRY_BYTES);
      count.entries++;
      if (info.isDirectory() && depth > 0) {
        await using inner = await folder.folder(name);
        await countIn(inner, depth - 1, count);
      } else if (/^\..*\.part\.index$/.test(name) && Date.now() - info.mtimeMs > PART_MS) {
        const part = name.slice(0, -".index".length);
        if (await folder.has(part)) await folder.unlink(part);
        await folder.unlink(name);
      }
    } catch (error) {
      if (codeOf(error) === "") throw error; // else it went away meanwhile, or cannot be read
    }
  }
}
