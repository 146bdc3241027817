/**
 * A script as data: what is to be done with a connection, one step after the other. The options of a
 * command line and the lines of a file are read by the same words.
 *
 * @module
 */
import { parseDuration } from "../base/duration.ts";
import { Exit, Failure, reasonOf } from "../base/errors.ts";
import { parseHex, parsePattern, type Pattern } from "./pattern.ts";
import { namesOf, parseTemplate, SAVED_NAME, type Template } from "./template.ts";

/** What a step may wait for. */
export type Until =
  | { readonly kind: "close" }
  | { readonly kind: "silence" }
  | { readonly kind: "messages"; readonly count: number }
  | { readonly kind: "time"; readonly ms: number };

/** What there is to do. */
export type Action =
  /** Sends a message, as if it were typed. */
  | { readonly type: "send"; readonly text: Template }
  /** Sends what a file holds, byte for byte; `-` is standard input. */
  | { readonly type: "send-file"; readonly path: string }
  /** Sends bytes. */
  | { readonly type: "send-hex"; readonly bytes: Uint8Array }
  /** Waits for what matches. */
  | { readonly type: "expect"; readonly pattern: Pattern }
  /** Says how long each step behind it may wait. */
  | { readonly type: "timeout"; readonly ms: number }
  /** Keeps what was matched last under a name. */
  | { readonly type: "save"; readonly name: string }
  /** Closes our sending side. */
  | { readonly type: "half-close" }
  /** Ends the connection by a reset. */
  | { readonly type: "reset" }
  /** Waits. */
  | { readonly type: "wait"; readonly until: Until };

/** A step, and how it is spoken of. */
export interface Step {
  /** What is to be done. */
  readonly action: Action;
  /** As it was written: `--expect "hello"`, or `lab.steps:3, expect "hello"`. */
  readonly label: string;
  /** What stands behind its word. */
  readonly text: string;
}

/** The words that begin a step, `--` in front of them on a command line. */
export const STEP_WORDS = [
  "send",
  "expect",
  "timeout",
  "save",
  "send-file",
  "send-hex",
  "half-close",
  "reset",
  "wait",
] as const;

/** One of {@linkcode STEP_WORDS}. */
export type StepWord = typeof STEP_WORDS[number];

/** What a timer can wait. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/**
 * Reads one step; `before` says where it stands: `--`, or `lab.steps:3, `.
 *
 * @throws {Failure} with the usage exit code.
 */
export async function parseStep(before: string, word: StepWord, text: string): Promise<Step> {
  const bare = word === "half-close" || word === "reset";
  const label = `${before}${word}${bare && text === "" ? "" : ` "${text}"`}`;
  try {
    return { action: await parseAction(word, text), label, text };
  } catch (error) {
    throw new Failure(`Cannot use ${label}: ${reasonOf(error)}`, Exit.usage, { cause: error });
  }
}

/**
 * Reads a script: a step a line, empty lines and lines that begin with `#` aside.
 *
 * @throws {Failure} with the usage exit code, and the line's number.
 */
export async function parseScript(name: string, script: string): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [i, line] of script.split("\n").entries()) {
    const [, word, text = ""] = /^\s*(\S*)(?:[ \t](.*?))?\r?$/s.exec(line)!;
    if (word === "" || word.startsWith("#")) continue;
    const known = STEP_WORDS.find((each) => each === word.toLowerCase());
    if (!known) {
      throw new Failure(`Cannot use ${name}:${i + 1}: "${word}" is no step`, Exit.usage, {
        remedy: `steps are ${STEP_WORDS.join(", ")}`,
      });
    }
    steps.push(await parseStep(`${name}:${i + 1}, `, known, text));
  }
  return steps;
}

/**
 * Looks whether steps make sense one after the other; `input`: standard input is read already.
 *
 * @throws {Failure} with the usage exit code at the first that does not.
 */
export function checkOrder(steps: readonly Step[], { input = false } = {}): void {
  const saved = new Set<string>();
  let matched = false, closed = "", inputs = input ? 1 : 0;
  for (const { action, label } of steps) {
    const refuse = (why: string, remedy?: string) =>
      new Failure(`Cannot use ${label}: ${why}`, Exit.usage, { remedy });
    for (const name of namesIn(action)) {
      if (!saved.has(name)) {
        const remedy = "write \\${ for these two characters";
        throw refuse(`no step before it saves "${name}"`, remedy);
      }
    }
    const sends = action.type.startsWith("send") || action.type === "half-close";
    if (closed === "reset") throw refuse("the connection is reset before");
    if (sends && closed !== "") throw refuse("our side is closed before");
    if (action.type === "save" && !matched) throw refuse("nothing is expected before it");
    if (action.type === "save") saved.add(action.name);
    if (action.type === "expect") matched = true;
    if (action.type === "send-file" && action.path === "-" && ++inputs > 1) {
      throw refuse("standard input can be read only once");
    }
    if (action.type === "half-close" || action.type === "reset") closed = action.type;
  }
}

async function parseAction(type: StepWord, text: string): Promise<Action> {
  const word = text.trim();
  switch (type) {
    case "send":
      return { type, text: parseTemplate(text) };
    case "expect":
      return { type, pattern: await parsePattern(text) };
    case "send-file":
      if (word === "") throw new Error("it names no file");
      return { type, path: word };
    case "send-hex":
      return { type, bytes: parseHex(text) };
    case "timeout":
      return { type, ms: timeOf(word) };
    case "save":
      if (!SAVED_NAME.test(word)) {
        throw new Error("a name is letters, digits and _, and begins with no digit");
      }
      return { type, name: word };
    case "half-close":
    case "reset":
      if (word !== "") throw new Error("nothing stands behind it");
      return { type };
    case "wait":
      return { type, until: untilOf(word) };
  }
}

function untilOf(word: string): Until {
  const kind = word.toLowerCase();
  if (kind === "close" || kind === "silence") return { kind };
  if (!/^\d+$/.test(word)) return { kind: "time", ms: timeOf(word) };
  const count = Number(word);
  if (count < 1 || count > 1e9) throw new Error("so many messages cannot be waited for");
  return { kind: "messages", count };
}

function timeOf(word: string): number {
  const ms = parseDuration(word);
  if (ms === undefined || ms > MOST_TIMER_MS) throw new Error("it is no time such as 500ms or 2s");
  return ms;
}

function namesIn(action: Action): string[] {
  if (action.type === "send") return namesOf(action.text);
  if (action.type !== "expect" || action.pattern.kind !== "literal") return [];
  return namesOf(action.pattern.template);
}
