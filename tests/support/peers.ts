/**
 * Tests that need programs of other makes.
 *
 * @module
 */
import { isLeftOut } from "./runtime.ts";

/**
 * Whether a test that needs `program` is left out: it is not on this machine. In CI nothing is left
 * out, so that a missing peer is a failure there.
 */
export function lacks(program: string): boolean {
  if (Deno.env.get("CI")) return false;
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  const names = [program, `${program}.exe`];
  return !folders.some((folder) => names.some((name) => isFile(`${folder}/${name}`)));
}

/** `Deno.test` for a test with programs of other makes, which may be in the list of `runtime.ts`. */
export function peerTest(programs: string[], name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: programs.some(lacks) || isLeftOut(name) });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
