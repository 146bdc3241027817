/**
 * Makes an executable: `deno task compile` for this machine, as `dist/labwire`.
 *
 * @module
 */
import { Exit, Failure } from "../lib/base/errors.ts";
import { safe } from "../lib/base/safe_text.ts";
import { print } from "../lib/term/screen.ts";
import { type Embedded, embeddedIn, problemsIn, RESOLUTION } from "./embedded.ts";
import { task } from "./main.ts";
import { originOf } from "./origin.ts";
import { run } from "./run.ts";
import { formatAt, type Target, targetOf } from "./targets.ts";

/** The repository. */
export const ROOT = new URL("../", import.meta.url);

/** Where everything that is made goes. */
export const DIST = `${Deno.realPathSync(ROOT)}/dist`;

/** How every executable is compiled; docs/architecture.md says why. */
export const FLAGS: readonly string[] = [
  ...RESOLUTION,
  "-A",
  "--unstable-net",
  "--v8-flags=--min-semi-space-size=8,--max-semi-space-size=8",
  "--no-check",
  "--no-code-cache",
  "--exclude-unused-npm",
  "--include=dist/origin.json",
];

/**
 * Makes the executable of a target, with version and commit inside, as the file `name` in `folder`, and
 * returns what it holds. Fails without a trace of the file when Deno's runtime for that system cannot
 * be had, or when what was made is not what it should be.
 */
export async function compile(target: Target, folder: string, name: string): Promise<Embedded> {
  const embedded = await embeddedIn(ROOT);
  await Deno.mkdir(new URL("dist/", ROOT), { recursive: true });
  await Deno.writeTextFile(
    new URL("dist/origin.json", ROOT),
    JSON.stringify(await originOf(ROOT)) + "\n",
  );
  await Deno.mkdir(folder, { recursive: true });
  const working = await Deno.makeTempDir({ dir: folder, prefix: ".compile-" });
  try {
    const made = `${working}/${name}`;
    const args = [...FLAGS, `--target=${target.triple}`, "-o", made, "main.ts"];
    const { stdout, stderr } = await run(["compile", ...args], ROOT).catch((error) => {
      throw withoutRuntime(error, target) ?? error;
    });
    const problems = problemsIn(stdout + stderr, embedded);
    const format = await formatAt(made);
    if (format !== target.format) problems.push(`it is ${format}, not ${target.format}`);
    if (problems.length === 0 && target.triple === Deno.build.target) {
      problems.push(...await faultsOf(made));
    }
    if (problems.length > 0) {
      throw new Failure(`Cannot compile for ${target.name}: ${problems.join("; ")}`, Exit.failed);
    }
    await Deno.rename(made, `${folder}/${name}`);
  } finally {
    await Deno.remove(working, { recursive: true });
  }
  return embedded;
}

/** What is wrong with an executable for this machine: it must say of itself what we know of it. */
async function faultsOf(path: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(path, { args: ["version", "--json"] }).output();
  const [said] = new TextDecoder().decode(stdout).split("\n");
  const { commit } = await originOf(ROOT);
  const known = said.startsWith("{") && (JSON.parse(said).commit ?? null) === commit;
  return known ? [] : ["it does not run, or not as what it was made from"];
}

/** The failure to tell, if Deno could not get what it puts in front of a program. */
function withoutRuntime(error: unknown, { name }: Target): Failure | undefined {
  if (!(error instanceof Failure) || !/Setting up base binary|denort/.test(`${error.cause}`)) {
    return undefined;
  }
  const [why, remedy] = Deno.env.get("DENORT_BIN") === undefined
    ? [
      "Deno's own runtime for it cannot be downloaded",
      "reach Deno's download site, or set DENORT_BIN to the denort of this Deno",
    ]
    : ["the runtime that DENORT_BIN names cannot be read", "unset DENORT_BIN to download it"];
  return new Failure(`Cannot compile for ${name}: ${why}`, Exit.failed, { cause: error, remedy });
}

if (import.meta.main) {
  await task(async () => {
    const target = targetOf(Deno.build.target);
    if (!target) {
      throw new Failure(`Cannot compile for ${Deno.build.target}: not known`, Exit.usage);
    }
    const name = Deno.build.os === "windows" ? "labwire.exe" : "labwire";
    const { files, packages } = await compile(target, DIST, name);
    print([
      safe`dist/${name}: ${files.length} files of labwire, ${packages.size} packages of npm`,
      safe`  ${[...packages.keys()].join(", ")}`,
    ]);
  });
}
