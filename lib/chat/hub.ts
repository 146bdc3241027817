import {
  INBOX_BYTES,
  INBOX_STALLED_BYTES,
  INBOX_WAIT_BYTES,
  MERGE_BYTES,
  STALLED_MS,
  TICK_BYTES,
} from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { safe } from "../base/safe_text.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import type { Message } from "../wire/message.ts";
import { nameKey } from "../base/names.ts";
import type { Seat } from "./seat.ts";
import { Tick } from "./tick.ts";

/**
 * Looks in {@linkcode STALLED_MS}: a peer that was given no chance, since a turn of the event loop took
 * as long, is not stalled.
 */
const STALLED_LOOKS = 4;

/**
 * Who is present, and what is said to them. What is published in one turn of the event loop is one
 * {@linkcode Tick}, offered to every inbox when the turn ends.
 *
 * Overflow policy: publishers wait while a peer that takes bytes has over 256 KiB waiting; one that
 * took nothing for 100 ms is not waited for, and is let go above 1 MiB; above 8 MiB anyone is.
 */
export class Hub {
  readonly #cipher: Cipher;
  readonly #log: Log;
  readonly #seats = new Set<Seat>();
  readonly #names = new Map<string, Seat>();
  readonly #full = new Set<Seat>();
  #tick?: Tick;
  #checking = false;
  #room?: { promise: Promise<void>; resolve: () => void };
  #watch?: ReturnType<typeof setInterval>;

  /** `cipher`: see {@linkcode Tick}. */
  constructor(cipher: Cipher, log: Log) {
    this.#cipher = cipher;
    this.#log = log;
  }

  /** Everybody present, in the order of arrival. */
  get seats(): readonly Seat[] {
    return [...this.#seats];
  }

  /** How many are present. */
  get size(): number {
    return this.#seats.size;
  }

  /** The participant of that name, if present. */
  find(name: string): Seat | undefined {
    return this.#names.get(nameKey(name));
  }

  /** Gives a name to `seat`, unless another has it. */
  claim(seat: Seat, name: string): boolean {
    const owner = this.find(name);
    if (owner && owner !== seat) return false;
    this.#release(seat);
    seat.record.name = name;
    this.#names.set(nameKey(name), seat);
    return true;
  }

  /** Adds somebody; {@linkcode remove} is owed. */
  add(seat: Seat): void {
    this.#flush(); // what was said before does not concern the newcomer
    this.#seats.add(seat);
  }

  /** Forgets somebody who has left; what waits in the inbox stays there. */
  remove(seat: Seat): void {
    this.#flush();
    this.#seats.delete(seat);
    this.#release(seat);
    this.#settle(seat);
  }

  /** Says something to everybody but `sender` (null: the server says it). */
  publish(message: Message, sender: Seat | null): void {
    if (!this.#tick) {
      this.#tick = new Tick(this.#cipher);
      setImmediate(() => this.#turnEnds());
    }
    this.#tick.add(message, sender);
    if (this.#tick.size > this.#most) this.#flush();
  }

  /** Says something to one, after all that was published before. */
  tell(seat: Seat, message: Message): void {
    this.#flush();
    if (seat.beingGreeted && message.type !== "welcome") return;
    seat.offer(message);
    this.#check(seat);
  }

  /** Forgets what waits for somebody, and what was said up to now: it could not be understood. */
  clear(seat: Seat): void {
    this.#flush();
    seat.inbox.clear();
  }

  /** What a publisher waits for before it reads on; `undefined` when nobody is full. */
  ready(): Promise<void> | undefined {
    return this.#room?.promise;
  }

  /** Bytes in a tick: the more receivers, the fewer. */
  get #most(): number {
    const [each, all] = TICK_BYTES;
    return Math.max(MERGE_BYTES, Math.min(each, all / this.#seats.size));
  }

  /** A flood is gathered for one more turn: fewer and larger writes deliver an eighth more. */
  #turnEnds(): void {
    if (this.#tick && this.#tick.size > MERGE_BYTES) setImmediate(() => this.#flush());
    else this.#flush();
  }

  #flush(): void {
    const tick = this.#tick;
    if (!tick) return;
    this.#tick = undefined;
    for (const seat of this.#seats) if (!seat.beingGreeted) seat.inbox.offer(tick);
    // Whoever is let go here leaves a notice behind, which comes after the tick and ends up here.
    if (this.#checking) return;
    this.#checking = true;
    for (const seat of this.#seats) this.#check(seat);
    this.#checking = false;
  }

  /** Applies the overflow policy to one inbox that has grown. */
  #check(seat: Seat): void {
    const { bytes } = seat.inbox;
    if (bytes <= INBOX_WAIT_BYTES || seat.gone) return;
    if (bytes > INBOX_BYTES || (seat.stalled && bytes > INBOX_STALLED_BYTES)) {
      this.#log(safe`Client ${seat.record.number}: ${seat.name} does not read; let go`);
      seat.cut();
      return;
    }
    seat.silence.open(); // it is written to, rather than waited for
    if (seat.stalled || this.#full.has(seat)) return;
    seat.lastTaken = { bytes: seat.taken, looks: 0 };
    this.#full.add(seat);
    this.#room ??= Promise.withResolvers<void>();
    this.#watch ??= setInterval(() => this.#look(), STALLED_MS / STALLED_LOOKS);
  }

  /** Called while somebody is full: who takes nothing any more? */
  #look(): void {
    for (const seat of this.#full) {
      const last = seat.lastTaken!;
      if (seat.taken !== last.bytes) seat.lastTaken = { bytes: seat.taken, looks: 0 };
      else if (++last.looks >= STALLED_LOOKS) {
        seat.stalled = true;
        this.#settle(seat);
      }
    }
  }

  /** After a write: a peer that took something is no longer stalled, and may have caught up. */
  delivered(seat: Seat): void {
    seat.stalled = false;
    if (this.#full.has(seat) && seat.inbox.bytes <= INBOX_WAIT_BYTES) this.#settle(seat);
  }

  /** Nobody waits for this one any more; the last one opens the gate. */
  #settle(seat: Seat): void {
    if (!this.#full.delete(seat) || this.#full.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#room?.resolve();
    this.#room = undefined;
  }

  #release(seat: Seat): void {
    const key = nameKey(seat.name);
    if (this.#names.get(key) === seat) this.#names.delete(key);
  }
}
