/**
 * Deno, run for its output.
 *
 * @module
 */
import { Exit, Failure } from "../lib/base/errors.ts";

/** What a program wrote. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the Deno that runs us in a folder; fails with the error it names, and the cause of that. */
export async function run(args: string[], folder: URL): Promise<Output> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const decoder = new TextDecoder();
  const output = { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  if (success) return output;
  const error = /^error: (.*)$/m.exec(output.stderr)?.[1] ?? "it does not say why";
  const because = Array.from(output.stderr.matchAll(/^ +\d: (?!<|_)(.*)$/gm), ([, each]) => each);
  const why = [error, ...because.slice(-1)].join(": ");
  const cause = new Error(output.stderr);
  throw new Failure(`Cannot ${args[0]} with Deno: ${why}`, Exit.failed, { cause });
}
