import type { Exists } from "../wire/file_message.ts";
import { codeOf, type Folder, withCode } from "./folder.ts";
import { numbered } from "./names.ts";

/**
 * Gives the file `part` its name; the name that it has now. Unless it is to replace, a file that has
 * the name stays, and is not even for a moment gone: a link fails where a rename would replace.
 *
 * @throws {Error} with the code EEXIST when the name is taken.
 */
export async function giveName(
  folder: Folder,
  part: string,
  name: string,
  exists?: Exists,
): Promise<string> {
  if (exists === "replace") {
    await folder.rename(part, name);
    return name;
  }
  for (let number = 1;; number++) {
    const free = numbered(name, number);
    try {
      await linkOrRename(folder, part, free);
      return free;
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || exists !== "rename") throw error;
    }
  }
}

/** Where there are no links, it is looked whether the name is free, and then renamed. */
async function linkOrRename(folder: Folder, part: string, name: string): Promise<void> {
  try {
    await folder.link(part, name);
    await folder.unlink(part);
  } catch (error) {
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK)$/.test(codeOf(error))) throw error;
    if (await folder.has(name)) throw withCode("EEXIST");
    await folder.rename(part, name);
  }
}
