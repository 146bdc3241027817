/**
 * The options that make `connect` a script: what to send, and what to expect.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import {
  duration,
  flag,
  type Given,
  many,
  type Option,
  short,
  text,
} from "../../lib/cli/command.ts";
import type { Dialect } from "../../lib/wire/dialect.ts";
import type { StepWord } from "../../lib/steps/step.ts";
import type { Script } from "./script.ts";

const wait: Option<string | undefined> = {
  ...text("close|silence|N|TIME", "wait for the end, a silence, N messages more, or so long"),
  choices: ["close", "silence"],
};

/** Steps, by the word that each is in a file, too; they are done in the order of the command line. */
const words = {
  send: many(
    text("TEXT", "send a message; \\n \\r \\t \\0 \\\\ \\xNN \\u{…} and ${NAME} mean something"),
  ),
  expect: many(text("PATTERN", "wait for a text, /regex/ or hex:0d0a in what comes")),
  timeout: many(
    duration(
      "TIME",
      "how long each step may wait, 10s unless given",
      0,
    ),
  ),
  save: many(text("NAME", "keep what was expected last, or its first group, and print it")),
  "send-file": many(text("FILE", "send what a file holds, byte for byte; - is standard input")),
  "send-hex": many(text("HEX", "send bytes such as 48656c6c6f, over raw and text")),
  "half-close": many(flag("close our sending side here")),
  reset: many(flag("end with a reset here (RST)")),
  wait: many(wait),
} as const satisfies Record<StepWord, unknown>;

/** All that belongs to a script. */
export const stepOptions = {
  ...words,
  script: many(
    text("FILE", "do the steps in a file, one a line without dashes; - is standard input"),
  ),
  quiet: short("q", flag("print what was saved, not what the server says")),
};

/** The values of {@linkcode stepOptions}. */
export type StepValues =
  & Record<StepWord | "script", readonly Given<string | boolean | number>[]>
  & { quiet: boolean; dialect: Dialect; reconnect: boolean };

/** A step as it was given, or a file of them. */
export interface GivenStep {
  word: StepWord | "script";
  text: string;
}

/**
 * Reads the steps, all of them before anything is done; undefined when there are none.
 *
 * @throws {Failure} with the usage exit code at what is no step, or out of place.
 */
export async function scriptOf(values: StepValues): Promise<Script | undefined> {
  const given = [...Object.keys(words) as StepWord[], "script" as const]
    .flatMap((word) => values[word].map(({ at, value }) => ({ at, word, value })))
    .filter(({ value }) => value !== false)
    .sort((a, b) => a.at - b.at);
  if (given.every(({ word }) => word === "timeout")) {
    const idle = values.quiet ? "quiet" : given.some(({ at }) => at >= 0) ? "timeout" : undefined;
    if (idle === undefined) return undefined;
    throw new Failure(`Cannot use --${idle}: there is no step that it is for`, Exit.usage, {
      remedy: "add --send or --expect",
    });
  }
  if (values.reconnect) {
    throw new Failure("Cannot use --reconnect: steps hold for one connection", Exit.usage);
  }
  const { Script } = await import("./script.ts");
  const steps = given.map(({ word, value }) => ({ word, text: textOf(value) }));
  return await Script.read(steps, values);
}

function textOf(value: string | boolean | number): string {
  return typeof value === "number" ? `${value}ms` : value === true ? "" : `${value}`;
}
