import { PING_MS } from "../base/limits.ts";
import { safe } from "../base/safe_text.ts";
import type { Room } from "./room.ts";
import type { Seat } from "./seat.ts";

/** What counts as silence. */
export interface PresenceOptions {
  /** Whoever says nothing for so long is let go; nobody, unless given. */
  idleMs?: number;
  /** After so long without a byte a client that answers pings is asked; after twice that it is let go. */
  pingMs?: number;
}

interface Seen {
  come: number;
  comeAt: number;
  said: number;
  saidAt: number;
  asked: boolean;
}

/** Looks now and then who is still there, until disposed. */
export function watchPresence(
  room: Room,
  { idleMs = Infinity, pingMs = PING_MS }: PresenceOptions = {},
): Disposable {
  const seen = new WeakMap<Seat, Seen>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const seat of room.hub.seats) look(seat, now);
  }, Math.max(100, Math.min(idleMs, pingMs) / 4));

  function look(seat: Seat, now: number): void {
    const { come, said, busy } = seat;
    const last = seen.get(seat);
    if (!last) {
      seen.set(seat, { come, comeAt: now, said, saidAt: now, asked: false });
      return;
    }
    if (last.said !== said) Object.assign(last, { said, saidAt: now });
    if (last.come !== come || busy) Object.assign(last, { come, comeAt: now, asked: false });
    if (now - last.saidAt >= idleMs) {
      room.options.log(safe`Client ${seat.record.number}: ${seat.name} is idle; let go`);
      return room.dismiss(seat, "idle", `You said nothing for ${Math.round(idleMs / 1000)} s`);
    }
    if (!seat.answersPings || now - last.comeAt < pingMs) return;
    if (!last.asked) {
      last.asked = true;
      room.hub.tell(seat, { type: "ping" });
    } else if (now - last.comeAt >= 2 * pingMs) {
      room.options.log(safe`Client ${seat.record.number}: ${seat.name} does not answer; let go`);
      seat.cut();
    }
  }

  return { [Symbol.dispose]: () => clearInterval(timer) };
}
