/**
 * The attackers' proof: the same attack again and again, and what it leaves behind in the server.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import { openDescriptors, peakBytes, residentBytes } from "./attack.ts";
import { Crowd } from "./crowd.ts";
import { amongHonest, type Scene, type Setting } from "./honest.ts";

const MiB = 1024 * 1024;

/** Rounds of an attack before memory is read, and after that. */
const ROUNDS = 10, MORE_ROUNDS = 5;

/** How often the further rounds may be asked for: garbage comes in heaps, and a leak comes each time. */
const HEAPS = 3;

/** What the further rounds may add, and what the server may ever hold. */
const ADDED_BYTES = 16 * MiB, MOST_BYTES = 200 * MiB;

/** One round of an attack, numbered from 1; it closes what it opens. */
export type Attack = (scene: Scene, round: number) => Promise<void>;

/**
 * Runs ten rounds of an attack and five more on `serve` with these options, while twenty honest
 * participants talk and miss nothing; asserts that the server then has the descriptors it had
 * before, that the last rounds added next to no memory, and that it never held much.
 */
export async function besiege(
  attack: Attack,
  options: string[] = [],
  setting: Setting = {},
): Promise<void> {
  const began = performance.now();
  const siege = async (scene: Scene) => {
    await scene.round();
    const { server } = scene;
    if (options.includes("--files")) await openFront(scene);
    const descriptors = openDescriptors(server);
    const lift = async () => {
      await scene.until(() => openDescriptors(server) === descriptors);
      return await leastMemory(scene);
    };
    let round = 0;
    while (round < ROUNDS) await attack(scene, ++round);
    let before: number, after = await lift();
    do {
      before = after;
      for (let i = 0; i < MORE_ROUNDS; i++) await attack(scene, ++round);
      after = await lift();
      note(
        `RSS ${mebi(before)} and ${mebi(after)} MiB, peak ${mebi(peakBytes(server))} MiB, ` +
          `${seconds(performance.now() - began)} s`,
      );
    } while (after - before >= ADDED_BYTES && round < ROUNDS + HEAPS * MORE_ROUNDS);
    assertEquals(openDescriptors(server), descriptors);
    assertLess(after - before, ADDED_BYTES, `${before} bytes grew to ${after}`);
    assertLess(peakBytes(server), MOST_BYTES);
  };
  await amongHonest(["serve", "127.0.0.1:0", ...options], siege, {
    gather: Crowd.joining(),
    ...setting,
  });
}

/** The environment of a server with that secret. */
export function sealedBy(secret: string): Record<string, string> {
  return { LABWIRE_SECRET: secret };
}

/** Whether memory is read after that round: what an attack has left open over rounds must be closed. */
export function isLast(round: number): boolean {
  return round >= ROUNDS && (round - ROUNDS) % MORE_ROUNDS === 0;
}

/** Prints a figure for whoever wants to know (`FIGURES=1`). */
export function note(figure: string): void {
  // deno-lint-ignore no-console
  if (Deno.env.get("FIGURES")) console.log(`  ${figure}`);
}

/** Milliseconds in seconds. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function mebi(bytes: number): string {
  return (bytes / MiB).toFixed(0);
}

/** Makes the first request, at which the server opens one more listener for good. */
async function openFront(scene: Scene): Promise<void> {
  const descriptors = openDescriptors(scene.server);
  await (await fetch(`http://127.0.0.1:${scene.port}/`, { headers: { Connection: "close" } }))
    .text();
  await scene.until(() => openDescriptors(scene.server) === descriptors + 1);
}

/** The least of some readings between which the honest talk: garbage comes and goes. */
async function leastMemory(scene: Scene): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    await scene.round();
    least = Math.min(least, residentBytes(scene.server));
  }
  return least;
}
