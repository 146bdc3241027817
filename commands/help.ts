import { Exit, Failure } from "../lib/base/errors.ts";
import { defineCommand } from "../lib/cli/command.ts";
import { helpPage, overviewPage } from "../lib/cli/help.ts";
import { TOPICS } from "../lib/cli/topics.ts";
import { COMMANDS } from "./mod.ts";
import { showPage } from "./shared/page.ts";

/** `labwire help`. */
export const help = defineCommand({
  name: "help",
  summary: "Explain a command or a topic",
  args: ["[TOPIC]"],
  about: "TOPIC is a command or one of the topics; without it, all of them are listed.",
  options: {},
  examples: [
    ["labwire help", "what there is"],
    ["labwire help connect", "a command, as labwire connect --help"],
    ["labwire help exit-codes", "what a script can tell from them"],
    ["labwire help idioms", "from nc, ncat and socat to labwire"],
  ],
  async run(_values, [name], context) {
    if (name === undefined) {
      showPage(overviewPage(COMMANDS, TOPICS), context);
      return Exit.done;
    }
    const command = COMMANDS.find((each) => each.name === name);
    const topic = TOPICS.find((each) => each.name === name);
    if (command) showPage(helpPage(await command.load()), context);
    else if (topic) showPage(await topic.load(), context);
    else {
      const { suggest } = await import("../lib/cli/parse.ts");
      const known = [...COMMANDS, ...TOPICS].map(({ name }) => name);
      throw new Failure(`Cannot explain "${name}": there is no such topic`, Exit.usage, {
        remedy: suggest(name, known, "labwire help ") ?? "labwire help lists them",
      });
    }
    return Exit.done;
  },
});
