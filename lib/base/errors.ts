/**
 * What can go wrong, as exit codes and one error class. Every error that a user sees is a
 * {@linkcode Failure}: one line `Cannot <act>: <state>`, a remedy where there is one, an exit code.
 *
 * @module
 */

/** Exit codes, one contract for all commands (docs/architecture.md). */
export const Exit = {
  /** The work is done; for a server: asked to stop, and drained. */
  done: 0,
  /** The work failed: an expectation not met, a transfer that does not verify. */
  failed: 1,
  /** Unknown command or option, or a bad value. */
  usage: 2,
  /** Cannot connect, or cannot listen. */
  unreachable: 3,
  /** Refused by the server (busy, denied, kicked) or by us. */
  refused: 4,
  /** The connection was lost before the work was done. */
  lost: 5,
  /** Timed out. */
  timedOut: 6,
  /** Interrupted by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
} as const;

/** One of the values of {@linkcode Exit}. */
export type ExitCode = typeof Exit[keyof typeof Exit];

/** An error with the words and the exit code a user is meant to see. */
export class Failure extends Error {
  /** The code that the process ends with. */
  readonly exit: ExitCode;
  /** What the user can do about it, if anything. */
  readonly remedy?: string;

  /** `message` has the form `Cannot <act>: <state>`, without a final period. */
  constructor(message: string, exit: ExitCode, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "Failure";
    this.exit = exit;
    this.remedy = options.remedy;
  }

  /** The whole sentence on one line, remedy included. */
  get line(): string {
    return this.remedy ? `${this.message} (${this.remedy})` : this.message;
  }
}

/** A peer broke the rules of its dialect; the message is fit to be told to that peer. */
export class ProtocolError extends Error {
  /** `message` says what was wrong, in words that the peer's user understands. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProtocolError";
  }
}

/** The words of any thrown value, on one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Failure
    ? error.line
    : error instanceof Error
    ? error.message || error.name
    : String(error);
  return text.replace(/\s*\n\s*/g, " ");
}

/** A system's error in words, without its number. */
export function plainReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\)/g, "").split("\n")[0].toLowerCase();
}

/** Why a file that somebody named cannot be read, in words. */
export function whyUnreadable(error: unknown): string {
  return error instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read";
}

/** Whether an error only says that the other side, or we, closed the socket. */
export function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.UnexpectedEof ||
    error instanceof Deno.errors.TimedOut;
}
