/**
 * What a shell has to know to complete a command line, made from the commands' own tables. Each file
 * of `shells/` writes it down in the words of one shell, so that a Tab starts no labwire.
 *
 * @module
 */
import type { Command, Option } from "./command.ts";

/** A word that can stand somewhere, and what a shell may say of it. */
export interface Word {
  /** As typed. */
  readonly word: string;
  /** What a shell may say of it. */
  readonly help?: string;
}

/** What a value can be: one of these words, a file, a folder, or what no shell can know. */
export type Candidates = readonly Word[] | "file" | "folder" | "any";

/** An option as a shell sees it. */
export interface CompletedOption {
  /** With its dashes, the longest first: `--output`, `-o`. */
  readonly spellings: readonly string[];
  /** One line. */
  readonly help: string;
  /** What stands for the value in help; absent on a switch. */
  readonly value?: string;
  /** What the value can be; absent on a switch. */
  readonly takes?: Candidates;
  /** May be given again. */
  readonly many: boolean;
}

/** An argument as a shell sees it. */
export interface CompletedArgument {
  /** As in help, without its marks. */
  readonly name: string;
  /** What it can be. */
  readonly takes: Candidates;
  /** It may be missing. */
  readonly optional: boolean;
  /** All further arguments are as this one. */
  readonly many: boolean;
}

/** A command as a shell sees it. */
export interface CompletedCommand extends Word {
  /** Its summary. */
  readonly help: string;
  /** In the order of help, `--help` last. */
  readonly options: readonly CompletedOption[];
  /** In their order. */
  readonly args: readonly CompletedArgument[];
  /** What follows is a command line of its own, of another command. */
  readonly through: boolean;
}

/**
 * The commands as a shell sees them. `words` says what can stand for an argument or a value, by the
 * word that stands for it in help: `{ SHELL: [{ word: "bash" }, …] }`.
 */
export function completionOf(
  commands: readonly Command[],
  words: Record<string, readonly Word[]> = {},
): CompletedCommand[] {
  const known = (name: string) => Object.hasOwn(words, name) ? words[name] : pathIn(name);
  return commands.map(({ name, summary, options, args, through = false }) => ({
    word: name,
    help: summary,
    options: [
      ...Object.entries(options).map(([name, option]) => completed(name, option, known)),
      { spellings: ["--help", "-h"], help: "show options and examples", many: false },
    ],
    args: args.map((shown) => {
      const name = shown.replace(/[[\].]/g, "");
      const many = shown.includes("...");
      return { name, takes: known(name), optional: shown.startsWith("["), many };
    }),
    through,
  }));
}

function completed(
  name: string,
  { help, value, choices, letter, many = false }: Option<unknown>,
  known: (name: string) => Candidates,
): CompletedOption {
  const spellings = letter === undefined ? [`--${name}`] : [`--${name}`, `-${letter}`];
  if (value === undefined) return { spellings, help, many };
  return {
    spellings,
    help,
    value,
    takes: choices?.map((word) => ({ word })) ?? known(value),
    many,
  };
}

function pathIn(name: string): Candidates {
  if (name === "FILE" || name === "PATH") return "file";
  return name === "DIR" ? "folder" : "any";
}

/**
 * What the values of options can be, by `COMMAND:SPELLING`; `*:SPELLING` where all commands that have
 * the option mean the same by it. A switch is not among them.
 */
export function valuesOf(commands: readonly CompletedCommand[]): Map<string, Candidates> {
  const meanings = new Map<string, Map<string, Candidates | undefined>>();
  for (const { word, options } of commands) {
    for (const { spellings, takes } of options) {
      for (const each of spellings) {
        if (!meanings.has(each)) meanings.set(each, new Map());
        meanings.get(each)!.set(word, takes);
      }
    }
  }
  const values = new Map<string, Candidates>();
  for (const [spelling, byCommand] of meanings) {
    const one = new Set(Array.from(byCommand.values(), (takes) =>
      JSON.stringify(takes))).size === 1;
    for (const [command, takes] of byCommand) {
      if (takes !== undefined) values.set(`${one ? "*" : command}:${spelling}`, takes);
    }
  }
  return values;
}

/** A text in single quotes, as bash and zsh read them. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
