/**
 * Races against somebody who swaps files and folders for links.
 *
 * @module
 */
import { Program } from "../../support/program.ts";

const SWAPPER = new URL("swapper.ts", import.meta.url).pathname;

/** Tries of one race, and how long it may take: whichever comes first ends it. */
const TRIES = 20_000, MOST_MS = 4000;

/** What is swapped: three paths, at the last of which the first two stand in turns. */
export type Swap = [real: string, link: string, place: string];

/**
 * Tries something again and again, several at a time, while another process swaps. `attempt` says
 * whether it got what was real; how often it did, and how often not.
 */
export async function race(
  swaps: Swap[],
  attempt: (number: number) => Promise<boolean>,
): Promise<{ got: number; refused: number }> {
  await using swapper = Program.start(Deno.execPath(), ["run", "-A", SWAPPER, ...swaps.flat()]);
  await swapper.sees("swapping");
  const until = performance.now() + MOST_MS;
  const seen = { got: 0, refused: 0 };
  for (let number = 0; number < TRIES && performance.now() < until; number++) {
    if (await attempt(number)) seen.got++;
    else seen.refused++;
  }
  return seen;
}
