/**
 * What a release is made of: the files in an executable, the list of its parts, the targets.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { embeddedIn, problemsIn } from "../../release/embedded.ts";
import { originOf } from "../../release/origin.ts";
import { bomOf } from "../../release/sbom.ts";
import { faultsOf } from "../../release/schema.ts";
import { writeSums } from "../../release/sums.ts";
import { executableOf, formatOf, targetOf, TARGETS } from "../../release/targets.ts";
import { Folder } from "../e2e/support/lab.ts";
import { Program } from "../support/program.ts";

const ROOT = new URL("../../", import.meta.url);
const ORIGIN = { commit: "0123456789abcdef0123456789abcdef01234567", dirty: false };

/** Packages that tests, fuzzer and release need, with the names of some that these need. */
const NOT_EMBEDDED = [
  "fast-check",
  "playwright-core",
  "pure-rand",
  "ajv",
  "ajv-formats",
  "fast-uri",
];

Deno.test("an executable holds labwire and what it imports, and nothing of tests and tools", async () => {
  const { files, packages, direct } = await embeddedIn(ROOT);
  for (const file of files) assert(/^(main\.ts|deno\.json|commands\/.*|lib\/.*)$/.test(file), file);
  for (const file of ["main.ts", "commands/serve.ts", "lib/web/front.ts"]) {
    assert(files.includes(file));
  }
  assertEquals(direct.map((id) => id.replace(/@[^@]*$/, "")), [
    "@noble/curves",
    "content-disposition",
    "deno-std",
    "re2js",
    "selfsigned",
  ]);
  const names = Array.from(packages.values(), ({ name }) => name);
  assert(names.includes("@noble/hashes")); // which nothing of ours imports
  for (const name of [...NOT_EMBEDDED, "@cyclonedx/cyclonedx-library"]) {
    assert(!names.includes(name), name);
  }
});

Deno.test("what deno compile says it has embedded is held against what may be there", () => {
  const packages = new Map([["@a/b@1.0.0", { name: "@a/b" }], ["c@2.0.0", { name: "c" }]]);
  // deno-lint-ignore no-explicit-any
  const embedded = { files: [], direct: [], packages: packages as any };
  const tree = (lines: string) =>
    problemsIn(`Embedded Files\n\nlabwire\n${lines}\nFiles: 9MB\n`, embedded);
  const good = `├─┬ .deno_compile_node_modules (9.01MB - 8.93MB unique)
│ └─┬ localhost (9.01MB - 8.93MB unique)
│   ├── @a/b/* (1.52MB)
│   └── c/2.0.0/* (335.43KB - 335.42KB unique)
├─┬ commands (10B)
│ └── serve.ts (10B)
├── deno.json (10B)
├─┬ dist (67B)
│ └── origin.json (67B)
├── lib/* (3.39KB)
└── main.ts (9.55KB)
`;
  assertEquals(tree(good), []);
  assertEquals(tree(good.replace("lib/*", "tests/*")), ["it holds tests/"]);
  assertEquals(tree(good.replace("serve.ts (10B)", "x (1B)\n├── .env (1B)")), ["it holds .env"]);
  assertEquals(tree(good.replace("c/2.0.0/*", "playwright-core/*")), [
    "it holds the package playwright-core",
    "it lacks the package c",
  ]);
  assertEquals(tree(""), ["it lacks the package @a/b", "it lacks the package c"]); // no tree at all
});

Deno.test("the list of parts is valid CycloneDX, and names just what is embedded, with its hash", async () => {
  const bom = await bomOf(ROOT, ORIGIN);
  assertEquals(await faultsOf(bom), []);
  const { packages } = await embeddedIn(ROOT);
  const [runtime, ...libraries] = bom.components;
  assertEquals([runtime.name, runtime.version], ["deno", Deno.version.deno]);
  assertEquals(
    libraries.map(({ group, name, version }) => `${group ? `${group}/` : ""}${name}@${version}`),
    [...packages.keys()].sort(),
  );
  const lock = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
  for (const [i, id] of [...packages.keys()].sort().entries()) {
    const [{ alg, content }] = libraries[i].hashes!;
    assertEquals([alg, content.length], ["SHA-512", 128]);
    assertEquals(`sha512-${Uint8Array.fromHex(content).toBase64()}`, lock.npm[id].integrity);
    assert(libraries[i].licenses, `${id} has no licence`);
  }
  const refs = [bom.metadata.component, ...bom.components].map((each) => each["bom-ref"]);
  assertEquals(new Set(refs).size, refs.length);
  for (const { ref, dependsOn } of bom.dependencies) {
    for (const each of [ref, ...dependsOn]) assert(refs.includes(each), each);
  }
});

Deno.test("a list of parts that is none is told of by the schema", async () => {
  const bom = await bomOf(ROOT, ORIGIN);
  const [faults] = [await faultsOf({ ...bom, specVersion: "none", serialNumber: "7" })];
  assert(faults.some((fault) => fault.startsWith("/serialNumber ")), `${faults}`);
  const broken = structuredClone(bom);
  broken.components[1].hashes![0].content = "no hash";
  assert(
    (await faultsOf(broken)).some((fault) => fault.startsWith("/components/1/hashes/0/content")),
  );
});

