/**
 * A folder that is reached by its handle, so that what happens to its path meanwhile changes nothing.
 *
 * @module
 */
import { type BigIntStats, constants, type Dirent, type Stats } from "node:fs";
import * as fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

const NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | NOFOLLOW;
// O_NONBLOCK: opening a FIFO must not wait for its other end.
const FILE = NOFOLLOW | (constants.O_NONBLOCK ?? 0);

/**
 * Whether this runtime (older than Deno 2.9) gives handles numbers of its own: one may be that of
 * the right descriptor by chance, and the next that of another file.
 */
const COUNTS_ITSELF = Deno.version.deno.localeCompare("2.9.0", "en", { numeric: true }) < 0;

/** How {@linkcode Folder.file} opens. */
export const Access = {
  /** An existing file, to read. */
  read: constants.O_RDONLY,
  /** An existing file, to read and write. */
  write: constants.O_RDWR,
  /** A file that does not exist, to read and write. */
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
} as const;

/**
 * An open folder. Every name is one entry of it: a name with a separator is the caller's mistake.
 * No link is followed, whatever stands at a name.
 *
 * Where `/proc/self/fd/N/name` serves as `openat`, `linkat`, `renameat` and `unlinkat` (Linux, after
 * a check that it does), no change of the path leads elsewhere. On other systems the plain path is
 * used, and what was opened is compared with it (docs/security.md).
 *
 * Methods throw the errors of `node:fs`, with a `code`.
 */
export class Folder implements AsyncDisposable {
  /** Where it was when it was opened. */
  readonly path: string;
  readonly #handle?: FileHandle; // only where it has a path of its own
  readonly #identity?: Identity; // where it has none

  private constructor(path: string, handle?: FileHandle, identity?: Identity) {
    this.path = path;
    this.#handle = handle;
    this.#identity = identity;
  }

  /**
   * Opens a folder that the user has named: links in `path` are the user's choice. `byPath` takes the
   * way of systems without `/proc`, for tests of it.
   */
  static async open(path: string, { byPath = false } = {}): Promise<Folder> {
    const real = await fs.realpath(path);
    // On Windows folders cannot be opened.
    if (byPath || Deno.build.os === "windows" || COUNTS_ITSELF) return await Folder.#byPath(real);
    const handle = await fs.open(real, FOLDER);
    if (await servesAsOpenat(handle)) return new Folder(real, handle);
    await handle.close();
    return await Folder.#byPath(real);
  }

