/**
 * `deno task fuzz`: cases made from the shape of what labwire reads, against what must always hold.
 *
 *     deno task fuzz [--seed N] [--minutes M] [--target NAME[.CHECK]] [--path PATH]
 *
 * Says for each check how many cases it ran and from which seed. A find is shown shrunk, with the line
 * that shows it again, and makes the exit code 1. The time (one minute) is divided among the targets.
 *
 * @module
 */
import { type Check, type Outcome, run } from "./campaign.ts";
import { TARGETS } from "./targets/mod.ts";

interface Options {
  seed: number;
  minutes: number;
  target?: string;
  path?: string;
}

const USAGE =
  "Usage: deno task fuzz [--seed N] [--minutes M] [--target NAME[.CHECK]] [--path PATH]";

function parse(args: readonly string[]): Options {
  const options: Options = { seed: Date.now() % 2 ** 31, minutes: 1 };
  for (let i = 0; i < args.length; i += 2) {
    const value = args[i + 1] ?? "";
    if (args[i] === "--seed" && /^-?\d+$/.test(value)) options.seed = Number(value);
    else if (args[i] === "--minutes" && Number(value) > 0) options.minutes = Number(value);
    else if (args[i] === "--target" && value !== "") options.target = value;
    else if (args[i] === "--path" && /^[\d:]+$/.test(value)) options.path = value;
    else throw new Error(`Cannot read "${args[i]} ${value}"\n${USAGE}`);
  }
  return options;
}

/** The checks to run by their full names, each with its share of the time. */
function plan({ target, minutes }: Options): [name: string, check: Check, ms: number][] {
  const named = (name: string, full: string) =>
    target === undefined || target === name || target === full;
  const chosen = TARGETS.map(({ name, checks, weight = 1 }) => ({
    weight,
    checks: checks
      .map((check) => [`${name}.${check.name}`, check] as const)
      .filter(([full]) => named(name, full)),
  })).filter(({ checks }) => checks.length > 0);
  const share = minutes * 60_000 / chosen.reduce((sum, { weight }) => sum + weight, 0);
  return chosen.flatMap(({ checks, weight }) =>
    checks.map(([name, check]) =>
      [name, check, share * weight / checks.length] as [string, Check, number]
    )
  );
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
}

function report(name: string, seed: number, { cases, find }: Outcome): void {
  print(`${name}: ${cases.toLocaleString("en-US")} cases from seed ${seed}`);
  if (!find) return;
  print(`\n${find.report}\n`);
  const path = find.path === "" ? "" : ` --path ${find.path}`;
  print(`again: deno task fuzz --target ${name} --seed ${find.seed}${path}\n`);
}

if (import.meta.main) {
  const options = parse(Deno.args);
  const { seed, path } = options;
  const checks = plan(options);
  if (checks.length === 0) throw new Error(`Cannot find the target "${options.target}"\n${USAGE}`);
  let under = "", finds = 0, cases = 0;
  // What nobody awaits would end the process without a word about the seed.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    print(`${under}: a rejection that nobody awaits, in the run of --seed ${seed}`);
    print(event.reason instanceof Error ? event.reason.stack ?? "" : String(event.reason));
    finds++;
  });
  for (const [name, check, ms] of checks) {
    under = name;
    try {
      const outcome = await run(check, { seed, ms, path });
      report(name, seed, outcome);
      cases += outcome.cases;
      if (outcome.find) finds++;
    } catch (error) { // of what the cases share: a server that does not end as it should
      print(`${name}: after the cases of --seed ${seed}: ${error}`);
      finds++;
    }
  }
  print(`${cases.toLocaleString("en-US")} cases, ${finds} finds`);
  Deno.exit(finds === 0 ? 0 : 1);
}
