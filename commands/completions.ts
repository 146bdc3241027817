import { Exit, Failure } from "../lib/base/errors.ts";
import { type Command, defineCommand } from "../lib/cli/command.ts";
import type { CompletedCommand } from "../lib/cli/completion.ts";
import { TOPICS } from "../lib/cli/topics.ts";
import { COMMANDS } from "./mod.ts";
import { showPage } from "./shared/page.ts";

/** What writes a script for a shell. */
type Writer = (commands: readonly CompletedCommand[]) => string;

const SHELLS: Record<string, () => Promise<Writer>> = {
  bash: async () => (await import("../lib/cli/shells/bash.ts")).bashCompletion,
  zsh: async () => (await import("../lib/cli/shells/zsh.ts")).zshCompletion,
  fish: async () => (await import("../lib/cli/shells/fish.ts")).fishCompletion,
  powershell: async () => (await import("../lib/cli/shells/powershell.ts")).powershellCompletion,
};

/** `labwire completions`. */
export const completions = defineCommand({
  name: "completions",
  summary: "Print what a shell needs to complete labwire's command lines",
  args: ["SHELL"],
  about:
    "SHELL is bash, zsh, fish or powershell. The script completes commands, options, the values of\n" +
    "options, and files where a file is meant; a Tab starts no labwire. Each example is a line for\n" +
    "the shell's own file: ~/.bashrc, ~/.zshrc (behind compinit), ~/.config/fish/config.fish, $PROFILE.",
  options: {},
  examples: [
    ['eval "$(labwire completions bash)"', "bash"],
    ["source <(labwire completions zsh)", "zsh"],
    ["labwire completions fish | source", "fish"],
    ["labwire completions powershell | Out-String | Invoke-Expression", "PowerShell"],
  ],
  async run(_values, [shell], context) {
    if (!Object.hasOwn(SHELLS, shell)) {
      const { suggest } = await import("../lib/cli/parse.ts");
      const known = Object.keys(SHELLS);
      throw new Failure(`Cannot complete for "${shell}": there is no script for it`, Exit.usage, {
        remedy: suggest(shell, known, "") ?? `there are ${known.join(", ")}`,
      });
    }
    const [write, { completionOf }, { EVENT_NAMES }, ...commands] = await Promise.all([
      SHELLS[shell](),
      import("../lib/cli/completion.ts"),
      import("../lib/base/events/schema.ts"),
      ...COMMANDS.map(({ load }) => load()),
    ]);
    showPage(
      write(completionOf(commands as Command[], {
        COMMAND: wordsOf(COMMANDS),
        TOPIC: wordsOf([...COMMANDS, ...TOPICS]),
        SHELL: Object.keys(SHELLS).map((word) => ({ word })),
        EVENT: EVENT_NAMES.map((word) => ({ word })),
      })),
      context,
    );
    return Exit.done;
  },
});

function wordsOf(named: readonly { name: string; summary: string }[]) {
  return named.map(({ name, summary }) => ({ word: name, help: summary }));
}
