import { assert, assertEquals, assertMatch } from "@std/assert";
import { Folder } from "../../support/folder.ts";

const ROOT = new URL("../../../", import.meta.url);

/** Every TypeScript file below some folders of the repository, by its path. */
function sources(...folders: string[]): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
      if (isDirectory) walk(`${folder}${name}/`);
      else if (name.endsWith(".ts")) found.push(folder + name);
    }
  };
  for (const folder of folders) walk(folder);
  return found.sort();
}

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

Deno.test("every @std module that is imported is declared: others would silently be any", () => {
  const declared = new Set(
    Array.from(
      read("lib/types/deno_std.d.ts").matchAll(/^declare module "(.+)"/gm),
      ([, name]) => name,
    ),
  );
  assert(declared.size > 0);
  const mapped = JSON.parse(read("deno.json")).imports as Record<string, string>;
  for (
    const path of [
      ...sources("lib/", "commands/", "tests/", "examples/", "bench/", "release/"),
      "main.ts",
    ]
  ) {
    for (const [, name] of read(path).matchAll(/(?:from|import\() ?"(@std\/[^"]+)"/g)) {
      assert(declared.has(name), `${path} imports ${name}, which is not declared`);
      assert(name in mapped, `${path} imports ${name}, which deno.json does not map`);
    }
  }
});

Deno.test("no file of lib or commands is longer than 300 lines", () => {
  for (const path of [...sources("lib/", "commands/"), "main.ts"]) {
    const lines = read(path).trimEnd().split("\n").length;
    assert(lines <= 300, `${path} has ${lines} lines`);
  }
});

Deno.test("lib/wire is pure: no Deno, no clock, no promise", () => {
  for (const path of sources("lib/wire/")) {
    const code = read(path).replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    assert(
      !/\bDeno\.|\bawait\b|\basync\b|\bDate\b|\bperformance\b|\bsetTimeout\b/.test(code),
      path,
    );
  }
});

Deno.test("only main.ts touches arguments, signals and the end of the process", () => {
  for (const path of sources("lib/", "commands/")) {
    assert(!/Deno\.(args|exit|addSignalListener)\b/.test(read(path)), path);
  }
});

/** What a script of `.ci` says of the repository, or of another tree. */
async function check(name: string, root?: string): Promise<{ code: number; lines: string[] }> {
  const script = new URL(`.ci/check_${name}.ts`, ROOT).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", script, ...(root === undefined ? [] : [`--root=${root}`])],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
}

Deno.test("the layers hold in this repository", async () => {
  assertEquals(await check("layers"), { code: 0, lines: ["layers hold"] });
});

/** A tree in which all imports are as they may be. */
const GOOD = {
  "deno.json": "{}",
  "main.ts": 'import "./commands/mod.ts";\nimport "./lib/base/a.ts";\n',
  "commands/mod.ts": 'export const load = () => import("./serve.ts");\n',
  "commands/serve.ts": 'import "./shared/options.ts";\nimport "../lib/chat/a.ts";\n',
  "commands/shared/options.ts": 'import "../../lib/cli/a.ts";\n',
  "lib/base/a.ts": "export const a = 1;\n",
  "lib/cli/a.ts": 'import "../base/a.ts";\n',
  "lib/chat/a.ts": 'import "./b.ts";\nimport "../wire/a.ts";\n',
  "lib/chat/b.ts": "export interface B {}\n",
  "lib/wire/a.ts": 'import "../base/a.ts";\n',
};

/** Each an import that breaks the layers, and what is said about it. */
const BREACHES: [path: string, code: string, said: string][] = [
  ["lib/wire/a.ts", 'import "../chat/a.ts";', "lib/chat/a.ts: chat is not below wire"],
  [
    "lib/wire/a.ts",
    'import type { B } from "../chat/b.ts";',
    "lib/chat/b.ts: chat is not below wire",
  ],
  ["lib/wire/a.ts", 'await import("../chat/a.ts");', "lib/chat/a.ts: chat is not below wire"],
  ["lib/wire/a.ts", 'import "../cli/a.ts";', "lib/cli/a.ts: cli is not below wire"],
  ["lib/chat/a.ts", 'import "../files/a.ts";', "lib/files/a.ts: files is not below chat"],
  ["lib/chat/a.ts", 'import "../new/a.ts";', "lib/new/a.ts: a folder without a layer"],
  ["lib/chat/a.ts", 'import "../../commands/serve.ts";', "commands/serve.ts: lib imports only lib"],
  ["lib/base/a.ts", 'import "../../main.ts";', "main.ts: lib imports only lib"],
  [
    "commands/serve.ts",
    'import "./other.ts";',
    "commands/other.ts: commands do not import commands",
  ],
  [
    "commands/shared/options.ts",
    'import "../serve.ts";',
    "commands/serve.ts: commands do not import commands",
  ],
  ["commands/serve.ts", 'import "../main.ts";', "main.ts: commands import only lib"],
];

