/**
 * The folder that peers may touch, and nothing outside it, by any name or link.
 *
 * @module
 */
import type { Dirent } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { Exit, Failure, ProtocolError } from "../base/errors.ts";
import { LISTING_NAMES, PATH_DEPTH } from "../base/limits.ts";
import type { ListingEntry } from "../wire/file_message.ts";
import { NOT_FOUND } from "./bare.ts";
import { codeOf, Folder } from "./folder.ts";
import { HashCache } from "./hash_cache.ts";
import { isPlainName, partsOf, segmentsOf } from "./names.ts";
import { Source } from "./source.ts";

/** What is answered for whatever is no folder of the share. */
const NO_FOLDER = "Folder not found.";

/**
 * A folder opened for sharing. Names are walked folder by folder, each opened in the one before it
 * without following links. Names that begin with a dot are neither listed nor served.
 */
export class Share implements AsyncDisposable {
  /** The folder's own path, links resolved. */
  readonly path: string;
  readonly #root: Folder;
  readonly #hashes = new HashCache();

  private constructor(root: Folder) {
    this.#root = root;
    this.path = root.path;
  }

  /**
   * Opens a folder for sharing; `byPath` as in {@linkcode Folder.open}.
   *
   * @throws {Failure} with the usage exit code when there is no such folder.
   */
  static async open(folder: string, options?: { byPath?: boolean }): Promise<Share> {
    try {
      return new Share(await Folder.open(folder, options));
    } catch (cause) {
      const code = codeOf(cause);
      const why = code === "ENOENT"
        ? "there is no such folder"
        : code === "ENOTDIR"
        ? "it is not a folder"
        : `it cannot be opened (${code || cause})`;
      throw new Failure(`Cannot share "${folder}": ${why}`, Exit.usage, { cause });
    }
  }

  /**
   * Names of files, and of folders with a slash behind them, in a folder of the share, sorted; at
   * most {@linkcode LISTING_NAMES}, and how many more there are.
   *
   * @throws {ProtocolError} when there is no such folder.
   */
  async list(path = ""): Promise<string[]> {
    const parts = segmentsOf(path);
    await using folder = await this.#reach(parts, NO_FOLDER);
    const names: string[] = [];
    for (const entry of await entriesOf(folder)) {
      if (!isPlainName(entry.name) || !(entry.isFile() || entry.isDirectory())) continue;
      names.push([...parts, entry.name].join("/") + (entry.isDirectory() ? "/" : ""));
    }
    names.sort();
    const more = names.length - LISTING_NAMES;
    return more > 0 ? [...names.slice(0, LISTING_NAMES), `… and ${more} more`] : names;
  }

  /**
   * What a folder of the share holds, sorted by name: sizes and times of files, too.
   *
   * @throws {ProtocolError} when there is no such folder.
   */
  async entries(path = ""): Promise<ListingEntry[]> {
    await using folder = await this.#reach(segmentsOf(path), NO_FOLDER);
    const names = (await entriesOf(folder)).map(({ name }) => name).filter(isPlainName).sort();
    const entries: ListingEntry[] = [];
    for (let at = 0; at < names.length; at += 64) {
      const some = names.slice(at, at + 64).map((name) => entryOf(folder, name));
      entries.push(...(await Promise.all(some)).filter((entry) => entry !== undefined));
    }
    return entries;
  }

  /** Whether there is such a folder in the share. */
  async hasFolder(path: string): Promise<boolean> {
    try {
      await using _folder = await this.#reach(segmentsOf(path), NO_FOLDER);
      return true;
    } catch (error) {
      if (error instanceof ProtocolError) return false;
      throw error;
    }
  }

  /**
   * Opens a file for reading; it shares its block hashes with others who read it.
   *
   * @throws {ProtocolError} `File not found.` for whatever is no regular file of the share: whoever
   * asks learns nothing more.
   */
  async openFile(path: string): Promise<Source> {
    const parts = partsOf(path);
    if (!parts) throw new ProtocolError(NOT_FOUND);
    const name = parts.pop()!;
    await using folder = await this.#reach(parts, NOT_FOUND);
    let handle: FileHandle;
    try {
      handle = await folder.file(name);
    } catch (cause) {
      throw new ProtocolError(NOT_FOUND, { cause });
    }
    const source = await Source.of(handle, name);
    this.#hashes.lend(source);
    return source;
  }

  /** A file that was lent out was seen to change. */
  forget(source: Source): void {
    this.#hashes.forget(source);
  }

  /**
   * Opens a folder of the share, making what is not there; whoever calls it closes that.
   *
   * @throws {ProtocolError} when the path leads over something that is no folder.
   */
  async makeFolder(parts: readonly string[]): Promise<Folder> {
    return await this.#reach(parts, "there is something in the way that is no folder", true);
  }

  /** Closes the share. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#root[Symbol.asyncDispose]();
  }

  async #reach(parts: readonly string[], otherwise: string, make = false): Promise<Folder> {
    if (parts.length > PATH_DEPTH || !parts.every(isPlainName)) throw new ProtocolError(otherwise);
    try {
      return await this.#root.reach(parts, { make });
    } catch (cause) {
      throw new ProtocolError(otherwise, { cause });
    }
  }
}

/** A folder that went away once it was opened is none. */
async function entriesOf(folder: Folder): Promise<Dirent[]> {
  try {
    return await folder.entries();
  } catch (cause) {
    throw new ProtocolError(NO_FOLDER, { cause });
  }
}

async function entryOf(folder: Folder, name: string): Promise<ListingEntry | undefined> {
  try {
    const info = await folder.stat(name);
    const modified = Math.max(0, info.mtimeMs / 1000); // messages have none before
    if (info.isDirectory()) return { name, modified };
    if (!info.isFile()) return undefined;
    return { name, modified, size: info.size, executable: (info.mode & 0o100) !== 0 };
  } catch {
    return undefined; // it went away meanwhile
  }
}
