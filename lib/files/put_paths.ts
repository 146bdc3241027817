/**
 * Putting files and whole folders by the paths that a user gives.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import type { Exists } from "../wire/file_message.ts";
import type { FileClient } from "./client.ts";
import { baseName, fileName, openSource } from "./local.ts";
import { segmentsOf } from "./names.ts";
import type { Watcher } from "./outcome.ts";
import { type Gift, putFiles } from "./put_files.ts";
import { localTree } from "./tree.ts";

/** How to put. */
export interface PutPathsOptions {
  /** The folder of the server in which they are to stand. */
  into?: string;
  /** Whether a path may be that of a folder, with all that is below it. */
  recursive?: boolean;
  /** What becomes of a file that has the name already. */
  exists?: Exists;
  /** The name that the one file is to have there, if not its own. */
  as?: string;
}

/**
 * Puts what the paths name. What becomes of each file is told to the watcher; where each lies here,
 * by its path there, is returned.
 *
 * @throws {Failure} exit 1 when a folder cannot be read, 2 when a path can name no file, 5 or 6 when
 * the connection fails.
 */
export async function putPaths(
  client: FileClient,
  paths: readonly string[],
  { into = "", recursive = false, exists, as }: PutPathsOptions,
  watcher: Watcher,
): Promise<Map<string, string>> {
  const above = segmentsOf(into);
  const gifts: Gift[] = [], here = new Map<string, string>();
  const give = (path: string, from: string) => {
    here.set(path, from);
    gifts.push({ path, open: () => openSource(from) });
  };
  let bytes: number | undefined = 0; // as far as all sizes are known
  for (const path of paths.map((path) => path.replace(/(?<=.)\/+$/, ""))) {
    if (!recursive || !await isFolder(path)) {
      give([...above, as ?? fileName(path)].join("/"), path);
      bytes = undefined;
      continue;
    }
    const top = [...above, ...segmentsOf(baseName(path))];
    const tree = await localTree(path);
    for (const { path, why } of tree.skipped) {
      watcher.failed(path, new Failure(`Cannot put "${path}": ${why}`, Exit.failed));
    }
    for (const folder of ["", ...tree.folders]) {
      const parts = [...top, ...segmentsOf(folder)];
      if (parts.length > 0) gifts.push({ path: `${parts.join("/")}/` });
    }
    for (const file of tree.files) {
      give([...top, file.path].join("/"), `${path}/${file.path}`);
      if (bytes !== undefined) bytes += file.size;
    }
  }
  watcher.expect?.(here.size, bytes);
  await putFiles(client, gifts, exists, watcher);
  return here;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false; // opening it will say why
  }
}
