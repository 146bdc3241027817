/**
 * The manual pages, as mandoc reads them.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { variableOf } from "../../lib/cli/parse.ts";
import { Folder } from "../support/folder.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";

async function run(command: string, args: string[]): Promise<string> {
  await using program = Program.start(command, args);
  await program.endInput();
  const { stdout, stderr } = await program.ended();
  return stdout + stderr;
}

/** The page as a reader has it, once nothing is wrong with it; on lines of any width. */
async function readerOf(args: string[], folder: Folder): Promise<string> {
  await using labwire = Program.labwire(["man", ...args]);
  await labwire.endInput();
  const { code, stdout, stderr } = await labwire.ended();
  assertEquals([code, stderr], [0, ""]);
  const path = `${folder.path}/${["labwire", ...args].join("-")}.1`;
  await Deno.writeTextFile(path, stdout);
  assertEquals(await run("mandoc", ["-Tlint", "-W", "warning", path]), "");
  const page = await run("mandoc", ["-Tutf8", "-O", "width=1000", path]);
  return page.replace(/.[\b]/gu, ""); // bold is overstruck
}

peerTest(["mandoc"], "each manual page is well-formed and has every option", async () => {
  await using folder = await Folder.make({});
  const whole = await readerOf([], folder);
  for (const { name, load } of COMMANDS) {
    const page = await readerOf([name], folder);
    const { options, args, examples, summary } = await load();
    assertStringIncludes(whole, [`labwire ${name}`, ...args, "[options]"].join(" "));
    assertStringIncludes(whole, `${summary}.`);
    for (const [line] of examples) assertStringIncludes(page, `    ${line}\n`);
    for (const [option, { letter, value, help, shown, secret }] of Object.entries(options)) {
      const tag = (letter ? `-${letter}, ` : "") + `--${option}` + (value ? ` ${value}` : "");
      for (const each of [whole, page]) {
        assertStringIncludes(each, `  ${tag}`);
        assertStringIncludes(each, help);
        if (shown) assertStringIncludes(each, `default ${shown}`);
        if (!secret) assertStringIncludes(each, variableOf(option));
      }
    }
  }
  for (const part of ["EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "LABWIRE_SECRET"]) {
    assertStringIncludes(whole, part);
  }
});

Deno.test("a manual page comes as an event, too, and of commands only", async () => {
  await using program = Program.labwire(["man", "get", "--json"]);
  await program.endInput();
  const [page] = (await program.ended()).stdout.split("\n").map((line) => line && JSON.parse(line));
  assertStringIncludes(page.text, "labwire\\-get");
  await using wrong = Program.labwire(["man", "sevre"]);
  await wrong.endInput();
  const { code, stderr } = await wrong.ended();
  assertEquals(code, 2);
  assertStringIncludes(stderr, "did you mean labwire serve?");
});
