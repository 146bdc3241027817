/**
 * What the fuzzer runs, and for how long: checks of targets, case by case, until time is up.
 *
 * @module
 */
import fc from "fast-check";

/** Something that must hold for every case; fast-check makes the cases and shrinks a find. */
export type Property = fc.IProperty<unknown> | fc.IAsyncProperty<unknown>;

/** A property, and what it needs meanwhile. */
export interface Check {
  /** As in `--target`, behind the target's name and a dot. */
  readonly name: string;
  /** Prepares what the cases share, such as a server; its last check is made as it is disposed of. */
  open(): Promise<Ground> | Ground;
}

/** A check that can run. */
export interface Ground extends Partial<AsyncDisposable> {
  readonly property: Property;
}

/** A part of labwire that is fuzzed. */
export interface Target {
  /** As in `--target`. */
  readonly name: string;
  readonly checks: readonly Check[];
  /** Its share of the time, against 1 of the others: cases that wait for a socket are few. */
  readonly weight?: number;
}

/** A check whose cases share nothing. */
export function pure<Ts extends [unknown, ...unknown[]]>(
  name: string,
  ...property: Parameters<typeof fc.property<Ts>>
): Check {
  return { name, open: () => ({ property: fc.property<Ts>(...property) as unknown as Property }) };
}

/** How a check is run. */
export interface RunOptions {
  /** The first round's seed; each round's is one more. */
  seed: number;
  /** Milliseconds after which no new round begins. */
  ms: number;
  /** Where in the round of that seed a find lies: this case alone is run. */
  path?: string;
  /** Cases in a round. */
  round?: number;
}

/** What came of it. */
export interface Outcome {
  readonly cases: number;
  /** The first find, shrunk, with the seed and the path to see it again. */
  readonly find?: { seed: number; path: string; report: string };
}

/** What one case may take: one that hangs is a find. */
const CASE_MS = 20_000;

/** What shrinking a find may take at most. */
const SHRINK_MS = 60_000;

/** Characters of a find that are shown: more of it is had by its path. */
const SHOWN_CHARACTERS = 4000;

/** Runs a check until its time is up or it finds something. */
export async function run(
  check: Check,
  { seed, ms, path, round = 100 }: RunOptions,
): Promise<Outcome> {
  const until = performance.now() + ms;
  const ground = await check.open();
  let outcome: Outcome = { cases: 0 };
  try {
    do {
      const details = await fc.check(ground.property, {
        seed,
        path,
        numRuns: round,
        timeout: CASE_MS,
        interruptAfterTimeLimit: Math.max(until - performance.now(), 0) + SHRINK_MS,
      });
      const cases = outcome.cases + details.numRuns;
      if (!details.failed) outcome = { cases };
      else {
        const shown = readable(fc.stringify(details.counterexample)).slice(0, SHOWN_CHARACTERS);
        const { errorInstance: error } = details;
        const why = error instanceof Error ? error.stack ?? error.message : String(error);
        const report = `${shown}\nshrunk ${details.numShrinks} times\n\n${why}`;
        return { cases, find: { seed, path: details.counterexamplePath ?? "", report } };
      }
      seed++;
    } while (path === undefined && performance.now() < until);
  } finally {
    await ground[Symbol.asyncDispose]?.();
  }
  return outcome;
}

/** The same with bytes as text, Latin-1 where they are not ASCII. */
function readable(shown: string): string {
  return shown.replace(/Uint8Array\.from\(\[([\d,]*)\]\)/g, (_, all: string) => {
    const codes = all.split(",").filter((code) => code !== "").map(Number);
    return `bytes(${JSON.stringify(codes.map((code) => String.fromCharCode(code)).join(""))})`;
  });
}
