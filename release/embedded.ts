/**
 * What an executable holds of ours: the modules that `main.ts` leads to, and the packages that they
 * lead to.
 *
 * @module
 */
import { run } from "./run.ts";

/** How `deno info` and `deno compile` are to resolve modules, so that both see the same ones. */
export const RESOLUTION = ["--no-config", "--import-map=deno.json", "--lock=deno.lock", "--frozen"];

/** A package from npm. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** What it needs, as `name@version`. */
  readonly dependencies: readonly string[];
  /** Where this machine keeps its files. */
  readonly path: string;
}

/** What is embedded. */
export interface Embedded {
  /** Paths below the repository's root, sorted. */
  readonly files: readonly string[];
  /** Packages by `name@version`. */
  readonly packages: ReadonlyMap<string, Package>;
  /** Those of them that our own files import, as `name@version`. */
  readonly direct: readonly string[];
}

/** The parts of `deno info --json` that are read here. */
interface Info {
  modules: { kind: string; specifier: string; npmPackage?: string }[];
  npmPackages: Record<
    string,
    { name: string; version: string; dependencies: string[]; localPath: string }
  >;
}

/** Looks from `main.ts` of the repository at `root`, a URL that ends in a slash. */
export async function embeddedIn(root: URL): Promise<Embedded> {
  const { stdout } = await run(["info", "--json", ...RESOLUTION, "main.ts"], root);
  const info = JSON.parse(stdout) as Info;
  const direct = new Set<string>(), files: string[] = [];
  for (const { kind, specifier, npmPackage } of info.modules) {
    if (npmPackage !== undefined) direct.add(npmPackage);
    else if (kind !== "node") files.push(specifier.replace(root.href, ""));
  }
  const packages = new Map<string, Package>();
  const waiting = [...direct];
  for (const id of waiting) { // what is added on the way is visited, too
    if (packages.has(id)) continue;
    const { name, version, dependencies, localPath } = info.npmPackages[id];
    packages.set(id, { name, version, dependencies, path: localPath });
    waiting.push(...dependencies);
  }
  return { files: files.sort(), packages, direct: [...direct].sort() };
}

/** Where `deno compile` puts packages. */
const PACKAGES = ".deno_compile_node_modules/localhost/";

/** What else may be in an executable, at its top. */
const OURS = ["main.ts", "deno.json", "commands/", "lib/", "dist/"];

/**
 * What is wrong with an executable by the tree of files that `deno compile` prints when it has made
 * it: files that have no business there, packages that are not those looked for.
 */
export function problemsIn(printed: string, { packages }: Embedded): string[] {
  const problems: string[] = [];
  const wanted = new Set(Array.from(packages.values(), ({ name }) => name));
  const found = new Set<string>();
  for (const path of pathsIn(printed)) {
    const name = path.startsWith(PACKAGES) ? packageAt(path.slice(PACKAGES.length)) : undefined;
    if (name !== undefined) found.add(name);
    else if (!OURS.some((start) => path.startsWith(start))) problems.push(`it holds ${path}`);
  }
  for (const name of found.difference(wanted)) problems.push(`it holds the package ${name}`);
  for (const name of wanted.difference(found)) problems.push(`it lacks the package ${name}`);
  return problems;
}

/** The paths in a tree; a folder whose content is not shown ends in a slash. */
function pathsIn(printed: string): string[] {
  const paths: string[] = [], parents: string[] = [];
  for (const [, branch, name] of printed.matchAll(/^((?:[│ ] )*[├└]─[─┬] )(.+?) \([^()]*\)$/gm)) {
    parents.splice(branch.length / 2 - 2, Infinity, name.replace(/\*$/, ""));
    if (!branch.endsWith("┬ ")) paths.push(parents.join("/"));
  }
  return paths;
}

/** `@noble/curves/2.4.0/` is of `@noble/curves`. */
function packageAt(path: string): string {
  return path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/");
}
