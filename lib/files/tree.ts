/**
 * Whole folders, at the server and here, as lists of what is in them.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import { PATH_DEPTH, TREE_ENTRIES } from "../base/limits.ts";
import type { ListingEntry } from "../wire/file_message.ts";
import type { FileClient } from "./client.ts";
import { readFolder } from "./local.ts";
import { isPlainName, segmentsOf } from "./names.ts";

/** What is below a folder; paths are from it, with slashes. */
export interface Tree {
  /** Folders, each after the one it is in. */
  folders: string[];
  /** Files. */
  files: { path: string; size: number }[];
  /** What is passed over, and why. */
  skipped: { path: string; why: string }[];
}

interface Entry {
  name: string;
  /** Absent on a folder. */
  size?: number;
  /** Why it is passed over, if it is. */
  why?: string;
}

/**
 * What is below a folder of the server, or why it cannot be listed: it may be a file. Names that could
 * mean something else here are passed over, and so are folders in it that cannot be listed.
 *
 * @throws {Failure} exit 1 when there is too much in it; 5 or 6 when the connection fails.
 */
export async function remoteTree(client: FileClient, root: string): Promise<Tree | Failure> {
  let top: ListingEntry[];
  try {
    top = await client.list(root);
  } catch (error) {
    if (isOwn(error)) return error;
    throw error;
  }
  return await gather(async (path) => {
    const entries = path === "" ? top : await client.list([...segmentsOf(root), path].join("/"));
    return entries.map(({ name, size }) => ({
      name,
      size,
      why: isPlainName(name) ? undefined : "its name is not safe to use here",
    }));
  });
}

/**
 * What is below a folder of this machine. Links and special files are passed over; names that begin
 * with a dot are, too, in silence: they are not shared.
 *
 * @throws {Failure} exit 1 when it cannot be read, or there is too much in it.
 */
export async function localTree(root: string): Promise<Tree> {
  return await gather(async (path) => {
    const folder = path === "" ? root : `${root}/${path}`;
    const entries: Entry[] = [];
    for (const { name, isFile, isDirectory } of await readFolder(folder)) {
      if (name.startsWith(".")) continue;
      const why = isPlainName(name)
        ? isFile || isDirectory ? undefined : "it is no regular file"
        : "its name is not safe to use elsewhere";
      const size = isFile ? (await Deno.lstat(`${folder}/${name}`)).size : undefined;
      entries.push({ name, size, why });
    }
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  });
}

async function gather(list: (path: string) => Promise<Entry[]>): Promise<Tree> {
  const tree: Tree = { folders: [], files: [], skipped: [] };
  const look = async (above: string, depth: number) => {
    let entries: Entry[];
    try {
      entries = await list(above);
    } catch (error) {
      if (above === "" || !isOwn(error)) throw error;
      tree.skipped.push({ path: above, why: error.message });
      return;
    }
    for (const { name, size, why } of entries) {
      const path = above === "" ? name : `${above}/${name}`;
      if (why !== undefined) tree.skipped.push({ path, why });
      else if (size !== undefined) tree.files.push({ path, size });
      else if (depth === PATH_DEPTH) tree.skipped.push({ path, why: "it lies too deep" });
      else {
        tree.folders.push(path);
        await look(path, depth + 1);
      }
      if (tree.folders.length + tree.files.length + tree.skipped.length > TREE_ENTRIES) {
        throw new Failure(`Cannot take the whole folder: over ${TREE_ENTRIES} files`, Exit.failed);
      }
    }
  };
  await look("", 1);
  return tree;
}

/** Whether it concerns one folder alone, and neither connection nor disk. */
function isOwn(error: unknown): error is Failure {
  return error instanceof Failure && error.exit === Exit.failed;
}
