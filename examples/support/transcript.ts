/**
 * How the demo tells its story.
 *
 * @module
 */

let steps = 0, failed = 0, passed = 0;

/** Begins a step. */
export function heading(title: string, about: string): void {
  write(`\n${++steps}. ${bold(title)}\n   ${about}\n`);
}

/** Tells one step; when it breaks off, that is a claim that does not hold. */
export async function step(tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    check(error instanceof Error ? error.message : String(error), () => false);
  }
}

/** Shows a command as a person would type it. */
export function command(args: string[]): void {
  const quoted = args.map((arg) => /^[\w.,:/-]+$/.test(arg) ? arg : `'${arg}'`);
  write(`   $ labwire ${quoted.join(" ")}`);
}

/** Shows what somebody got to read. */
export function incoming(who: string, text: string): void {
  const [first, ...rest] = text.split("\n");
  write(`   ${who}: ${first}`);
  for (const line of rest) write(`     ${line}`);
}

/** Shows bytes as they crossed the wire, readable as far as they are ASCII. */
export function wire(what: string, text: string): void {
  write(`   ${what}: ${text}`);
}

/** Counts whether a claim holds, and says so. */
export function check(claim: string, holds: () => boolean): void {
  const good = holds();
  if (good) passed++;
  else failed++;
  write(`   ${good ? "✓" : "✗"} ${claim}`);
}

/** Closes the transcript; the exit code. */
export function outcome(): number {
  const all = failed === 0 ? "Everything did what it claims" : `${failed} claims do not hold`;
  write(`\n${bold(all)} (${passed} of ${passed + failed})`);
  return failed === 0 ? 0 : 1;
}

function bold(text: string): string {
  return Deno.stdout.isTerminal() && !Deno.noColor ? `\x1b[1m${text}\x1b[22m` : text;
}

function write(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
