/**
 * Temporary folders with some files in them.
 *
 * @module
 */

/** A folder that is removed with all that is in it when it is disposed of. */
export class Folder implements AsyncDisposable {
  /** Where it is, without links. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** A new folder with these files, given by path and content. */
  static async make(files: Record<string, string | Uint8Array>): Promise<Folder> {
    const folder = new Folder(await Deno.realPath(await Deno.makeTempDir()));
    for (const [name, content] of Object.entries(files)) {
      const path = `${folder.path}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
    }
    return folder;
  }

  /** Names of all that is in it, sorted, dotfiles included. */
  names(): string[] {
    return Array.from(Deno.readDirSync(this.path), ({ name }) => name).sort();
  }

  /** Paths below it that this process has open (Linux, proc(5)). */
  open(): string[] {
    const open: string[] = [];
    for (const { name } of Deno.readDirSync("/proc/self/fd")) {
      try {
        const target = Deno.readLinkSync(`/proc/self/fd/${name}`);
        if (target.startsWith(`${this.path}/`)) open.push(target.slice(this.path.length + 1));
      } catch {
        // the descriptor by which /proc was read
      }
    }
    return open.sort();
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
