import { Exit, Failure } from "../base/errors.ts";
import { codeOf } from "./folder.ts";

const WHY: Record<string, string> = {
  EEXIST: "it exists already",
  EISDIR: "a folder of that name is there",
  EBUSY: "somebody else is sending it right now",
  EINVAL: "something else has the name of its part",
  ELOOP: "a link is in the way",
  ENOTDIR: "something that is no folder is in the way",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EFBIG: "it is too large for the disk",
  ENAMETOOLONG: "its name is too long",
  EACCES: "the folder cannot be written",
  EPERM: "the folder cannot be written",
  EROFS: "the folder cannot be written",
  ESTALE: "the folder was changed meanwhile",
};

/** Why a file cannot be saved, in words, for an error of the system; any other error as it is. */
export function cannotSave(name: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === "") return cause;
  return new Failure(
    `Cannot save "${name}": ${WHY[code] ?? `the system says ${code}`}`,
    Exit.failed,
    {
      remedy: code === "EEXIST"
        ? "--overwrite replaces it, --rename numbers the new one"
        : undefined,
      cause,
    },
  );
}
