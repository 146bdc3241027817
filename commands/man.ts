import { Exit } from "../lib/base/errors.ts";
import { defineCommand } from "../lib/cli/command.ts";
import { COMMANDS } from "./mod.ts";
import { showPage } from "./shared/page.ts";

/** `labwire man`. */
export const man = defineCommand({
  name: "man",
  summary: "Print a manual page, of labwire or of one command",
  args: ["[COMMAND]"],
  about: "The page is in the language of man(7), for man, mandoc and groff.",
  options: {},
  examples: [
    ["labwire man | man -l -", "read it"],
    ["labwire man serve | mandoc | less", "the page of one command"],
    ["labwire man | gzip > labwire.1.gz", "for a package"],
  ],
  async run(_values, [name], context) {
    const { commandManual, programManual } = await import("../lib/cli/man.ts");
    const { commandNamed } = await import("../lib/cli/command_named.ts");
    const { default: { version } } = await import("../deno.json", { with: { type: "json" } });
    const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
    const edition = { version, date: new Date().toISOString().slice(0, 10) };
    const page = name === undefined
      ? programManual(commands, edition)
      : commandManual(commandNamed(name, commands), edition);
    showPage(page, context);
    return Exit.done;
  },
});
