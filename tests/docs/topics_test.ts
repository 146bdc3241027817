/**
 * What `labwire help TOPIC` says, against the code and the pages that say the same.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { parseCommandLine } from "../../lib/cli/parse.ts";
import { TOPICS } from "../../lib/cli/topics.ts";
import { EXIT_CODES } from "../../lib/cli/topics/exit_codes.ts";
import { IDIOMS } from "../../lib/cli/topics/idioms.ts";
import { CIPHER_NAMES } from "../../lib/wire/ciphers/mod.ts";
import { DIALECTS } from "../../lib/wire/dialect.ts";
import { labwireCommand } from "../support/program.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
const pageOf = (name: string) => TOPICS.find((topic) => topic.name === name)!.load();

for (const { name, summary, load } of TOPICS) {
  Deno.test(`help ${name}: a page that fits a terminal`, async () => {
    const page = await load();
    assertMatch(page, /^[A-Z][^\n]*[^.\n]\n\n/);
    assert(page.endsWith("\n") && !page.endsWith("\n\n"));
    for (const line of page.split("\n")) assert(line.length <= 100, line);
    assert(name === "idioms" || page.split("\n").length <= 40);
    assertMatch(summary, /^[a-zA-Z-].*[^.]$/);
  });
}

Deno.test("no topic has the name of a command", () => {
  const names = [...COMMANDS, ...TOPICS].map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("README and help exit-codes say the same", async () => {
  const readme = await read("README.md");
  for (const [code, meaning] of EXIT_CODES) {
    assertStringIncludes(readme, `| ${code} | ${meaning} |\n`);
  }
});

Deno.test("the topics name every dialect and every cipher", async () => {
  const [dialects, ciphers] = [await pageOf("dialects"), await pageOf("ciphers")];
  for (const name of DIALECTS) assertStringIncludes(dialects, `  ${name} `);
  for (const name of CIPHER_NAMES) assertStringIncludes(ciphers, `  ${name} `);
});

Deno.test("the steps that help patterns names are those of connect", async () => {
  const { options } = await COMMANDS.find(({ name }) => name === "connect")!.load();
  const named = Array.from(
    (await pageOf("patterns")).matchAll(/^ {2}--(\S+)/gm),
    ([, name]) => name,
  );
  const steps = Object.keys(options).filter((name) => options[name].many);
  assertEquals(named.filter((name) => !Object.hasOwn(options, name)), []);
  assertEquals(steps.filter((name) => !named.includes(name)), []);
});

Deno.test("the table of docs/idioms.md is that of help idioms", async () => {
  const rows = (await read("docs/idioms.md")).match(/^\| .*\|$/gm)!.slice(1);
  const code = (text: string) => `\`${text}\``;
  assertEquals(
    rows,
    IDIOMS.map(({ theirs, ours, remark }) =>
      `| ${theirs.map(code).join(", ")} | ${ours ? code(ours) : "none"} | ${remark} |`
    ),
  );
});

Deno.test("every command line of a topic is one of labwire's", async () => {
  const lines = (await Promise.all(TOPICS.map(({ load }) => load()))).flatMap((page) =>
    Array.from(page.matchAll(/^ +(?:[A-Z_]+=\S+ )*labwire (.*)$/gm), ([, line]) => line)
  );
  for (const line of lines.filter((line) => !line.startsWith("Cannot"))) {
    const words = Array.from(
      line.replace(/ (<|\|).*/, "").matchAll(/'([^']*)'|(\S+)/g),
      ([, quoted, plain]) => quoted ?? plain,
    );
    const command = await COMMANDS.find(({ name }) => name === words[0])?.load();
    assert(command, line);
    parseCommandLine(command, words.slice(1));
  }
  assert(lines.length > IDIOMS.length / 2);
});

async function labwire(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const [program, ...before] = labwireCommand();
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...before, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

Deno.test("help shows what --help shows, and a topic; what is nearly one is met with did-you-mean", async () => {
  assertEquals(await labwire("help"), await labwire("--help"));
  assertEquals(await labwire("help", "serve"), await labwire("serve", "--help"));
  assertEquals((await labwire("help", "ciphers")).out, await pageOf("ciphers"));
  const [event] = (await labwire("help", "ciphers", "--json")).out.split("\n");
  assertEquals(JSON.parse(event).text, await pageOf("ciphers"));
  const { code, out, error } = await labwire("help", "exit-code");
  assertEquals([code, out], [2, ""]);
  assertEquals(
    error,
    'labwire: Cannot explain "exit-code": there is no such topic ' +
      "(did you mean labwire help exit-codes?)\n",
  );
});
