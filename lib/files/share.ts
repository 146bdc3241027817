/**
 * The folder that `list` and `get` may touch, and nothing outside it, by any name or link.
 *
 * @module
 */
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { Exit, Failure, ProtocolError } from "../base/errors.ts";
import { LISTING_NAMES } from "../base/limits.ts";
import { safeText } from "../base/safe_text.ts";
import { NOT_FOUND } from "./bare.ts";

const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
// O_NONBLOCK: opening a FIFO must not wait for its writer.
const FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A regular file of a share, open for reading. */
export interface SharedFile {
  /** Whoever gets it closes it. */
  handle: FileHandle;
  /** Bytes when it was opened. */
  size: number;
}

/**
 * A folder opened for sharing. Names are walked folder by folder, each opened relative to the
 * one before it without following links, so that no rename or link set up in between leads outside.
 * Names that begin with a dot are neither listed nor served.
 */
export class Share implements AsyncDisposable {
  readonly #root: FileHandle;
  readonly #path: string;
  readonly #byHandle: boolean;

  private constructor(root: FileHandle, path: string, byHandle: boolean) {
    this.#root = root;
    this.#path = path;
    this.#byHandle = byHandle;
  }

  /**
   * Opens a folder for sharing.
   *
   * @throws {Failure} with the usage exit code when there is no such folder.
   */
  static async open(folder: string): Promise<Share> {
    try {
      const path = await realpath(folder);
      const root = await open(path, FOLDER);
      return new Share(root, path, await walksByHandle(root));
    } catch (cause) {
      const code = (cause as { code?: string }).code;
      const why = code === "ENOENT"
        ? "there is no such folder"
        : code === "ENOTDIR"
        ? "it is not a folder"
        : `it cannot be opened (${code ?? cause})`;
      throw new Failure(`Cannot share "${folder}": ${why}`, Exit.usage, { cause });
    }
  }

  /**
   * Names of files, and of folders with a slash behind them, in a folder of the share, sorted.
   *
   * @throws {ProtocolError} when there is no such folder.
   */
  async list(folder = ""): Promise<string[]> {
    const parts = folder.split("/").filter((part) => part !== "" && part !== ".");
    if (!parts.every(isPlainName)) throw new ProtocolError("Folder not found.");
    const handle = await this.#walk(parts, FOLDER, "Folder not found.");
    try {
      const path = this.#byHandle ? procPath(handle) : [this.#path, ...parts].join("/");
      const names: string[] = [];
      for (const entry of await readdir(path, { withFileTypes: true })) {
        if (!isPlainName(entry.name) || !(entry.isFile() || entry.isDirectory())) continue;
        names.push([...parts, entry.name].join("/") + (entry.isDirectory() ? "/" : ""));
      }
      names.sort();
      const more = names.length - LISTING_NAMES;
      return more > 0 ? [...names.slice(0, LISTING_NAMES), `… and ${more} more`] : names;
    } finally {
      if (handle !== this.#root) await handle.close();
    }
  }

  /**
   * Opens a file for reading.
   *
   * @throws {ProtocolError} `File not found.` for whatever is no regular file of the share: whoever
   * asks learns nothing more.
   */
  async openFile(name: string): Promise<SharedFile> {
    const parts = name.split("/");
    if (!parts.every(isPlainName)) throw new ProtocolError(NOT_FOUND);
    const handle = await this.#walk(parts, FILE, NOT_FOUND);
    const info = await handle.stat();
    if (info.isFile()) return { handle, size: info.size };
    await handle.close();
    throw new ProtocolError(NOT_FOUND);
  }

  /** Closes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#root.close();
  }

  async #walk(parts: string[], flags: number, otherwise: string): Promise<FileHandle> {
    if (parts.length === 0) return this.#root;
    try {
      return this.#byHandle
        ? await this.#walkByHandle(parts, flags)
        : await this.#walkByPath(parts, flags);
    } catch (cause) {
      throw new ProtocolError(otherwise, { cause });
    }
  }

  /** `openat` by way of `/proc/self/fd`, a step at a time. */
  async #walkByHandle(parts: string[], flags: number): Promise<FileHandle> {
    let folder = this.#root;
    for (const [i, part] of parts.entries()) {
      const above = folder;
      try {
        folder = await open(`${procPath(above)}/${part}`, i < parts.length - 1 ? FOLDER : flags);
      } finally {
        if (above !== this.#root) await above.close();
      }
    }
    return folder;
  }

  /**
   * Where handles have no path: whatever was opened must be what its plain path names. A local user
   * who can write in the share could still swap a folder for a link between the two steps.
   */
  async #walkByPath(parts: string[], flags: number): Promise<FileHandle> {
    const path = [this.#path, ...parts].join("/");
    const real = (await realpath(path)).replaceAll("\\", "/");
    if (real !== path.replaceAll("\\", "/")) throw new Error("a link is on the way");
    const before = await lstat(path);
    if (!before.isFile() && !before.isDirectory()) throw new Error("not a file");
    const handle = await open(path, flags);
    const opened = await handle.stat();
    if (opened.dev === before.dev && opened.ino === before.ino) return handle;
    await handle.close();
    throw new Error("it changed while it was opened");
  }
}

/** A name that means one entry of a folder, on every system, and is shown as it is. */
function isPlainName(name: string): boolean {
  return name !== "" && !name.startsWith(".") && !/[\\/:\0]|[. ]$/.test(name) &&
    name.length <= 255 && !name.includes("\ufffd") && safeText(name) === name;
}

function procPath(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}

async function walksByHandle(root: FileHandle): Promise<boolean> {
  try {
    const [there, here] = await Promise.all([stat(`${procPath(root)}/.`), root.stat()]);
    return there.dev === here.dev && there.ino === here.ino;
  } catch {
    return false;
  }
}
