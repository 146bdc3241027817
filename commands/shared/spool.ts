/**
 * `-`, which stands for standard input or output, where files are to be: these have a size and a hash
 * that must be known first, so that what goes through `-` lies in a temporary folder meanwhile.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import { printBytes, printsToTerminal } from "../../lib/term/screen.ts";

/** A folder of this user alone that goes away with its owner. */
export class Spool implements AsyncDisposable {
  /** Where it is. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes one where the system has its temporary files. */
  static async make(): Promise<Spool> {
    return new Spool(await Deno.makeTempDir({ prefix: "labwire-" }));
  }

  /**
   * Keeps all of standard input under a name; the path.
   *
   * @throws {Failure} exit 130 when `signal` aborts.
   */
  async takeInput(name: string, signal: AbortSignal): Promise<string> {
    const path = `${this.folder}/${name}`;
    const file = await Deno.open(path, { write: true, createNew: true });
    try {
      await Deno.stdin.readable.pipeTo(file.writable, { signal });
    } catch (error) {
      throw signal.aborted ? new Failure("Interrupted", Exit.interrupted) : error;
    }
    return path;
  }

  /** Writes the file of a name to standard output. */
  async giveOutput(name: string): Promise<void> {
    using file = await Deno.open(`${this.folder}/${name}`);
    for await (const chunk of file.readable) await printBytes(chunk);
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/**
 * Whether a file is to go to standard output, which takes one, and nothing else.
 *
 * @throws {Failure} with the usage exit code when that cannot be.
 */
export function wantsOutput(
  { output, recursive, sha256, json }: {
    output?: string;
    recursive: boolean;
    sha256: boolean;
    json: boolean;
  },
  paths: readonly string[],
): boolean {
  if (output !== "-") return false;
  const refuse = (state: string, remedy?: string) => {
    throw new Failure(`Cannot use -o -: ${state}`, Exit.usage, { remedy });
  };
  if (paths.length > 1 || recursive) refuse("standard output takes one file");
  if (sha256 || json) refuse(`--${json ? "json" : "sha256"} is for standard output, too`);
  if (printsToTerminal()) {
    refuse("a file could do anything to a terminal", "pipe it, as in | less");
  }
  return true;
}

/**
 * Whether a file is to come from standard input, and under which name, if one was given.
 *
 * @throws {Failure} with the usage exit code when that cannot be.
 */
export function wantsInput(as: string | undefined, paths: readonly string[]): boolean {
  const refuse = (what: string, state: string, remedy?: string) => {
    throw new Failure(`Cannot use ${what}: ${state}`, Exit.usage, { remedy });
  };
  if (as !== undefined && paths.length > 1) refuse("--as", "it is the name of one file");
  if (as !== undefined && /^\.{0,2}$|[\\/]/.test(as)) {
    refuse(`--as "${as}"`, "it is no file name", "--into names the folder");
  }
  if (!paths.includes("-")) return false;
  if (paths.length > 1) refuse("-", "standard input is one file, and goes alone");
  if (as === undefined) refuse("-", "standard input has no name", "add --as NAME");
  return true;
}
