import type { FileHandle } from "node:fs/promises";
import { Access, codeOf, type Folder, withCode } from "./folder.ts";
import { indexName, partName } from "./names.ts";

/** The files of a part, open and locked. */
export interface PartFiles {
  /** What has come. */
  file: FileHandle;
  /** The same, to write to. */
  writer: Deno.FsFile;
  /** The hashes of its blocks. */
  index: FileHandle;
  /** Held until it is disposed of, or the process ends. */
  lock: Disposable;
}

/**
 * Opens the part of a file and its index, or begins them. The index comes first: a part without one
 * is somebody else's file.
 *
 * @throws {Error} with the code EBUSY when another has them open, EINVAL when something else has the
 * part's name.
 */
export async function openPartFiles(folder: Folder, name: string): Promise<PartFiles> {
  const part = partName(name);
  for (;;) {
    const { handle: index, made } = await openOrCreate(folder, indexName(part));
    let lock: Disposable | undefined;
    try {
      lock = await folder.lock(indexName(part), index);
      if (!lock) throw withCode("EBUSY");
      // Whoever had it may have been done, and have removed it, just before it was locked.
      if (!await folder.is(indexName(part), index)) {
        lock[Symbol.dispose]();
        await index.close();
        continue;
      }
      return { index, lock, ...await openPart(folder, part, made) };
    } catch (error) {
      // Left behind, it would make somebody else's file a part at the next try.
      if (lock && made) await folder.unlink(indexName(part)).catch(() => {});
      lock?.[Symbol.dispose]();
      await index.close();
      throw error;
    }
  }
}

async function openPart(
  folder: Folder,
  part: string,
  made: boolean,
): Promise<Pick<PartFiles, "file" | "writer">> {
  if (made && await folder.has(part)) throw withCode("EINVAL");
  let { handle: file, made: fresh } = await openOrCreate(folder, part);
  if (!fresh && Number((await file.stat()).nlink) > 1) {
    // Killed after it got its name and before the other was removed: it must not be written to.
    await file.close();
    await folder.unlink(part);
    file = await folder.file(part, Access.create);
  }
  try {
    return { file, writer: await folder.again(part, file) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openOrCreate(
  folder: Folder,
  name: string,
): Promise<{ handle: FileHandle; made: boolean }> {
  try {
    return { handle: await folder.file(name, Access.write), made: false };
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  try {
    return { handle: await folder.file(name, Access.create), made: true };
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return await openOrCreate(folder, name); // another made it in between
  }
}
