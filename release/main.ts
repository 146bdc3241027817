/**
 * How a task of this folder ends.
 *
 * @module
 */
import { Exit, Failure, reasonOf } from "../lib/base/errors.ts";
import { safe } from "../lib/base/safe_text.ts";
import { note } from "../lib/term/screen.ts";

/** Runs a task, and ends the process: with one line on standard error where it fails. */
export async function task(run: () => Promise<void>): Promise<never> {
  try {
    await run();
  } catch (error) {
    note(safe`labwire: ${reasonOf(error)}`, "alarm");
    Deno.exit(error instanceof Failure ? error.exit : Exit.failed);
  }
  Deno.exit(Exit.done);
}
