/**
 * Holds the architecture: `main.ts -> commands -> lib`, and within `lib` a file imports its own
 * folder or a lower layer. Prints each import that does not, and exits with 1.
 *
 *     deno run -A .ci/check_layers.ts [--root=FOLDER] [ENTRY…]
 *
 * @module
 */
import { given, root, sources, write } from "./tree.ts";

const LAYERS: Record<string, number> = {
  base: 0,
  wire: 1,
  term: 1,
  cli: 1,
  steps: 1,
  net: 2,
  auth: 3,
  load: 3,
  chat: 3,
  files: 3,
  cluster: 4,
  web: 4,
};

interface Module {
  specifier: string;
  error?: string;
  dependencies?: {
    specifier: string;
    code?: { specifier: string };
    type?: { specifier: string };
  }[];
}

const entries = given.length > 0 ? given : await sources();
const problems = new Set<string>();

for (const module of await modulesOf(entries)) {
  const from = module.specifier.replace(root, "");
  if (module.error) problems.add(`${from} cannot be looked at: ${module.error.split("\n")[0]}`);
  for (const dependency of module.dependencies ?? []) {
    const target = dependency.code?.specifier ?? dependency.type?.specifier ?? "";
    if (!target.startsWith(root)) continue;
    const to = target.replace(root, "");
    const problem = whyNot(from, to);
    if (problem) problems.add(`${from} imports ${to}: ${problem}`);
  }
}

for (const problem of problems) write(problem);
write(problems.size === 0 ? "layers hold" : `${problems.size} imports break the layers`);
Deno.exit(problems.size === 0 ? 0 : 1);

/** Why a file may not import another; undefined when it may. */
function whyNot(from: string, to: string): string | undefined {
  const inLib = /^lib\/([^/]+)\//;
  const source = inLib.exec(from)?.[1], target = inLib.exec(to)?.[1];
  if (source !== undefined) {
    if (target === undefined) return "lib imports only lib";
    if (!(source in LAYERS) || !(target in LAYERS)) return "a folder without a layer";
    if (source === target || LAYERS[target] < LAYERS[source]) return undefined;
    return `${target} is not below ${source}`;
  }
  if (from.startsWith("commands/") && to.startsWith("commands/")) {
    const shared = to.startsWith("commands/shared/");
    const table = "commands/mod.ts"; // names all of them, and loads none
    return shared || from === table || to === table ? undefined : "commands do not import commands";
  }
  if (to === "deno.json") return undefined; // which says the version
  if (from.startsWith("commands/") && !target) return "commands import only lib";
  return undefined;
}

async function modulesOf(files: string[]): Promise<Module[]> {
  const modules = new Map<string, Module>();
  // One entry that imports all: a single `deno info` sees every file.
  const all = files.map((file) => `import ${JSON.stringify(new URL(file, root).href)};`).join("\n");
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, all);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "-c", new URL("deno.json", root).pathname, entry],
    }).output();
    const info = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
    for (const module of info.modules) modules.set(module.specifier, module);
  } finally {
    await Deno.remove(entry);
  }
  return [...modules.values()].filter(({ specifier }) => specifier.startsWith(root));
}
