/**
 * What a server asks of those who come, and a door in front of it, as tests need them.
 *
 * @module
 */
import { Door, type DoorOptions } from "../../lib/auth/door.ts";
import type { Visitor } from "../../lib/net/meeting.ts";
import type { Keying } from "../../lib/auth/keying.ts";
import type { Terms } from "../../lib/auth/meet.ts";
import { Tries } from "../../lib/auth/tries.ts";
import { Memory } from "../../lib/net/memory.ts";
import { MEMORY_BYTES } from "../../lib/base/limits.ts";
import { Guard } from "../../lib/net/guard.ts";

/** Where a client of a test comes from, when nothing depends on it. */
export const ADDRESS = "192.0.2.7";

/** Terms under a cipher; whoever is not told of otherwise may come in. */
export function termsOf(keying: Keying, more: Partial<Terms> = {}): Terms {
  return { keying, guard: new Guard(), tries: new Tries(), ...more };
}

/** A door of a thousand places, that keeps no audit. */
export function doorOf(
  options: Partial<DoorOptions> & Pick<DoorOptions, "terms" | "log" | "cut">,
): Door {
  return new Door({
    maxClients: 1000,
    maxPerAddress: () => Infinity,
    memory: new Memory(MEMORY_BYTES),
    audit: () => {},
    ...options,
  });
}

/** Tells whoever comes in to come in, and keeps it until its end; `came` hears how many are in. */
export function stayAt(door: Door, came: (inside: number) => void = () => {}) {
  return async ({ conn }: Visitor): Promise<void> => {
    came(++door.inside);
    try {
      await conn.write(new TextEncoder().encode("come in\n"));
      while (await conn.receiveChunk() !== null);
    } finally {
      door.inside--;
    }
  };
}