Deno.test("each kind of import that breaks the layers is found", async (t) => {
  const more = { "lib/files/a.ts": "", "lib/new/a.ts": "", "commands/other.ts": "" };
  await using good = await Folder.make({ ...GOOD, "lib/files/a.ts": "" });
  assertEquals(await check("layers", good.path), { code: 0, lines: ["layers hold"] });
  for (const [path, code, said] of BREACHES) {
    await t.step(`${path}: ${code}`, async () => {
      await using tree = await Folder.make({ ...GOOD, ...more, [path]: `${code}\nexport {};\n` });
      const { code: exit, lines } = await check("layers", tree.path);
      assertEquals([exit, lines[0]], [1, `${path} imports ${said}`]);
      assertMatch(lines.at(-1)!, /^1 imports? break/);
    });
  }
});

Deno.test("layers that cannot be looked at do not hold", async () => {
  await using tree = await Folder.make({ ...GOOD, "lib/wire/a.ts": 'import "./nowhere.ts";' });
  const { code, lines } = await check("layers", tree.path);
  assertEquals(code, 1);
  assertMatch(lines[0], /^lib\/wire\/nowhere\.ts cannot be looked at: /);
});

Deno.test("only lib/term writes in this repository, and only what was made harmless", async () => {
  assertEquals(await check("output"), { code: 0, lines: ["output is safe"] });
});

/** A tree in which all that could be taken for output is where it may be, or is none. */
const QUIET = {
  "main.ts": "/** Like console.log, but safe. */\nexport const console = true; // no console.log\n",
  "commands/serve.ts": "// console.log(1)\nexport const here = Deno.stdin.isTerminal();\n",
  "lib/term/screen.ts": "export const out = [Deno.stdout, Deno.stderr];\n",
  "lib/base/safe_text.ts": "export const make = (text: string) => text as SafeText;\n",
  "lib/chat/a.ts":
    "/*\n * `text as SafeText` is for one file.\n */\nexport type A = Set<SafeText>;\n",
};

/** Each a line that prints by another way, and what is said about it. */
const LOUD: [path: string, code: string, said: string][] = [
  ["main.ts", 'console.log("x");', "only lib/term writes, and never by console"],
  ["lib/chat/a.ts", '/** a */ console?.error("x");', "only lib/term writes, and never by console"],
  ["lib/web/a.ts", '`${console.log("x")}`;', "only lib/term writes, and never by console"],
  [
    "commands/serve.ts",
    "Deno.stdout.writeSync(bytes);",
    "only lib/term writes to standard output and standard error",
  ],
  [
    "lib/chat/a.ts",
    "Deno\n  .stderr.isTerminal();",
    "only lib/term writes to standard output and standard error",
  ],
  [
    "lib/chat/a.ts",
    "process.stdout.write(text);",
    "only lib/term writes to standard output and standard error",
  ],
  ["lib/chat/a.ts", "const { stdout } = Deno;", "there is no other way to them, either"],
  [
    "lib/chat/a.ts",
    'import { stdout } from "node:process";',
    "there is no other way to them, either",
  ],
  [
    "commands/serve.ts",
    'import { draw, note } from "../lib/term/screen.ts";',
    "only lib/term draws",
  ],
  ["lib/chat/a.ts", "log(text as SafeText);", "only lib/base/safe_text.ts makes a SafeText"],
  [
    "lib/term/screen.ts",
    "print(lines as readonly SafeText[]);",
    "only lib/base/safe_text.ts makes a SafeText",
  ],
  ["main.ts", "log(<SafeText> text);", "only lib/base/safe_text.ts makes a SafeText"],
];

Deno.test("each other way to print is found", async (t) => {
  await using quiet = await Folder.make(QUIET);
  assertEquals(await check("output", quiet.path), { code: 0, lines: ["output is safe"] });
  for (const [path, code, said] of LOUD) {
    await t.step(`${path}: ${code}`, async () => {
      await using tree = await Folder.make({ ...QUIET, [path]: `// first\n${code}\n` });
      assertEquals(await check("output", tree.path), {
        code: 1,
        lines: [`${path}:2: ${said}`, "1 places break safe output"],
      });
    });
  }
});
