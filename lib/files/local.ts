/**
 * Files and folders that the user of this machine has named.
 *
 * @module
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { Exit, Failure } from "../base/errors.ts";
import { codeOf, Folder } from "./folder.ts";
import { Source } from "./source.ts";

const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0); // a FIFO must not hang us

/**
 * Opens a file to be sent.
 *
 * @throws {Failure} exit 1 when it is no regular file, or cannot be read.
 */
export async function openSource(path: string): Promise<Source> {
  try {
    const handle = await open(path, READ);
    if ((await handle.stat()).isFile()) return await Source.of(handle, baseName(path));
    await handle.close();
  } catch (cause) {
    throw new Failure(`Cannot read "${path}": ${whyNot(cause)}`, Exit.failed, { cause });
  }
  throw new Failure(`Cannot read "${path}": it is no regular file`, Exit.failed);
}

/**
 * Opens the folder in which files are to be saved, which is made if it is not there.
 *
 * @throws {Failure} exit 1 when there can be no such folder.
 */
export async function openTarget(path: string): Promise<Folder> {
  try {
    await Deno.mkdir(path, { recursive: true });
    return await Folder.open(path);
  } catch (cause) {
    throw new Failure(`Cannot save in "${path}": ${whyNot(cause)}`, Exit.failed, { cause });
  }
}

/**
 * What is in a folder.
 *
 * @throws {Failure} exit 1 when it cannot be read.
 */
export async function readFolder(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch (cause) {
    throw new Failure(`Cannot read "${path}": ${whyNot(cause)}`, Exit.failed, { cause });
  }
}

/** The last name of a path, whatever its separators; "" when it ends in one, or in dots. */
export function baseName(path: string): string {
  const name = path.split(/[\\/]/).at(-1)!;
  return name === "." || name === ".." ? "" : name;
}

/**
 * The same of a path that has to name a file.
 *
 * @throws {Failure} exit 2 when it names none.
 */
export function fileName(path: string): string {
  const name = baseName(path);
  if (name !== "") return name;
  throw new Failure(`Cannot take "${path}": it names no file`, Exit.usage, {
    remedy: "--recursive takes whole folders",
  });
}

function whyNot(error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOENT") return "there is no such file or folder";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOTDIR" || error instanceof Deno.errors.AlreadyExists) return "it is no folder";
  return code === "EACCES" || error instanceof Deno.errors.PermissionDenied
    ? "permission denied"
    : `the system says ${code || (error instanceof Error ? error.message : error)}`;
}
