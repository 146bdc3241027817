/**
 * The one place that writes to standard output and standard error. Results go to the first, notes
 * and prompts to the second; every line has been made harmless, and colour is for terminals only.
 *
 * @module
 */
import type { SafeText } from "../base/safe_text.ts";

/** How a line looks on a terminal. */
export type Tone = "plain" | "faint" | "bright" | "alarm";

/** What stands below all lines on a terminal: a prompt with what is being typed, or progress. */
export interface Footer {
  /** Takes it off the screen. */
  hide(): void;
  /** Draws it again, on a line of its own. */
  show(): void;
}

const CODES: Record<Exclude<Tone, "plain">, [on: number, off: number]> = {
  faint: [2, 22],
  bright: [1, 22],
  alarm: [31, 39],
};
const encoder = new TextEncoder();
const footers: Footer[] = [];

/** Writes result lines to standard output, in one write. */
export function print(lines: readonly SafeText[], tone: Tone = "plain"): void {
  write(Deno.stdout, lines, tone);
}

/** Writes a note or an error to standard error. */
export function note(line: SafeText, tone: Tone = "plain"): void {
  write(Deno.stderr, [line], tone);
}

/** Whether results go to a terminal. */
export function printsToTerminal(): boolean {
  return Deno.stdout.isTerminal();
}

/**
 * Writes bytes to standard output as they are, which must be no terminal: the one thing that a user
 * asked to have unchanged is a file.
 */
export async function printBytes(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}

/** Keeps `footer` below everything that is written, above what was kept before, until disposed. */
export function keepBelow(footer: Footer): Disposable {
  footers.at(-1)?.hide();
  footers.push(footer);
  return {
    [Symbol.dispose]: () => {
      const at = footers.indexOf(footer);
      if (at < 0) return;
      if (at === footers.length - 1) footer.hide();
      footers.splice(at, 1);
      footers.at(-1)?.show();
    },
  };
}

/** Writes control sequences or a prompt, as they are, to a terminal's standard error. */
export function draw(sequence: string): void {
  writeBytes(Deno.stderr, encoder.encode(sequence));
}

function write(stream: typeof Deno.stdout, lines: readonly SafeText[], tone: Tone): void {
  if (lines.length === 0) return;
  const coloured = tone !== "plain" && !Deno.noColor && stream.isTerminal();
  const [before, after] = coloured ? CODES[tone].map((code) => `\x1b[${code}m`) : ["", ""];
  const text = lines.map((line) => `${before}${line}${after}\n`).join("");
  const footer = stream.isTerminal() ? footers.at(-1) : undefined;
  footer?.hide();
  writeBytes(stream, encoder.encode(text));
  footer?.show();
}

function writeBytes(stream: typeof Deno.stdout, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += stream.writeSync(bytes.subarray(at));
    } catch (error) {
      // A pipe shared with a non-blocking process: full for now.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
  }
}
