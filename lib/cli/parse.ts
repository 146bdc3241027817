import { parseArgs } from "@std/cli/parse-args";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { Exit, Failure } from "../base/errors.ts";
import type { Command, Option } from "./command.ts";

/** Where a value comes from; the first of them that has one decides. */
export type Origin = "option" | "environment" | "default";

/** What a command line says: values by option name, and the positional arguments. */
export interface Parsed {
  /** By option name; every option has one. */
  values: Record<string, unknown>;
  /** What stood between the options. */
  args: string[];
  /** Where each value comes from. */
  origins: Record<string, Origin>;
  /** What was given for it, as text; a switch is `yes` or `no`. Absent where the default decides. */
  texts: Record<string, readonly string[] | undefined>;
}

/** Reads a variable of the environment. */
export type Environment = (name: string) => string | undefined;

/** The variable that stands for an option: `--max-clients` is `LABWIRE_MAX_CLIENTS`. */
export function variableOf(option: string): string {
  return `LABWIRE_${option.replaceAll("-", "_").toUpperCase()}`;
}

/**
 * Reads the arguments behind a command's name; what they do not say, `environment` may.
 *
 * @throws {Failure} with the usage exit code for an unknown option (with the nearest known one), a
 * missing or bad value, or too many arguments.
 */
export function parseCommandLine(
  command: Command,
  line: readonly string[],
  environment: Environment = () => undefined,
): Parsed {
  const { options } = command;
  const first = command.through ? line.findIndex((word) => !word.startsWith("-")) >>> 0 : Infinity;
  // Behind the command whose line it is, our own options are ours, too.
  const args = line.filter((word, i) => i < first || namesIn(word, options).length > 0);
  const switches: string[] = [], valued: string[] = [], collect: string[] = [];
  const alias: Record<string, string> = {};
  for (const [name, option] of Object.entries(options)) {
    (option.value === undefined ? switches : valued).push(name);
    if (option.letter !== undefined) alias[name] = option.letter;
    if (option.many) collect.push(name);
  }
  const end = args.indexOf("--");
  const stray = args.slice(0, end < 0 ? args.length : end).find((word) => UNDERSCORE.test(word));
  if (stray !== undefined) throw unknownOption(command, stray, "_");
  const { words, places } = joinValues(args, options);
  const raw = parseArgs(words, {
    boolean: switches,
    string: ["_", ...valued],
    collect,
    alias,
    unknown: (argument, key) => {
      if (key === undefined) return true;
      throw unknownOption(command, argument, key);
    },
  });
  const values: Parsed["values"] = {}, origins: Parsed["origins"] = {};
  const texts: Parsed["texts"] = {};
  for (const [name, option] of Object.entries(options)) {
    const at = places.get(name);
    const variable = option.secret ? undefined : environment(variableOf(name)) || undefined;
    const given = at ? [raw[name]].flat().map(String) : variable === undefined ? [] : [variable];
    const yes = (text: string) => option.read(text) ? "yes" : "no";
    if (given.length > 0) texts[name] = option.value === undefined ? given.map(yes) : given;
    origins[name] = at ? "option" : variable === undefined ? "default" : "environment";
    if (at && option.many) {
      const given = raw[name] as unknown[];
      values[name] = given.map((each, i) => ({
        at: at[i],
        value: readValue(name, option, String(each), args.slice(at[i], at[i] + 2)),
      }));
    } else if (at) {
      const last = at.at(-1)!;
      values[name] = readValue(name, option, String(raw[name]), args.slice(last, last + 2));
    } else if (variable === undefined) values[name] = option.initial;
    else {
      const value = readVariable(name, option, variable);
      values[name] = option.many ? [{ at: -1, value }] : value;
    }
  }
  const positionals = command.through ? line.slice(first) : raw._.map(String);
  checkCount(command, positionals);
  return { values, args: positionals, origins, texts };
}

/** As an option, what parseArgs keeps under `_`, the arguments, and so takes for one that is known. */
const UNDERSCORE = /^--_(=|$)|^-[a-z]*_/i;

function unknownOption({ name, options }: Command, word: string, key: string): Failure {
  const near = suggest(key, Object.keys(options), "--");
  return new Failure(`Cannot read the options: unknown option ${word.split("=")[0]}`, Exit.usage, {
    remedy: near ?? `labwire ${name} --help shows them`,
  });
}

