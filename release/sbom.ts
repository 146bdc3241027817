/**
 * The parts of an executable as a CycloneDX 1.6 document (ECMA-424): the packages of npm that are in
 * it, as `deno.lock` has them, and the runtime.
 *
 * @module
 */
import { Exit, Failure } from "../lib/base/errors.ts";
import { embeddedIn, type Package } from "./embedded.ts";
import type { Origin } from "./origin.ts";

/** A part. */
export interface Component {
  readonly type: "application" | "platform" | "library";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly hashes?: { alg: "SHA-512"; content: string }[];
  readonly licenses?: ({ license: { id: string } } | { expression: string })[];
  readonly properties?: { name: string; value: string }[];
}

/** The document. */
export interface Bom {
  readonly $schema: string;
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: { timestamp: string; component: Component };
  readonly components: Component[];
  readonly dependencies: { ref: string; dependsOn: string[] }[];
}

/** Lists the parts of what `main.ts` of the repository at `root` becomes. */
export async function bomOf(root: URL, { commit }: Origin): Promise<Bom> {
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(name, root)));
  const [{ version, license }, lock] = [await read("deno.json"), await read("deno.lock")];
  const { packages, direct } = await embeddedIn(root);
  const runtime = runtimeOf(Deno.version);
  const refOf = (id: string) => purlOf(packages.get(id)!);
  const libraries = await Promise.all(
    Array.from(packages, ([id, each]) => libraryOf(each, lock.npm[id]?.integrity)),
  );
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${crypto.randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: new Date().toISOString(),
      component: {
        type: "application",
        "bom-ref": "labwire",
        name: "labwire",
        version,
        licenses: licensesOf(license),
        properties: commit ? [{ name: "labwire:commit", value: commit }] : [],
      },
    },
    components: [
      runtime,
      ...libraries.sort((a, b) => a["bom-ref"] < b["bom-ref"] ? -1 : 1),
    ],
    dependencies: [
      { ref: "labwire", dependsOn: [runtime["bom-ref"], ...direct.map(refOf)] },
      ...Array.from(packages.values(), (each) => ({
        ref: purlOf(each),
        dependsOn: each.dependencies.map(refOf),
      })),
    ],
  };
}

function runtimeOf({ deno, v8 }: typeof Deno.version): Component {
  const purl = `pkg:github/denoland/deno@v${deno}`;
  return {
    type: "platform",
    "bom-ref": purl,
    name: "deno",
    version: deno,
    purl,
    licenses: licensesOf("MIT"),
    properties: [{ name: "labwire:v8", value: v8 }],
  };
}

async function libraryOf(each: Package, integrity: string | undefined): Promise<Component> {
  const [name, group] = each.name.split("/").reverse();
  return {
    type: "library",
    "bom-ref": purlOf(each),
    group,
    name,
    version: each.version,
    purl: purlOf(each),
    hashes: [{ alg: "SHA-512", content: hexOf(each, integrity) }],
    licenses: licensesOf(JSON.parse(await Deno.readTextFile(`${each.path}/package.json`)).license),
  };
}

/** A package URL (ECMA-427). */
function purlOf({ name, version }: Package): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** What `sha512-…` of a lock file (W3C Subresource Integrity) is in hexadecimal. */
function hexOf({ name }: Package, integrity: string | undefined): string {
  const hash = /^sha512-(\S+)$/.exec(integrity ?? "")?.[1];
  if (hash) return Uint8Array.fromBase64(hash).toHex();
  throw new Failure(`Cannot list ${name}: deno.lock has no SHA-512 of it`, Exit.failed);
}

function licensesOf(license: unknown): Component["licenses"] {
  if (typeof license !== "string") return undefined;
  return [/^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license }];
}
