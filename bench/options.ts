/**
 * What `deno task bench` is asked for.
 *
 * @module
 */

/** In the order in which they are measured. */
export const PARTS = [
  "echo",
  "chat",
  "growth",
  "memory",
  "ciphers",
  "startup",
  "transfer",
] as const;

export type PartName = typeof PARTS[number];

export interface Options {
  readonly runs: number;
  /** Short works, once: shows that all can be measured, not what they reach. */
  readonly quick: boolean;
  readonly parts: readonly PartName[];
}

const USAGE = `Usage: deno task bench [--runs N] [--quick] [--only PART[,PART…]]…
Parts: ${PARTS.join(", ")}`;

/** Reads a command line; what is not understood is an error that shows the usage. */
export function parseOptions(args: readonly string[]): Options {
  let runs: number | undefined, quick = false;
  const chosen = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--quick") {
      quick = true;
      continue;
    }
    const value = args[++i] ?? "";
    const names = value.split(",");
    if (args[i - 1] === "--runs" && /^[1-9]\d?$/.test(value)) runs = Number(value);
    else if (args[i - 1] === "--only" && names.every(isPart)) names.forEach((p) => chosen.add(p));
    else throw new Error(`Cannot read "${args[i - 1]} ${value}"\n${USAGE}`);
  }
  const parts = PARTS.filter((part) => chosen.size === 0 || chosen.has(part));
  return { runs: runs ?? (quick ? 1 : 5), quick, parts };
}

function isPart(name: string): boolean {
  return PARTS.some((part) => part === name);
}
