import type { Command } from "./command.ts";

const PROMISE = "labwire: the socket lab in one executable.";
const VARIABLES = "Each option can come from the environment, too: labwire help environment.";

/** A command's help page: usage, what it does, options with defaults, examples. */
export function helpPage(command: Command): string {
  const usage = ["labwire", command.name, ...command.args, "[options]"].join(" ");
  const options = Object.entries(command.options).map(([name, option]) =>
    [
      (option.letter === undefined ? "" : `-${option.letter}, `) +
      `--${name}${option.value === undefined ? "" : ` ${option.value}`}`,
      option.help + (option.shown === undefined ? "" : ` (default ${option.shown})`),
    ] as const
  );
  return [
    `${command.summary}`,
    ...(command.about ? ["", command.about] : []),
    "",
    "Usage:",
    `  ${usage}`,
    "",
    "Options:",
    columns([...options, ["--help", "show this page"]]),
    "",
    VARIABLES,
    "",
    "Examples:",
    ...command.examples.flatMap(([line, what]) => [`  # ${what}`, `  ${line}`]),
    "",
  ].join("\n");
}

/** Something with a line of its own in the overview. */
export interface Named {
  /** As typed. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
}

/** The page of `labwire --help`. */
export function overviewPage(commands: readonly Named[], topics: readonly Named[]): string {
  const rows = (each: readonly Named[]) =>
    columns(each.map(({ name, summary }) => [name, summary] as const));
  return [
    PROMISE,
    "",
    "Usage:",
    "  labwire COMMAND [arguments] [options]",
    "",
    "Commands:",
    rows(commands),
    "",
    "Topics:",
    rows(topics),
    "",
    "  labwire help COMMAND      options and examples of a command, as --help behind it",
    "  labwire help TOPIC        a page on a topic",
    "  labwire --version         the version",
    "",
    "Begin with:",
    "  labwire serve             a chat room on 127.0.0.1:8000",
    "  labwire connect           join it, from a second terminal",
    "",
  ].join("\n");
}

/** Two columns; what is too wide for the first stands on a line of its own. */
function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.min(24, Math.max(...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) =>
    left.length > width
      ? `  ${left}\n  ${" ".repeat(width)}  ${right}`
      : `  ${left.padEnd(width)}  ${right}`
  ).join("\n");
}
