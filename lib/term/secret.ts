import { Exit, Failure } from "../base/errors.ts";
import { type SafeText, safeText } from "../base/safe_text.ts";

const ENTER = 13, NEWLINE = 10, END = 4, BACKSPACE = 127, CONTROL_H = 8, CONTROL_U = 21;

/** Whether somebody seems to be there who can be asked. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() || Deno.stderr.isTerminal();
}

/** What a question needs beside its words. */
export interface AskOptions {
  /** What to do where there is no terminal. */
  remedy: string;
  /** Ends the question. */
  signal: AbortSignal;
}

/** Asks for a new secret, twice, as {@linkcode askSecret} does; undefined when the answers differ. */
export async function askTwice(
  question: SafeText,
  options: AskOptions,
): Promise<string | undefined> {
  const secret = await askSecret(question, options);
  return secret === await askSecret(safeText("Once more: "), options) ? secret : undefined;
}

/**
 * Asks for a secret at the terminal itself, whatever standard input is, and shows nothing of what is
 * typed (as ssh does).
 *
 * @throws {Failure} exit 2 with `remedy` when there is no terminal, 130 when interrupted.
 */
export async function askSecret(
  question: SafeText,
  { remedy, signal }: AskOptions,
): Promise<string> {
  const windows = Deno.build.os === "windows";
  let input: Deno.FsFile, output: Deno.FsFile;
  try {
    input = await Deno.open(windows ? "CONIN$" : "/dev/tty", { read: true, write: windows });
    output = await Deno.open(windows ? "CONOUT$" : "/dev/tty", { write: true });
  } catch (cause) {
    throw new Failure("Cannot ask for a secret: there is no terminal", Exit.usage, {
      cause,
      remedy,
    });
  }
  using _input = input;
  using _output = output;
  const say = (text: SafeText, end = "") => output.write(new TextEncoder().encode(text + end));
  input.setRaw(true, { cbreak: !windows }); // with cbreak Ctrl-C is still a signal
  try {
    await say(question); // not before: what is typed as soon as it shows must not show
    return new TextDecoder().decode(await readLine(input, signal));
  } finally {
    input.setRaw(false);
    await say(safeText(""), "\n");
  }
}

async function readLine(input: Deno.FsFile, signal: AbortSignal): Promise<Uint8Array> {
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Failure("Interrupted", Exit.interrupted));
  signal.addEventListener("abort", stop);
  const typed: number[] = [], buffer = new Uint8Array(256);
  try {
    for (;;) {
      const count = await Promise.race([input.read(buffer), interrupted]);
      for (const byte of buffer.subarray(0, count ?? 0)) {
        if (byte === ENTER || byte === NEWLINE) return Uint8Array.from(typed);
        if (byte === BACKSPACE || byte === CONTROL_H) eraseCharacter(typed);
        else if (byte === CONTROL_U) typed.length = 0;
        else if (byte !== END) typed.push(byte);
        else if (typed.length === 0) throw new Failure("Interrupted", Exit.interrupted);
      }
      if (count === null) throw new Failure("Interrupted", Exit.interrupted);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Takes off the last character, all of its bytes in UTF-8. */
function eraseCharacter(typed: number[]): void {
  while (typed.length > 0 && (typed.pop()! & 0xc0) === 0x80);
}
