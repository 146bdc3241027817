import { TRY_ADDRESSES, TRY_DELAY_MS, TRY_MEMORY_MS } from "../base/limits.ts";
import { sleep } from "../base/tasks.ts";
import { Turns } from "../base/turns.ts";
import { partyOf } from "../net/party.ts";

/** Who tries to get in. */
export interface Trying {
  /** What is tried: the secret of the server, or the password of an account. */
  kind: "secret" | "login";
  /** Where it comes from. */
  address: string;
  /** The name that it claims. */
  user?: string;
  /** Whether it has left: then nothing is computed for it. */
  left?: () => boolean;
}

/** What {@linkcode Tries} goes by; the numbers of `limits.ts` unless told. */
export interface TriesOptions {
  /** The delay after one failure, and the longest. */
  delayMs?: readonly [first: number, most: number];
  /** How long a failure is remembered. */
  memoryMs?: number;
  /** Tells milliseconds. */
  clock?: () => number;
  /** The server stops: nobody waits any more. */
  signal?: AbortSignal;
}

/**
 * What guessing costs: after a failure, the next tries from that address wait, each longer up to a
 * bound, and none is refused, so that whoever shares the address with a guesser still gets in. A
 * waiting try is a timer; the work of a try is done one at a time, in turns between addresses.
 */
export class Tries {
  readonly #failures = new Map<string, { count: number; at: number }>();
  readonly #turns = { secret: new Turns(), login: new Turns() };
  readonly #options: Required<Omit<TriesOptions, "signal">> & Pick<TriesOptions, "signal">;

  /** Nobody has failed yet. */
  constructor(options: TriesOptions = {}) {
    const { delayMs = TRY_DELAY_MS, memoryMs = TRY_MEMORY_MS, signal } = options;
    const { clock = () => performance.now() } = options;
    this.#options = { delayMs, memoryMs, clock, signal };
  }

  /**
   * Waits as long as the failures of that address ask for, then does the work of a try in its turn.
   *
   * @throws {Deno.errors.Interrupted} when whoever tries has left meanwhile, or the server stops.
   */
  async next<T>(who: Trying, work: () => T | Promise<T>): Promise<T> {
    const { signal } = this.#options;
    let waited = 0;
    // Others may have failed meanwhile: a volley of tries must not pass all at once.
    for (let ms = this.delay(who); ms > waited; ms = this.delay(who)) {
      await sleep(ms - waited, signal);
      waited = ms;
      checkPresence(who, signal);
    }
    const { kind, address, user = "" } = who;
    return await this.#turns[kind].run([partyOf(address), user], () => {
      checkPresence(who, signal);
      return work();
    });
  }

  /** Counts a failure. */
  failed(who: Trying): void {
    const { count } = this.#recent(who);
    const key = keyOf(who);
    this.#failures.delete(key); // the latest stands last
    this.#failures.set(key, { count: count + 1, at: this.#options.clock() });
    if (this.#failures.size <= TRY_ADDRESSES) return;
    this.#failures.delete(this.#failures.keys().next().value!);
  }

  /** How long such a try waits now, in milliseconds. */
  delay(who: Trying): number {
    const { count } = this.#recent(who);
    const [first, most] = this.#options.delayMs;
    return count === 0 ? 0 : Math.min(most, first * 2 ** (count - 1));
  }

  #recent(who: Trying): { count: number } {
    const known = this.#failures.get(keyOf(who));
    const { memoryMs, clock } = this.#options;
    const fresh = known !== undefined && clock() - known.at < memoryMs;
    return fresh ? known : { count: 0 };
  }
}

/** Who is outside fails with the secret, who is inside with a password: neither delays the other. */
function keyOf({ kind, address }: Trying): string {
  return `${kind} ${partyOf(address)}`;
}

function checkPresence({ left }: Trying, signal?: AbortSignal): void {
  if (left?.() || signal?.aborted) throw new Deno.errors.Interrupted("it has left");
}
