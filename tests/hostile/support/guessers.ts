/**
 * People who guess at full speed, and honest ones who come in meanwhile.
 *
 * @module
 */
import { within } from "../../../lib/base/tasks.ts";
import { Peer } from "../../support/peer.ts";
import type { Scene } from "./honest.ts";
import { type Attack, isLast, note, seconds } from "./siege.ts";

/** How many guess at once, over and over, unless told. */
const GUESSERS = 60;

/** How long somebody honest may need, whatever the delays of guessing are: more is a failure. */
const PATIENCE_MS = 20_000;

/** One guess over a connection, which is closed afterwards; `number` counts all of them. */
export type Guess = (conn: Deno.TcpConn, number: number, scene: Scene) => Promise<unknown>;

/** Guesses until it is told to stop; whatever a guess throws before is a fault. */
class Guessers {
  /** How many guesses were made. */
  made = 0;
  readonly #tasks: Promise<void>[];
  readonly #open = new Set<Deno.TcpConn>();
  #over = false;
  #fault: unknown;

  constructor(scene: Scene, guess: Guess, size: number) {
    const start = (_: unknown, index: number) => this.#go(scene, guess, { index, size });
    this.#tasks = Array.from({ length: size }, start);
  }

  async stop(): Promise<void> {
    this.#over = true;
    for (const conn of this.#open) conn[Symbol.dispose]();
    await Promise.all(this.#tasks);
    if (this.#fault) throw this.#fault;
  }

  async #go(
    scene: Scene,
    guess: Guess,
    { index, size }: { index: number; size: number },
  ): Promise<void> {
    for (let number = index; !this.#over; number += size) {
      using conn = await scene.connectDeaf();
      this.#open.add(conn);
      try {
        await guess(conn, number, scene);
        this.made++;
      } catch (error) {
        if (this.#over) return;
        this.#fault ??= error;
        this.#over = true;
      } finally {
        this.#open.delete(conn);
      }
    }
  }
}

/**
 * Guessing that goes on over the rounds of a siege, from the address of everybody else; in each round
 * somebody honest comes, who must get in meanwhile.
 */
export function guessing(
  guess: Guess,
  enter: (scene: Scene, round: number) => Promise<Peer>,
  size = GUESSERS,
): Attack {
  let guessers: Guessers | undefined;
  let newcomers: Promise<number>[] = [];
  return async (scene, round) => {
    guessers ??= new Guessers(scene, guess, size);
    await scene.round();
    newcomers.push(comeIn(() => enter(scene, round)));
    if (!isLast(round)) return;
    const waits = await Promise.allSettled(newcomers);
    newcomers = [];
    await guessers.stop();
    for (const wait of waits) if (wait.status === "rejected") throw wait.reason;
    note(
      `${guessers.made} guesses; newcomers waited for ` +
        waits.map((wait) => wait.status === "fulfilled" && seconds(wait.value)).join(", ") + " s",
    );
    guessers = undefined;
  };
}

/** Comes in, hears the others, and leaves; how long it took to be welcome. */
async function comeIn(enter: () => Promise<Peer>): Promise<number> {
  const began = performance.now();
  const late = () => new Error(`a newcomer was not let in for ${PATIENCE_MS} ms`);
  using peer = await within(PATIENCE_MS, enter(), late);
  const waited = performance.now() - began;
  await peer.sees(/word \d+/);
  await peer.close();
  return waited;
}
