import { parseArgs } from "@std/cli/parse-args";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { Exit, Failure } from "../base/errors.ts";
import type { Command, Option } from "./command.ts";

/** What a command line says: values by option name, and the positional arguments. */
export interface Parsed {
  /** By option name; every option has one. */
  values: Record<string, unknown>;
  /** What stood between the options. */
  args: string[];
}

/**
 * Reads the arguments behind a command's name.
 *
 * @throws {Failure} with the usage exit code for an unknown option (with the nearest known one), a
 * missing or bad value, or too many arguments.
 */
export function parseCommandLine(command: Command, args: readonly string[]): Parsed {
  const switches: string[] = [], valued: string[] = [], alias: Record<string, string> = {};
  for (const [name, option] of Object.entries(command.options)) {
    (option.value === undefined ? switches : valued).push(name);
    if (option.letter !== undefined) alias[name] = option.letter;
  }
  const end = args.indexOf("--");
  const stray = args.slice(0, end < 0 ? args.length : end).find((word) => UNDERSCORE.test(word));
  if (stray !== undefined) throw unknownOption(command, stray, "_");
  const raw = parseArgs(joinEmpty(args, command.options), {
    boolean: switches,
    string: ["_", ...valued],
    alias,
    unknown: (argument, key) => {
      if (key === undefined) return true;
      throw unknownOption(command, argument, key);
    },
  });
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(command.options)) {
    const given = raw[name];
    values[name] = given === undefined || given === false
      ? option.initial
      : readValue(name, option, String(given), args);
  }
  const positionals = raw._.map(String);
  checkCount(command, positionals);
  return { values, args: positionals };
}

/** As an option, what parseArgs keeps under `_`, the arguments, and so takes for one that is known. */
const UNDERSCORE = /^--_(=|$)|^-[a-z]*_/i;

function unknownOption({ name, options }: Command, word: string, key: string): Failure {
  const near = suggest(key, Object.keys(options), "--");
  return new Failure(`Cannot read the options: unknown option ${word.split("=")[0]}`, Exit.usage, {
    remedy: near ?? `labwire ${name} --help shows them`,
  });
}

/** An empty word behind an option is its value, which parseArgs takes for an argument. */
function joinEmpty(args: readonly string[], options: Command["options"]): string[] {
  const words: string[] = [];
  for (const word of args) {
    const last = words.at(-1);
    const option = Object.entries(options).find(([name, { letter, value }]) =>
      value !== undefined && (last === `--${name}` || last === `-${letter}`)
    );
    if (word === "" && option) words[words.length - 1] = `--${option[0]}=`;
    else words.push(word);
  }
  return words;
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

function readValue(name: string, option: Option<unknown>, given: string, args: readonly string[]) {
  const spelt = (each: string) => each === `--${name}` || each === `-${option.letter}`;
  const missing = given === "" && args[args.findIndex(spelt) + 1] !== "" &&
    !args.includes(`--${name}=`);
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

/** `did you mean …?` with the nearest of `known`, if one is near enough to be meant. */
export function suggest(
  word: string,
  known: readonly string[],
  prefix: string,
): string | undefined {
  let nearest: string | undefined, least = Infinity;
  for (const each of known) {
    // Two letters that changed places are one slip, and the commonest.
    const swapped = lettersOf(word) === lettersOf(each);
    const distance = swapped ? 1 : levenshteinDistance(word.toLowerCase(), each);
    if (distance < least) [nearest, least] = [each, distance];
  }
  if (nearest === undefined || least > Math.max(1, nearest.length / 3)) return undefined;
  return `did you mean ${prefix}${nearest}?`;
}

function lettersOf(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}
