import { Exit } from "../lib/base/errors.ts";
import { safe, type SafeText, safeText } from "../lib/base/safe_text.ts";
import { type Context, defineCommand } from "../lib/cli/command.ts";
import type { Setting } from "../lib/cli/settings.ts";
import { note, print } from "../lib/term/screen.ts";
import { COMMANDS } from "./mod.ts";

/** `labwire config`. */
export const config = defineCommand({
  name: "config",
  summary: "Show what a command's options are in effect, and where that comes from",
  args: ["[COMMAND...]"],
  through: true,
  about:
    "COMMAND is a command line without labwire in front; its arguments may be left out. An option\n" +
    "comes first, then its variable LABWIRE_…, then the default. Secrets are shown as set or not.\n" +
    "Without COMMAND, the variables that are set are shown, with the commands that read them.\n" +
    "Variables that stand for nothing are named on standard error.",
  options: {},
  examples: [
    ["labwire config", "which variables are set, and who reads them"],
    ["labwire config serve", "what a server would do"],
    ["labwire config serve --mode ack --max-clients 3", "with these options"],
    ["labwire config connect --json", "for a program"],
  ],
  async run(_values, [name, ...line], { emit }) {
    const { commandNamed } = await import("../lib/cli/command_named.ts");
    const { settingsOf, variablesIn } = await import("../lib/cli/settings.ts");
    const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
    const environment = Deno.env.toObject();
    const variables = variablesIn(environment, commands);
    const rows: SafeText[][] = [];
    const tell = (command: string, setting: Setting) => {
      const { option, variable, value, origin } = setting;
      emit?.({ event: "setting", command, option, variable, value, origin });
    };
    if (name === undefined) {
      for (const { variable, uses } of variables) {
        for (const { command, setting } of uses) tell(command, setting);
        const [first] = uses;
        if (!first) continue;
        const byProblem = Map.groupBy(uses, ({ problem }) => problem);
        const readers = Array.from(byProblem, ([problem, uses]) => {
          const names = uses.map(({ command }) => command).join(", ");
          return problem === undefined ? names : `${names} (${problem})`;
        });
        rows.push([safeText(variable), shown(first.setting), safeText(readers.join(", "))]);
      }
    } else {
      const read = (variable: string) => environment[variable];
      for (const setting of settingsOf(commandNamed(name, commands), line, read)) {
        const { option, variable, origin } = setting;
        tell(name, setting);
        const from = origin === "environment" ? variable : origin;
        rows.push([safeText(option), shown(setting), safeText(from)]);
      }
    }
    if (!emit) print(table(rows));
    for (const { variable, meant } of variables.filter(({ uses }) => uses.length === 0)) {
      tellUnknown(variable, meant, emit);
    }
    return Exit.done;
  },
});

function tellUnknown(variable: string, meant: string | undefined, emit: Context["emit"]): void {
  if (emit) return emit({ event: "unknown-variable", variable, meant });
  const remedy = meant === undefined ? "labwire help environment" : `did you mean ${meant}?`;
  note(safe`labwire: ${variable} stands for nothing (${remedy})`);
}

function shown({ secret, origin, value }: Setting): SafeText {
  if (secret) return origin === "default" ? safe`not set` : safe`set`;
  return value === undefined ? safe`not set` : value === "" ? safe`""` : safeText(value);
}

/** Columns as wide as they must be, the last one open. */
function table(rows: readonly SafeText[][]): SafeText[] {
  const widths = [0, 1].map((i) => Math.max(0, ...rows.map((row) => row[i].length)));
  return rows.map(([first, second, third]) =>
    safe`${first.padEnd(widths[0])}  ${second.padEnd(widths[1])}  ${third}`
  );
}
