import { Exit, Failure, whyUnreadable } from "../../lib/base/errors.ts";
import { LINE_BYTES } from "../../lib/base/limits.ts";

/**
 * What a file holds, without the end of its last line; `what` says what it is to be. `-` is the next
 * line of standard input, and no more of it: what follows may be meant for others.
 *
 * @throws {Failure} with the usage exit code when it cannot be read.
 */
export async function readSecretFile(what: string, file: string): Promise<string> {
  if (file === "-") return await readSecretLine(what);
  try {
    return (await Deno.readTextFile(file)).replace(/\r?\n$/, "");
  } catch (cause) {
    const why = whyUnreadable(cause);
    throw new Failure(`Cannot read the ${what} file "${file}": ${why}`, Exit.usage, { cause });
  }
}

async function readSecretLine(what: string): Promise<string> {
  if (Deno.stdin.isTerminal()) {
    throw new Failure(`Cannot read the ${what} from a terminal: it would be seen`, Exit.usage);
  }
  const bytes: number[] = [], next = new Uint8Array(1);
  while (await Deno.stdin.read(next) && next[0] !== 0x0a) {
    if (bytes.push(next[0]) > LINE_BYTES) break;
  }
  if (bytes.length === 0) {
    throw new Failure(`Cannot read the ${what}: standard input has none`, Exit.usage);
  }
  return new TextDecoder().decode(new Uint8Array(bytes)).replace(/\r$/, "");
}