  static async #byPath(path: string): Promise<Folder> {
    const info = await fs.lstat(path, { bigint: true });
    if (!info.isDirectory()) throw withCode("ENOTDIR", "not a folder");
    return new Folder(path, undefined, info);
  }

  /** Opens a folder in this one. */
  async folder(name: string): Promise<Folder> {
    const path = `${this.path}/${name}`;
    if (this.#handle) return new Folder(path, await fs.open(this.#at(name), FOLDER));
    await this.#check();
    this.#at(name); // it must be a name
    return await Folder.#byPath(path);
  }

  /** Opens the folder at the end of a path from here: this one again if the path is empty. */
  async reach(parts: readonly string[], { make = false } = {}): Promise<Folder> {
    let folder = await this.#again();
    for (const part of parts) {
      await using above = folder;
      folder = make ? await above.makeFolder(part) : await above.folder(part);
    }
    return folder;
  }

  /** Opens the folder of that name, which is made if it is not there. */
  async makeFolder(name: string): Promise<Folder> {
    await this.#check();
    try {
      await fs.mkdir(this.#at(name));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    return await this.folder(name);
  }

  /** Opens a regular file in this folder, as {@linkcode Access} has it; whoever gets it closes it. */
  async file(name: string, access: number = Access.read): Promise<FileHandle> {
    await this.#check();
    const made = (access & constants.O_CREAT) !== 0; // with O_EXCL: a regular file, and ours
    if (!this.#handle && !made && !(await this.stat(name)).isFile()) {
      throw withCode("EINVAL", "not a regular file");
    }
    const handle = await fs.open(this.#at(name), access | FILE, 0o666);
    try {
      if (!made && !(await handle.stat()).isFile()) throw withCode("EINVAL", "not a regular file");
      if (!this.#handle && !await this.is(name, handle)) {
        throw withCode("ESTALE", "it was changed while it was opened");
      }
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** What stands at a name, a link itself included. */
  async stat(name: string): Promise<Stats> {
    await this.#check();
    return await fs.lstat(this.#at(name));
  }

  /** Whether something stands at a name. */
  async has(name: string): Promise<boolean> {
    return await this.#find(name) !== undefined;
  }

  /** Whether a folder stands at a name. */
  async hasFolder(name: string): Promise<boolean> {
    const info = await this.#find(name);
    return info?.isDirectory() ?? false;
  }

  /** Whether the file that stands at a name is the one that is open. */
  async is(name: string, handle: FileHandle): Promise<boolean> {
    try {
      return same(await fs.lstat(this.#at(name), { bigint: true }), await identityOf(handle));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    }
  }

  /** All entries, in no order. */
  async entries(): Promise<Dirent[]> {
    await this.#check();
    return await fs.readdir(this.#handle ? procPath(this.#handle) : this.path, {
      withFileTypes: true,
    });
  }

  /** Gives a file a second name, unless something has that name: EEXIST. */
  async link(from: string, to: string): Promise<void> {
    await this.#check();
    await fs.link(this.#at(from), this.#at(to));
  }

  /** Gives a file another name; a file of that name is replaced. */
  async rename(from: string, to: string): Promise<void> {
    await this.#check();
    await fs.rename(this.#at(from), this.#at(to));
  }

  /** Removes a name. */
  async unlink(name: string): Promise<void> {
    await this.#check();
    await fs.unlink(this.#at(name));
  }

  /** Makes the names that were given or removed survive a failure of power, where systems can. */
  async sync(): Promise<void> {
    await this.#handle?.sync();
  }

  /**
   * Opens a file of this folder once more that is open. Deno's own files write beside the event loop,
   * where those of `node:fs` stop it, and can be locked.
   */
  async again(name: string, handle: FileHandle): Promise<Deno.FsFile> {
    const path = this.#handle ? procPath(handle) : this.#at(name);
    return await Deno.open(path, { read: true, write: true });
  }

  /**
   * Locks a file of this folder that is open, for as long as the lock is not disposed of and the
   * process runs; undefined when somebody else has locked it.
   */
  async lock(name: string, handle: FileHandle): Promise<Disposable | undefined> {
    const file = await this.again(name, handle); // locks belong to an opening (flock(2))
    const tryLock: typeof file.tryLock | undefined = file.tryLock; // runtimes before 2.9 have none
    if (!tryLock || await tryLock.call(file, true)) return file;
    file.close();
    return undefined;
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
  }

  async #find(name: string): Promise<Stats | undefined> {
    try {
      return await this.stat(name);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  #at(name: string): string {
    if (/[\\/\0]/.test(name) || name === "" || name === "." || name === "..") {
      throw new Error(`"${name}" is no name of an entry`);
    }
    return `${this.#handle ? procPath(this.#handle) : this.path}/${name}`;
  }

  async #again(): Promise<Folder> {
    if (this.#handle) {
      return new Folder(this.path, await fs.open(`${procPath(this.#handle)}/.`, FOLDER));
    }
    await this.#check();
    return await Folder.#byPath(this.path);
  }

  /** By path only: is the folder still the one that was opened? */
  async #check(): Promise<void> {
    if (this.#handle) return;
    if (!same(await fs.lstat(this.path, { bigint: true }), this.#identity!)) {
      throw withCode("ESTALE", "it was changed while it was opened");
    }
  }
}

/** What tells a file from all others of a system. */
type Identity = Pick<BigIntStats, "dev" | "ino">;

/** Why something could not be done: `ENOENT`, `EEXIST`, `ENOSPC` and so on; "" when it has no code. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return (error as { code?: string } | null)?.code ?? "";
  if ("code" in error) return typeof error.code === "string" ? error.code : "";
  const number = error.name === "Error" && /\(os error (\d+)\)$/.exec(error.message)?.[1];
  return number && CODES[number] || "";
}

/** An error as the system has it. */
export function withCode(code: string, message = code): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}

/** Linux numbers for which Deno knows no code. */
const CODES: Record<string, string> = { "27": "EFBIG", "122": "EDQUOT" };

async function identityOf(handle: FileHandle): Promise<BigIntStats> {
  // Deno's types leave the option out.
  return await handle.stat({ bigint: true }) as unknown as BigIntStats;
}

/** Whether what lies behind the path of a handle is the folder that is open. */
async function servesAsOpenat(handle: FileHandle): Promise<boolean> {
  try {
    const there = await fs.stat(`${procPath(handle)}/.`, { bigint: true });
    return same(there, await identityOf(handle));
  } catch {
    return false;
  }
}

function same(a: Identity, b: Identity): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function procPath(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}