Deno.test("where the runtime cannot be had, one line says so, and nothing is left of the attempt", async () => {
  const args = (script: string) => ["run", "-A", new URL(`release/${script}`, ROOT).pathname];
  const dist = () =>
    Array.from(Deno.readDirSync(new URL("dist/", ROOT)), ({ name }) => name).sort();
  const commands = [
    [
      args("compile.ts"),
      /^labwire: Cannot compile for \S+: the runtime that DENORT_BIN names .*\n$/,
    ],
    [
      [...args("release.ts"), "--target", "x"],
      /^labwire: Cannot release for "x": not a target .*\n$/,
    ],
    [[...args("release.ts"), "--all"], /^labwire: Cannot release with --all: not understood\n$/],
    [
      [...args("release.ts"), "--base", "it's"],
      /^labwire: Cannot release to "it's": not an address\n$/,
    ],
  ] as const;
  await Deno.mkdir(new URL("dist/", ROOT), { recursive: true });
  const before = new Set([...dist(), "origin.json"]);
  for (const [command, line] of commands) {
    const options = { env: { DENORT_BIN: "/no/such/denort", DENO_NO_UPDATE_CHECK: "1" } };
    await using program = Program.start(Deno.execPath(), [...command], options);
    const { code, stdout, stderr } = await program.ended();
    assert(code !== 0 && stdout === "", stdout);
    assertMatch(stderr, line);
  }
  assertEquals(new Set([...dist(), "origin.json"]), before);
});

Deno.test("a target has one name, and executables are known by their first bytes", () => {
  assertEquals(TARGETS.map(executableOf), [
    "labwire-linux-x64",
    "labwire-linux-arm64",
    "labwire-macos-x64",
    "labwire-macos-arm64",
    "labwire-windows-x64.exe",
  ]);
  for (const target of TARGETS) {
    assertEquals([targetOf(target.name), targetOf(target.triple)], [target, target]);
  }
  assertEquals(targetOf("plan9-x64"), undefined);
  const bytes = (hex: string) => {
    const all = new Uint8Array(1024);
    all.set(Uint8Array.fromHex(hex));
    return all;
  };
  assertEquals(formatOf(bytes("7f454c4602010100000000000000000003003e00")), "ELF x64");
  assertEquals(formatOf(bytes("7f454c460201010000000000000000000300b700")), "ELF arm64");
  assertEquals(
    formatOf(bytes("7f454c460201010000000000000000000300f300")),
    "ELF of another processor",
  );
  assertEquals(formatOf(bytes("cffaedfe0c000001")), "Mach-O arm64");
  assertEquals(formatOf(bytes("cffaedfe07000001")), "Mach-O x64");
  assertEquals(formatOf(bytes(`4d5a${"00".repeat(58)}40000000504500006486`)), "PE x64");
  assertEquals(formatOf(bytes(`4d5a${"00".repeat(58)}ffffff7f`)), "unknown");
  assertEquals(formatOf(bytes("2321")), "unknown");
  const here = new Uint8Array(1024);
  using deno = Deno.openSync(Deno.execPath());
  deno.readSync(here);
  assertEquals(formatOf(here), targetOf(Deno.build.target)?.format);
});

Deno.test("the sums are what sha256sum checks", async () => {
  using folder = new Folder({ "b": "two\n", "a": "one\n", "SHA256SUMS": "of before" });
  await writeSums(folder.path);
  await writeSums(folder.path); // whose own sum is not in it
  const lines = Deno.readTextFileSync(folder.at("SHA256SUMS"));
  assertEquals(lines.replace(/\b[0-9a-f]{64}\b/g, "sum"), "sum  a\nsum  b\n");
  const [command, ...args] = Deno.build.os === "darwin" ? ["shasum", "-a", "256"] : ["sha256sum"];
  await using check = Program.start(command, [...args, "-c", "SHA256SUMS"], { cwd: folder.path });
  assertEquals((await check.ended()).stdout, "a: OK\nb: OK\n");
});

Deno.test("the origin is the commit, changed or not, and none outside a repository", async () => {
  using folder = new Folder({ "a.txt": "one" });
  const here = new URL(`file://${folder.path}/`);
  assertEquals(await originOf(here), { commit: null, dirty: false });
  const git = async (...args: string[]) => {
    const who = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
    await using program = Program.start("git", [...who, ...args], { cwd: folder.path });
    const { code, stdout, stderr } = await program.ended();
    assertEquals(code, 0, stderr);
    return stdout.trim();
  };
  await git("init", "-q");
  await git("add", "a.txt");
  await git("commit", "-q", "-m", "one");
  const commit = await git("rev-parse", "HEAD");
  assertEquals(await originOf(here), { commit, dirty: false });
  Deno.writeTextFileSync(folder.at("a.txt"), "two");
  assertEquals(await originOf(here), { commit, dirty: true });
});
