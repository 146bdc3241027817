/**
 * Of what an executable is made, as it says itself (`labwire version`).
 *
 * @module
 */

/** The state of the source. */
export interface Origin {
  /** The git commit; null where there is no repository, or no git. */
  readonly commit: string | null;
  /** Whether files that git knows differ from those of the commit. */
  readonly dirty: boolean;
}

/** Asks git about a folder. */
export async function originOf(folder: URL): Promise<Origin> {
  const commit = await git(folder, "rev-parse", "--verify", "HEAD");
  if (!commit) return { commit: null, dirty: false };
  const changes = await git(folder, "status", "--porcelain", "--untracked-files=no");
  return { commit, dirty: changes !== "" };
}

/** What git prints; undefined when it fails. */
async function git(folder: URL, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args, cwd: folder }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
