/**
 * Makes a release in `dist/release`: the executables, install.sh, the list of their parts, and the
 * sums of all these.
 *
 *     deno task release [--target NAME...] [--base ADDRESS] [--compiled]
 *
 * `--target` makes some of the executables, `--compiled` takes those that other machines have made,
 * and `--base` is where the files will be, which install.sh is to know.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { Exit, Failure } from "../lib/base/errors.ts";
import { safe } from "../lib/base/safe_text.ts";
import { print } from "../lib/term/screen.ts";
import { compile, DIST, ROOT } from "./compile.ts";
import { task } from "./main.ts";
import { originOf } from "./origin.ts";
import { bomOf } from "./sbom.ts";
import { faultsOf } from "./schema.ts";
import { writeSums } from "./sums.ts";
import { executableOf, formatAt, type Target, targetOf, TARGETS } from "./targets.ts";

const FOLDER = `${DIST}/release`;

await task(async () => {
  const given = parseArgs(Deno.args, {
    string: ["target", "base", "_"],
    boolean: ["compiled"],
    collect: ["target"],
    unknown: (what) => {
      throw new Failure(`Cannot release with ${what}: not understood`, Exit.usage);
    },
  });
  const names = given.target as string[], base = given.base as string | undefined;
  const targets = names.length > 0 ? names.map(known) : TARGETS;
  const installer = installerFrom(await Deno.readTextFile(new URL("install.sh", ROOT)), base);
  if (given.compiled) await verify(targets);
  else await make(targets);
  const bom = await bomOf(ROOT, await originOf(ROOT));
  const faults = await faultsOf(bom);
  if (faults.length > 0) {
    throw new Failure(`Cannot list the parts: by the schema ${faults.join("; ")}`, Exit.failed);
  }
  await Deno.writeTextFile(`${FOLDER}/labwire.cdx.json`, JSON.stringify(bom, null, 2) + "\n");
  await Deno.writeTextFile(`${FOLDER}/install.sh`, installer, { mode: 0o755 });
  await writeSums(FOLDER);
  print([safe`labwire.cdx.json: ${bom.components.length} parts; SHA256SUMS of all`]);
});

function known(name: string): Target {
  const found = targetOf(name);
  if (found) return found;
  const remedy = TARGETS.map(({ name }) => name).join(", ");
  throw new Failure(`Cannot release for "${name}": not a target`, Exit.usage, { remedy });
}

async function make(targets: readonly Target[]): Promise<void> {
  await Deno.remove(FOLDER, { recursive: true }).catch(() => {}); // there is none yet
  for (const target of targets) {
    const name = executableOf(target);
    const { files, packages } = await compile(target, FOLDER, name);
    print([safe`${name}: ${files.length} files of labwire, ${packages.size} packages of npm`]);
  }
}

async function verify(targets: readonly Target[]): Promise<void> {
  for (const target of targets) {
    const name = executableOf(target);
    const format = await formatAt(`${FOLDER}/${name}`).catch(() => "missing");
    if (format === target.format) continue;
    throw new Failure(`Cannot release: ${name} is ${format}`, Exit.failed);
  }
}

/** A release's own installer knows where the release is; that of the source has to be told. */
function installerFrom(script: string, base: string | undefined): string {
  if (base === undefined) return script;
  if (!/^https?:\/\/[\w.:/~+-]+$/.test(base)) {
    throw new Failure(`Cannot release to "${base}": not an address`, Exit.usage);
  }
  return script.replace(/^release=''$/m, `release='${base}'`);
}
