/**
 * The scripts of `examples/`: each runs to its end, and shows what it says.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Folder } from "../support/folder.ts";
import { assertShows, withLabwire } from "../support/page_run.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";

const FOLDER = new URL("../../examples/", import.meta.url).pathname;
/** Lines of a terminal that a script may take. */
const SCREEN_LINES = 40;

const scripts = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
  .filter((name) => name.endsWith(".sh")).sort();

for (const name of scripts) {
  peerTest(["python3", "nc", "curl"], `examples/${name} shows what it says`, async () => {
    const text = await Deno.readTextFile(FOLDER + name);
    assert(text.trimEnd().split("\n").length <= SCREEN_LINES, "a screen holds it");
    const sees = text.split("\n").filter((line) => line.startsWith("#> "));
    assert(sees.length > 0, "it says what one will see");
    await using folder = await Folder.make({});
    await using desk = await Folder.make({});
    const env = await withLabwire(folder);
    await using script = Program.start("bash", [FOLDER + name], { cwd: desk.path, env });
    await script.endInput();
    const { code, stdout, stderr } = await script.ended();
    assertEquals(code, 0, stdout + stderr);
    assertShows({ line: name, section: "", sees: sees.map((line) => line.slice(3)) }, stdout);
  });
}

Deno.test("examples/README.md lists every script with its first sentence", async () => {
  const page = await Deno.readTextFile(`${FOLDER}README.md`);
  const listed = Array.from(page.matchAll(/^\| \[(\S+\.sh)\]\(\1\) \| (.*) \|$/gm));
  assertEquals(listed.map(([, name]) => name), scripts);
  for (const [, name, what] of listed) {
    const [head] = (await Deno.readTextFile(FOLDER + name)).split("\nset ");
    const comment = head.replace(/^#!.*\n/, "").replace(/^# ?/gm, "").replace(/\n/g, " ");
    assert(comment.startsWith(what), `${name}: ${what}`);
  }
});
