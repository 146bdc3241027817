/**
 * The executable under test, alone: in a folder with nothing else in it, with an environment that a
 * test gives, and nothing of Deno, Node or a cache within reach.
 *
 * @module
 */

/** An executable in a place of its own. */
export interface Executable {
  /** Its absolute path. */
  readonly path: string;
  /** The folder that holds it, and nothing else; where it runs unless a test says otherwise. */
  readonly folder: string;
  /** The command that starts it with these variables, an empty HOME, and no others. */
  command(env: Record<string, string>): string[];
}

/** The executable that `LABWIRE` names; undefined when labwire is to run from its source. */
export const EXECUTABLE: Executable | undefined = placeAlone(Deno.env.get("LABWIRE"));

function placeAlone(given: string | undefined): Executable | undefined {
  if (!given) return undefined;
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "alone-" }));
  const home = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "home-" }));
  const path = `${folder}/labwire`;
  try {
    Deno.linkSync(Deno.realPathSync(given), path); // each test file has one, and it is large
  } catch {
    Deno.copyFileSync(given, path);
  }
  globalThis.addEventListener("unload", () => {
    for (const each of [folder, home]) Deno.removeSync(each, { recursive: true });
  });
  return {
    path,
    folder,
    command: (env) => {
      const all = Object.entries({ NO_COLOR: "1", HOME: home, ...env });
      return ["env", "-i", ...all.map(([name, value]) => `${name}=${value}`), path];
    },
  };
}
