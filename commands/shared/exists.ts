import { Exit, Failure } from "../../lib/base/errors.ts";
import type { Exists } from "../../lib/wire/file_message.ts";

/**
 * What becomes of files that exist.
 *
 * @throws {Failure} with the usage exit code when several things are asked for.
 */
export function existsOf(
  values: { overwrite: boolean; rename: boolean; resume?: boolean },
): Exists | undefined {
  const { overwrite, rename, resume = false } = values;
  if (Number(overwrite) + Number(rename) + Number(resume) > 1) {
    throw new Failure("Cannot use --overwrite, --rename and --resume together", Exit.usage, {
      remedy: "choose one",
    });
  }
  return overwrite ? "replace" : rename ? "rename" : undefined;
}
