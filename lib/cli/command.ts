/**
 * A command is a value: the parser, the help page and the did-you-mean all read that one value.
 *
 * @module
 */
import { parseDuration } from "../base/duration.ts";
import type { Emit } from "../base/events.ts";
import type { Log } from "../base/log.ts";
import type { RateLimit } from "../base/rate.ts";

/** What an option is and how its text becomes a value of type `T`. */
export interface Option<T> {
  /** One line for the help page. */
  readonly help: string;
  /** What stands for the value in help, such as `N` or `FILE`; absent on a switch. */
  readonly value?: string;
  /** Shown as the default in help. */
  readonly shown?: string;
  /** The value when the option is not given. */
  readonly initial: T;
  /** Reads the text; returns `undefined` when it is no value of this option. */
  readonly read: (text: string) => T | undefined;
  /** What a good value is, for the error: `a whole number from 1`. */
  readonly wanted: string;
  /** All good values, where they can be counted. */
  readonly choices?: readonly string[];
  /** The letter that stands for the name, behind a single dash. */
  readonly letter?: string;
  /** May be given again and again; its value is an array of {@linkcode Given}. */
  readonly many?: boolean;
  /** Never shown; the environment may hold what it stands for, and is read by whoever wants that. */
  readonly secret?: boolean;
}

/** One value of an option that may be given many times. */
export interface Given<T> {
  /** Where it stood among the words of the command line; -1 if the environment gave it. */
  readonly at: number;
  /** What was given. */
  readonly value: T;
}

/** Options by long name, of any types. */
// deno-lint-ignore no-explicit-any
export type Options = Record<string, Option<any>>;

/** The values of a table of options. */
export type Values<O extends Options> = {
  [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** What a command gets from outside: only `main.ts` touches signals and the exit code. */
export interface Context {
  /** Aborts when the user or the system asks to stop. */
  signal: AbortSignal;
  /** Aborts when asked a second time: cut everything short. */
  cut: AbortSignal;
  /** Asks to stop, as Ctrl-C does. */
  stop: () => void;
  /** Prints an event; there under `--json` only, and then nothing else goes to standard output. */
  emit?: Emit;
  /** One line on standard error. */
  log: Log;
  /** Calls `act` when the system asks to read settings again (SIGHUP), until disposed. */
  onReload: (act: () => void) => Disposable;
}

/** One subcommand. */
export interface Command<O extends Options = Options> {
  /** As typed. */
  readonly name: string;
  /** One line, in the imperative. */
  readonly summary: string;
  /** Names of the positional arguments, as shown: `FILE`, `[ADDRESS]` may be missing, `PATH...` is one or more. */
  readonly args: readonly string[];
  /** From the first argument on, words are taken as they are: another command's line. */
  readonly through?: boolean;
  /** What a user should know beyond the summary. */
  readonly about?: string;
  /** By long name, without dashes. */
  readonly options: O;
  /** Each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Does the work; resolves to the exit code. */
  run(values: Values<O>, args: string[], context: Context): Promise<number>;
}

/** What every command takes. */
export type CommonOptions = {
  /** Events for programs, by {@linkcode Context.emit}. */
  json: Option<boolean>;
};

/** Keeps the option types of a command literal, and adds what every command takes. */
export function defineCommand<O extends Options>(command: Command<O>): Command<O & CommonOptions> {
  const json = flag("print events for programs, one JSON object a line (labwire schema)");
  return { ...command, options: { ...command.options, json } };
}

/** A switch: on when given. */
export function flag(help: string): Option<boolean> {
  const read = (text: string) =>
    /^(true|1|yes|on)$/i.test(text) || (/^(false|0|no|off)$/i.test(text) ? false : undefined);
  return { help, initial: false, read, wanted: "yes or no" };
}

/** A text, such as a name or a path. */
export function text(value: string, help: string): Option<string | undefined> {
  return { help, value, initial: undefined, read: (text) => text, wanted: "a text" };
}

/** A whole number within bounds. */
export function count(
  value: string,
  help: string,
  { initial, least = 1, most = 1e9 }: { initial: number; least?: number; most?: number },
): Option<number> {
  return {
    help,
    value,
    initial,
    shown: String(initial),
    read: (text) => {
      const number = Number(text);
      return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined;
    },
    wanted: most < 1e9 ? `a whole number from ${least} to ${most}` : `a whole number from ${least}`,
  };
}

/** The same option with a letter that stands for its name. */
export function short<T>(letter: string, option: Option<T>): Option<T> {
  return { ...option, letter };
}

/** The same option without a value while it is not given. */
export function optional<T>(option: Option<T>): Option<T | undefined> {
  return { ...option, initial: undefined, shown: undefined };
}

/** An option that may be given many times, and keeps its place among the others. */
export function many<T>(option: Option<T>): Option<readonly Given<Exclude<T, undefined>>[]> {
  // The parser reads each value by `read` and puts them in an array.
  const { help, value, wanted, choices, letter, read } = option;
  return { help, value, wanted, choices, letter, read: read as never, many: true, initial: [] };
}

/** The same option, never shown, and not read from the environment by the parser. */
export function hidden<T>(option: Option<T>): Option<T> {
  return { ...option, secret: true };
}

/** A size such as `500`, `64K`, `10M` or `1.5GiB`, in binary units; its value is bytes. */
export function size(value: string, help: string, initialBytes: number): Option<number> {
  const units = ["", "K", "M", "G", "T"];
  let shown = initialBytes, unit = 0;
  for (; shown % 1024 === 0 && shown > 0 && unit < units.length - 1; unit++) shown /= 1024;
  return {
    help,
    value,
    initial: initialBytes,
    shown: `${shown}${units[unit]}`,
    read: (text) => {
      const match = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text);
      return match
        ? Math.floor(Number(match[1]) * 1024 ** units.indexOf(match[2].toUpperCase()))
        : undefined;
    },
    wanted: "a size such as 500K, 10M or 1G",
  };
}

/** What a timer can wait: one that is set to more goes off at once. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/** A span of time such as `500ms`, `2s`, `1m`, or plain milliseconds; its value is milliseconds. */
export function duration(value: string, help: string, initialMs: number): Option<number> {
  return {
    help,
    value,
    initial: initialMs,
    shown: `${initialMs}ms`,
    read: (text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms <= MOST_TIMER_MS ? ms : undefined;
    },
    wanted: "a time such as 50ms or 2s, at most 24 days",
  };
}

/** So many messages, or bytes, in a second: `20`, `64K/s` or both, `20,64K/s`. */
export function rate(help: string): Option<RateLimit | undefined> {
  const bytes = size("", "", 0);
  return {
    help,
    value: "RATE",
    initial: undefined,
    read: (text) => {
      const limit: RateLimit = {};
      for (const part of text.split(",")) {
        if (/^\d+$/.test(part) && Number(part) > 0) limit.messages = Number(part);
        else if (/[a-z]\/s$/i.test(part) && (bytes.read(part.slice(0, -2)) ?? 0) > 0) {
          limit.bytes = bytes.read(part.slice(0, -2));
        } else return undefined;
      }
      return limit;
    },
    wanted: "a rate such as 20 (messages), 64K/s or 20,64K/s",
  };
}

/** One of a few words. */
export function choice<T extends string, I extends T | undefined>(
  choices: readonly T[],
  help: string,
  initial: I,
): Option<T | I> {
  return {
    help,
    value: choices.join("|"),
    initial,
    shown: initial,
    choices,
    read: (text) => choices.find((each) => each === text),
    wanted: `one of ${choices.join(", ")}`,
  };
}
