/**
 * Manual pages in the language of man(7), made from the commands' own tables.
 *
 * @module
 */
import type { Command, Option } from "./command.ts";
import { variableOf } from "./parse.ts";
import { OTHER_VARIABLES, SYSTEM_VARIABLES } from "./topics/environment.ts";
import { EXIT_CODES } from "./topics/exit_codes.ts";

/** What a page says of its making. */
export interface Edition {
  /** Of labwire. */
  readonly version: string;
  /** The day of the page, `2026-03-01`. */
  readonly date: string;
}

const ROFF: Record<string, string> = {
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** The page labwire(1) of all commands. */
export function programManual(commands: readonly Command[], edition: Edition): string {
  return page("labwire", "the socket lab in one executable", edition, [
    [".SH SYNOPSIS", ".B labwire", ".I command", "[\\fIarguments\\fR] [\\fIoptions\\fR]"],
    [
      ".SH DESCRIPTION",
      ...paragraph(
        "A chat room, a reverse echo, a file server and their clients, for nc, browsers and plain " +
          "programs, and for each other. labwire help TOPIC explains dialects, addresses, ciphers, " +
          "events and what nc and socat call the same.",
      ),
    ],
    [
      ".SH COMMANDS",
      ...commands.flatMap((command) => [
        `.SS ${bare(usage(command))}`,
        ...paragraph(`${command.summary}.`),
        ...optionsOf(command),
      ]),
    ],
    ...common,
    [".SH EXAMPLES", ...examplesOf(commands.flatMap(({ examples }) => examples.slice(0, 1)))],
    [".SH SEE ALSO", `.BR nc (1),`, `.BR curl (1)`],
  ]);
}

/** The page of one command, labwire-serve(1) for example. */
export function commandManual(command: Command, edition: Edition): string {
  const { name, summary, about, examples } = command;
  const [first, ...rest] = summary;
  return page(`labwire-${name}`, first.toLowerCase() + rest.join(""), edition, [
    [
      ".SH SYNOPSIS",
      `.B ${bare(`labwire ${name}`)}`,
      ...command.args.map(bare),
      "[\\fIoptions\\fR]",
    ],
    [".SH DESCRIPTION", ...paragraph(about ?? `${summary}.`)],
    [".SH OPTIONS", ...optionsOf(command)],
    ...common,
    [".SH EXAMPLES", ...examplesOf(examples)],
    [".SH SEE ALSO", ".BR labwire (1)"],
  ]);
}

const common: readonly (readonly string[])[] = [
  [
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => [".TP", `.B ${code}`, bare(meaning)]),
  ],
  [
    ".SH ENVIRONMENT",
    ...paragraph(
      "Each option has a variable, named with it above. The option comes first, then the " +
        "variable, then the default.",
    ),
    ...[...OTHER_VARIABLES.map(({ name, about }) => [name, about]), ...SYSTEM_VARIABLES].flatMap(
      ([name, about]) => [".TP", `.B ${bare(name)}`, bare(about)],
    ),
  ],
  [
    ".SH FILES",
    ".TP",
    ".I ~/.local/state/labwire",
    "what outlives a command: the certificate of \\fB\\-\\-tls\\-self\\-signed\\fR",
  ],
];

function page(
  name: string,
  summary: string,
  { version, date }: Edition,
  sections: readonly (readonly string[])[],
): string {
  return [
    '.\\" Made by labwire man from the table of its commands.',
    `.TH ${name.toUpperCase().replaceAll("-", "\\-")} 1 "${date}" "labwire ${
      bare(version)
    }" "User Commands"`,
    ".SH NAME",
    `${bare(name)} \\- ${bare(summary)}`,
    ...sections.flat(),
    "",
  ].join("\n");
}

function usage({ name, args }: Command): string {
  return ["labwire", name, ...args, "[options]"].join(" ");
}

function optionsOf({ options }: Command): string[] {
  return Object.entries(options).flatMap(([name, option]) => [
    ".TP",
    spelling(name, option),
    bare(`${option.help}${notes(name, option)}`),
  ]);
}

/** `\fB\-o\fR, \fB\-\-output\fR \fIDIR\fR` */
function spelling(name: string, { letter, value }: Option<unknown>): string {
  const names = letter === undefined ? [`--${name}`] : [`-${letter}`, `--${name}`];
  return names.map((each) => `\\fB${bare(each)}\\fR`).join(", ") +
    (value === undefined ? "" : ` \\fI${bare(value)}\\fR`);
}

function notes(name: string, { shown, secret, many }: Option<unknown>): string {
  const parts = [
    ...(shown === undefined ? [] : [`default ${shown}`]),
    ...(many ? ["may repeat"] : []),
    ...(secret ? [] : [variableOf(name)]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

function examplesOf(examples: Command["examples"]): string[] {
  return examples.flatMap(([line, what], i) => [
    ...(i > 0 ? [".PP"] : []),
    bare(`${what}:`),
    ".PP",
    ".RS 4",
    ".nf",
    bare(line),
    ".fi",
    ".RE",
  ]);
}

function paragraph(text: string): string[] {
  return text.split("\n").map(bare);
}

/** A line of text that roff sets as it stands. */
function bare(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replace(/[-'`^~]/g, (character) => ROFF[character])
    .replace(
      /\P{ASCII}/gu,
      (character) =>
        `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return /^[.]/.test(escaped) ? `\\&${escaped}` : escaped;
}
