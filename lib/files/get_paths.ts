/**
 * Fetching files and whole folders by the paths that a user gives.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import type { FileClient } from "./client.ts";
import { getFiles, type GetOptions, openInside, type Wish } from "./get_files.ts";
import { baseName, fileName } from "./local.ts";
import { segmentsOf } from "./names.ts";
import type { Watcher } from "./outcome.ts";
import { remoteTree } from "./tree.ts";

/** How to fetch. */
export interface GetPathsOptions extends GetOptions {
  /** Whether a path may be that of a folder, with all that is below it. */
  recursive?: boolean;
}

/**
 * Gets what the paths name into the target: a file under its own name, a folder as a folder of its
 * name, the share itself (`.`) without one. What becomes of each file is told to the watcher.
 *
 * @throws {Failure} exit 1 when the disk fails, 2 when a path can name no file, 5 or 6 when the
 * connection fails.
 */
export async function getPaths(
  client: FileClient,
  paths: readonly string[],
  options: GetPathsOptions,
  watcher: Watcher,
): Promise<void> {
  const wanted = paths.map((path) => path.replace(/\/+$/, ""));
  const wishes: Wish[] = [];
  let bytes: number | undefined = 0; // as far as all sizes are known
  if (!options.recursive) wanted.forEach(fileName);
  for (const path of wanted) {
    const tree = options.recursive ? await remoteTree(client, path) : undefined;
    if (tree instanceof Failure && baseName(path) === "") throw tree; // it can be no file
    if (!tree || tree instanceof Failure) {
      wishes.push({ path, folders: [], name: fileName(path) });
      bytes = undefined;
      continue;
    }
    const top = segmentsOf(baseName(path));
    for (const { path, why } of tree.skipped) {
      watcher.failed(path, new Failure(`Cannot get "${path}": ${why}`, Exit.failed));
    }
    for (const folder of ["", ...tree.folders]) {
      const folders = [...top, ...segmentsOf(folder)];
      try {
        await using _made = await openInside(options.target, folders);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        watcher.failed(folders.join("/"), error);
      }
    }
    for (const file of tree.files) {
      const folders = segmentsOf(file.path);
      const name = folders.pop()!;
      const from = [...segmentsOf(path), file.path].join("/");
      wishes.push({ path: from, folders: [...top, ...folders], name });
      if (bytes !== undefined) bytes += file.size;
    }
  }
  watcher.expect?.(wishes.length, bytes);
  await getFiles(client, wishes, options, watcher);
}
