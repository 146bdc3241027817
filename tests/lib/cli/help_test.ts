import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../../commands/mod.ts";
import { choice, count, defineCommand, flag, text } from "../../../lib/cli/command.ts";
import { helpPage, overviewPage } from "../../../lib/cli/help.ts";

Deno.test("a help page is usage, options with defaults, and examples", () => {
  const page = helpPage(defineCommand({
    name: "try",
    summary: "Try the help",
    args: ["[HOST]"],
    about: "More to know.",
    options: {
      count: count("N", "how many", { initial: 3 }),
      name: text("NAME", "who"),
      loud: flag("be loud"),
      mode: choice(["a-very-long-choice", "another-long-one"], "which", "another-long-one"),
    },
    examples: [["labwire try", "try it"]],
    run: () => Promise.resolve(0),
  }));
  assertEquals(
    page,
    `Try the help

More to know.

Usage:
  labwire try [HOST] [options]

Options:
  --count N                 how many (default 3)
  --name NAME               who
  --loud                    be loud
  --mode a-very-long-choice|another-long-one
                            which (default another-long-one)
  --json                    print events for programs, one JSON object a line (labwire schema)
  --help                    show this page

Each option can come from the environment, too: labwire help environment.

Examples:
  # try it
  labwire try
`,
  );
});

for (const { name, load } of COMMANDS) {
  Deno.test(`the help of ${name} shows each option with its default, in lines of a terminal`, async () => {
    const command = await load();
    const page = helpPage(command);
    for (const [option, { help, shown }] of Object.entries(command.options)) {
      assertStringIncludes(page, `--${option}`);
      assertStringIncludes(page, shown === undefined ? help : `${help} (default ${shown})`);
    }
    for (const [line, what] of command.examples) {
      assertStringIncludes(page, `  # ${what}\n  ${line}\n`);
    }
    assert(command.examples.length > 0);
    for (const line of page.split("\n")) assert(line.length <= 100, line);
  });
}

Deno.test("the overview shows every command", () => {
  const page = overviewPage([
    { name: "serve", summary: "Run a room" },
    { name: "connect", summary: "Join it" },
  ], [{ name: "ciphers", summary: "what they do" }]);
  assertStringIncludes(page, "  ciphers  what they do\n");
  assertStringIncludes(page, "  serve    Run a room\n  connect  Join it\n");
});
