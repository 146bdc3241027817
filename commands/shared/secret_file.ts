import { Exit, Failure, whyUnreadable } from "../../lib/base/errors.ts";

/**
 * What a file holds, without the end of its last line; `what` says what it is to be.
 *
 * @throws {Failure} with the usage exit code when it cannot be read.
 */
export async function readSecretFile(what: string, file: string): Promise<string> {
  try {
    return (await Deno.readTextFile(file)).replace(/\r?\n$/, "");
  } catch (cause) {
    const why = whyUnreadable(cause);
    throw new Failure(`Cannot read the ${what} file "${file}": ${why}`, Exit.usage, { cause });
  }
}
