import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { Exit } from "../../lib/base/errors.ts";
import * as limits from "../../lib/base/limits.ts";
import { helpPage } from "../../lib/cli/help.ts";
import { parseCommandLine } from "../../lib/cli/parse.ts";

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
}

/** The words of every labwire command in a text: behind a prompt, a pipe, a `(`, or `task`. */
function commandsIn(text: string): string[][] {
  const lines = text.matchAll(/(?:^|[|`$(] ?|task )labwire ([a-z][^\n`|)]*)/gm);
  return Array.from(
    lines,
    ([, words]) =>
      Array.from(words.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain),
  );
}

async function assertParses(words: string[]): Promise<void> {
  const entry = COMMANDS.find(({ name }) => name === words[0]);
  assert(entry, `no command for: labwire ${words.join(" ")}`);
  if (words.length === 1) return; // only named
  parseCommandLine(await entry.load(), words.slice(1)); // throws on what it does not know
}

Deno.test("every labwire command in the README is understood", async () => {
  const commands = commandsIn((await read("README.md")).replace(/^ {4}/gm, ""));
  for (const words of commands) await assertParses(words);
  assert(commands.length >= 7, `${commands.length} commands found`);
});

for (const { name, summary, load } of COMMANDS) {
  Deno.test(`${name}: the help page, its examples and the overview agree`, async () => {
    const command = await load();
    assertEquals([command.name, command.summary], [name, summary]);
    const page = helpPage(command);
    for (const option of Object.keys(command.options)) assertStringIncludes(page, `--${option}`);
    assert(command.examples.length >= 3);
    for (const [line] of command.examples) {
      const commands = commandsIn(line);
      assert(commands.length === 1 || !line.includes("labwire"), line);
      for (const words of commands) await assertParses(words);
    }
    assertStringIncludes(await read("README.md"), `\`labwire ${name}\``);
  });
}

Deno.test("the README lists every exit code", async () => {
  const listed = Array.from((await read("README.md")).matchAll(/^\| (\d+) \|/gm), ([, n]) => +n);
  assertEquals(listed, Object.values(Exit));
});

Deno.test("the tasks that the README names exist", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  for (const [, task] of (await read("README.md")).matchAll(/task ([a-z:]+)/g)) {
    assert(task in tasks, `no task ${task}`);
  }
});

Deno.test("the protocol page's limits are those of the code", async () => {
  const page = await read("docs/protocol.md");
  const { LINE_BYTES, JSON_BYTES, JSON_DEPTH, CONTROL_BYTES, BLOCK_BYTES, NAME_CHARACTERS } =
    limits;
  const KiB = 1024;
  for (
    const sentence of [
      `of a chat message | ${LINE_BYTES / KiB} KiB |`,
      `| ${JSON_BYTES / KiB} KiB, nested at most ${JSON_DEPTH} deep |`,
      `control message | ${CONTROL_BYTES / KiB / KiB} MiB, nested at most ${JSON_DEPTH} deep |`,
      `file block | ${BLOCK_BYTES / KiB / KiB} MiB |`,
      `name | 1 to ${NAME_CHARACTERS} characters`,
      `name of a file or folder | ${limits.NAME_BYTES} bytes`,
      `folders in a path | ${limits.PATH_DEPTH} |`,
      `in either direction | ${limits.TRANSFER_STALL_MS / 1000} s |`,
      `ticket | ${limits.TICKET_MS / 1000} s to use it |`,
      `changed less than ${limits.SETTLED_MS / 1000} s ago`,
      `nothing follows for ${limits.GAP_MS} ms`,
      `a rest waits for\n${limits.TEXT_REST_MS / 1000} s`,
      `before ${limits.SILENCE_MS} ms of silence`,
      `after ${limits.REFUSAL_WAIT_MS / 1000} s`,
      `for at most ${limits.DRAIN_MS / 1000} s`,
      `| ${limits.GREETING_MS / 1000} s to arrive whole |`,
      `a quiet gap of ${limits.MARKER_GAP_MS} ms`,
      `leaves ${limits.PACE_MS} ms between messages`,
      `N = ${limits.SCRYPT_COST}`,
      `nothing has\ncome from it for ${limits.PING_MS / 1000} s`,
      `It waits ${limits.GREETING_MS / 1000} s for each message`,
      `up to ${limits.TRY_DELAY_MS[1] / 1000} s and the time`,
      `${limits.TRY_DELAY_MS[0]} ms after the first`,
      `be patient for ${limits.SEALED_GREETING_MS / 1000} s in all`,
      `A password has at most ${limits.PASSWORD_BYTES} bytes`,
    ]
  ) assertStringIncludes(page, sentence);
});
