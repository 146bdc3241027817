/**
 * What the scripts of this folder look at: this repository, or the tree that `--root=FOLDER` names.
 *
 * @module
 */
const ROOT_OPTION = "--root=";
const elsewhere = Deno.args.find((arg) => arg.startsWith(ROOT_OPTION))?.slice(ROOT_OPTION.length);

/** All arguments but `--root`. */
export const given = Deno.args.filter((arg) => !arg.startsWith(ROOT_OPTION));

/** The folder of the tree, as a URL that ends in a slash. */
export const root = new URL(elsewhere ? `${elsewhere}/` : "../", import.meta.url).href;

/** `main.ts` and every source of `lib` and `commands`, as paths below {@linkcode root}. */
export async function sources(): Promise<string[]> {
  const found = ["main.ts"];
  const walk = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
      if (isDirectory) await walk(`${folder}${name}/`);
      else if (name.endsWith(".ts") && !name.endsWith(".d.ts")) found.push(folder + name);
    }
  };
  await walk("lib/");
  await walk("commands/");
  return found;
}

/** Writes a line to standard output. */
export function write(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
}