/**
 * The words with the value of each option joined to it, `--name=value`, so that a value may be empty or
 * begin with a dash, unless it is spelt like one of these options; and where each option stands.
 */
function joinValues(
  args: readonly string[],
  options: Command["options"],
): { words: string[]; places: Map<string, number[]> } {
  const words: string[] = [], places = new Map<string, number[]>();
  const end = args.indexOf("--") >>> 0;
  let waiting: string | undefined; // the option whose value is the next word
  for (const [at, word] of args.entries()) {
    const names = at < end ? namesIn(word, options) : [];
    if (waiting !== undefined && names.length === 0 && at < end) {
      words[words.length - 1] = `--${waiting}=${word}`;
      waiting = undefined;
      continue;
    }
    for (const name of names) places.set(name, [...places.get(name) ?? [], at]);
    const last = names.at(-1);
    const alone = last !== undefined && (word === `--${last}` || /^-[^-]$/.test(word));
    waiting = alone && options[last].value !== undefined ? last : undefined;
    words.push(word);
  }
  return { words, places };
}

/** The options that a word spells: `--name`, `--name=value`, `-n`, or several letters. */
function namesIn(word: string, options: Command["options"]): string[] {
  const long = /^--([^=]+)/.exec(word)?.[1];
  if (long !== undefined) return Object.hasOwn(options, long) ? [long] : [];
  const names: string[] = [];
  for (const letter of /^-([a-z]+)/i.exec(word)?.[1] ?? "") {
    const found = Object.entries(options).find(([, option]) => option.letter === letter);
    if (!found) return names.length > 0 && options[names.at(-1)!].value !== undefined ? names : [];
    names.push(found[0]);
    if (found[1].value !== undefined) break; // what follows is its value
  }
  return names;
}

function checkCount({ name, args }: Command, given: readonly string[]): void {
  const remedy = `usage: labwire ${[name, ...args].join(" ")}`;
  const missing = args.find((arg, i) => !arg.startsWith("[") && i >= given.length);
  if (missing !== undefined) {
    throw new Failure(`Cannot run ${name}: ${missing.replace("...", "")} is missing`, Exit.usage, {
      remedy,
    });
  }
  if (given.length > args.length && !args.at(-1)?.includes("...")) {
    throw new Failure(
      `Cannot use the argument "${given[args.length]}": there is one too many`,
      Exit.usage,
      { remedy },
    );
  }
}

/** Reads what was given by two words, the option and what is behind it, or by the first alone. */
function readValue(
  name: string,
  option: Option<unknown>,
  given: string,
  [word, next]: readonly string[],
) {
  const missing = given === "" && next !== "" && word !== `--${name}=`;
  const value = missing ? undefined : option.read(given);
  if (value !== undefined) return value;
  throw new Failure(
    `Cannot use --${name}: ${missing ? "it has no value" : `"${given}" is not ${option.wanted}`}`,
    Exit.usage,
    {
      remedy: missing ? `it takes ${option.wanted}` : suggest(given, option.choices ?? [], ""),
    },
  );
}

function readVariable(name: string, option: Option<unknown>, given: string): unknown {
  const value = option.read(given);
  if (value !== undefined) return value;
  throw new Failure(
    `Cannot use ${variableOf(name)}: "${given}" is not ${option.wanted}`,
    Exit.usage,
    { remedy: suggest(given, option.choices ?? [], "") ?? "it stands in the environment" },
  );
}

/** `did you mean …?` with the nearest of `known`, if one is near enough to be meant. */
export function suggest(
  word: string,
  known: readonly string[],
  prefix: string,
): string | undefined {
  const near = nearest(word, known);
  return near === undefined ? undefined : `did you mean ${prefix}${near}?`;
}

/** The nearest of `known`, if it is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined, least = Infinity;
  for (const each of known) {
    // Two letters that changed places are one slip, and the commonest.
    const swapped = lettersOf(word) === lettersOf(each);
    const distance = swapped ? 1 : levenshteinDistance(word.toLowerCase(), each);
    if (distance < least) [nearest, least] = [each, distance];
  }
  return nearest === undefined || least > Math.max(1, nearest.length / 3) ? undefined : nearest;
}

function lettersOf(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}
