/**
 * What a client does about a server that is not there yet, or has no place: it tries again.
 *
 * @module
 */
import { TurnedAway } from "../../lib/auth/greeting.ts";
import { formatDuration } from "../../lib/base/duration.ts";
import { Exit, Failure, reasonOf } from "../../lib/base/errors.ts";
import { RETRY_MS } from "../../lib/base/limits.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { sleep } from "../../lib/base/tasks.ts";
import { type Context, count, duration, optional } from "../../lib/cli/command.ts";
import { Unreachable } from "../../lib/net/dial.ts";
import { note } from "../../lib/term/screen.ts";

/** How often, and after how long. */
export const patienceOptions = {
  retry: optional(
    count("N", "more tries while nobody listens or the server is busy (default 0)", {
      initial: 0,
      least: 0,
    }),
  ),
  "retry-delay": duration("TIME", "how long to wait before that", RETRY_MS[0]),
};

/** How patient to be. */
export interface PatienceOptions {
  /** How often to try again. */
  times: number;
  /** How long to wait before that; doubled each time, up to the second number. */
  delayMs: readonly [first: number, most: number];
  /** Whether it is worth to try again after an error. */
  worth: (error: unknown) => boolean;
}

/** Tries again, so often and no more in a row, and tells of each wait. */
export class Patience {
  #waits = 0;
  readonly #options: PatienceOptions;
  readonly #context: Pick<Context, "emit">;

  /** Nothing has failed yet. */
  constructor(options: PatienceOptions, context: Pick<Context, "emit">) {
    this.#options = options;
    this.#context = context;
  }

  /**
   * What `work` comes to, in the end.
   *
   * @throws what it threw at last, when it is not worth another try, or there were enough; exit 130
   * when `signal` aborts.
   */
  async persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        await this.wait(error, signal);
      }
    }
  }

  /**
   * Waits before the next try; `words` for the user, unless the error has them.
   *
   * @throws the error when there is to be no other try; exit 130 when `signal` aborts.
   */
  async wait(error: unknown, signal: AbortSignal, words?: string): Promise<void> {
    const { times, delayMs: [first, most], worth } = this.#options;
    if (this.#waits >= times || signal.aborted || !worth(error)) throw error;
    const delay = Math.min(first * 2 ** this.#waits++, most);
    const of = times === Infinity ? undefined : times;
    const reason = error instanceof Failure ? error.message : reasonOf(error);
    if (words === undefined) {
      const event = {
        event: "retry",
        attempt: this.#waits,
        of,
        delay: delay / 1000,
        reason,
      } as const;
      this.#context.emit?.(event);
    }
    const counted = of === undefined ? "" : ` (${this.#waits} of ${of})`;
    note(
      safe`${words ?? `labwire: ${reason}`}; trying again in ${formatDuration(delay)}${counted}`,
      "faint",
    );
    await sleep(delay, signal);
    if (signal.aborted) throw new Failure("Interrupted", Exit.interrupted);
  }
}

/** Whether a server that was asked for may be there, or have a place, a little later. */
export function mayPass(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof TurnedAway && error.code === "busy");
}

/** The same for one that has taken us in before: it may be on its way, or take us for still there. */
export function mayComeBack(error: unknown): boolean {
  if (error instanceof TurnedAway) return error.code === "busy" || error.code === "name";
  return error instanceof Unreachable ||
    (error instanceof Failure && (error.exit === Exit.lost || error.exit === Exit.timedOut));
}
