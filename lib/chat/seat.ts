import type { Account } from "../base/account.ts";
import type { Budget } from "../base/budget.ts";
import { Gate } from "../base/tasks.ts";
import { ProtocolError } from "../base/errors.ts";
import { TRANSFERS } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import type { Dialect } from "../wire/dialect.ts";
import type { Message } from "../wire/message.ts";
import { packMessages, roughSize } from "../wire/pack.ts";
import { Inbox, type Sized } from "./inbox.ts";
import type { Record } from "./roster.ts";

/** Something that waits in an inbox, and becomes bytes when its turn has come. */
export interface Entry extends Sized {
  /** The bytes for this peer, possibly none. */
  encode(seat: Seat): Uint8Array;
  /** Or the work that writes them, with the connection to itself (a file over text or raw). */
  perform?(conn: Connection): Promise<void>;
}

/** What a seat is made of. */
export interface SeatOptions {
  /** As for a {@linkcode Tick}. */
  cipher: Cipher;
  /** What waits for this peer alone counts there. */
  budget?: Budget;
  /** Number, name, start and end. */
  record: Record;
  /** `host:port`. */
  origin: string;
  /** The host of it. */
  address: string;
  /** Called once, as it leaves. */
  onLeave: () => void;
}

/** Under way to most native clients. */
const NOTHING = Promise.resolve();

/** One participant: who it is, how it speaks, and what waits for it. */
export class Seat {
  /** Number, name, start and end. */
  readonly record: Record;
  /** Where it comes from, as `host:port`. */
  readonly origin: string;
  /** The host of it. */
  readonly address: string;
  /** Whether it chose a name, or was given one because it spoke. */
  named = false;
  /** Whether the room was told that it is here. */
  announced = false;
  /** The name that a JSON client last asked for. */
  wish?: string;
  /** Who it has proven to be, where the server has accounts. */
  account?: Account;
  /** Until when nothing that it says is passed on, in milliseconds since 1970. */
  mutedUntil = 0;
  /** Whether it answers pings. */
  answersPings = false;
  /** Whether what came from it is being taken in, however slowly: more is not read meanwhile. */
  busy = false;
  /** How many messages came from it. */
  said = 0;
  /** Whether it was told that it sends too fast. */
  slowed = false;
  /** When it came (`performance.now()`). */
  readonly arrivedAt: number = performance.now();
  /** Open once it has left; then nothing more is offered to it. */
  readonly left = new Gate();
  /** Whether it has left because its connection is not a participant's. */
  withdrawn = false;
  /** Settles when the files on their way to a native client have been sent. */
  transfers: Promise<void> = NOTHING;
  /** What waits to be written. */
  readonly inbox: Inbox<Entry>;
  /** What the hub last saw of {@linkcode taken}, and how often. */
  lastTaken?: { bytes: number; looks: number };
  /** Open once it may be written to: it has spoken, was silent for long, or much waits for it. */
  readonly silence = new Gate();
  /** Open once a native client has been welcomed, or refused. */
  readonly greeted = new Gate();
  /** Whether it took nothing for a while though something waits. */
  stalled = false;
  #transfers = 0;
  readonly #conn: Connection;
  readonly #cipher: Cipher;
  readonly #onLeave: () => void;

  /** `onLeave` is called once, as it leaves. */
  constructor(conn: Connection, { cipher, budget, record, origin, address, onLeave }: SeatOptions) {
    this.#conn = conn;
    this.#cipher = cipher;
    this.inbox = new Inbox<Entry>(budget, conn);
    this.record = record;
    this.origin = origin;
    this.address = address;
    this.#onLeave = onLeave;
  }

  /** Whether it has left. */
  get gone(): boolean {
    return this.left.isOpen;
  }

  /** The name that others see. */
  get name(): string {
    return this.record.name;
  }

  /** How it speaks; until its first bytes, a text reader. */
  get dialect(): Dialect {
    return this.#conn.dialect;
  }

  /** Whether it is a native client without its welcome: what is said before that is nothing to it. */
  get beingGreeted(): boolean {
    return !this.greeted.isOpen && this.dialect === "native";
  }

  /** Bytes that came from it so far. */
  get come(): number {
    return this.#conn.bytesCome;
  }

  /** Bytes that the peer's side took so far. */
  get taken(): number {
    return this.#conn.bytesTaken;
  }

  /** Puts a message to this peer alone into its inbox; the hub's `tell` keeps the order. */
  offer(message: Message): void {
    this.inbox.offer(new Direct(message, this.#cipher));
  }

  /**
   * Does some work on the connection after the work of that kind before it; a failure closes it.
   *
   * @throws {ProtocolError} when too much waits already.
   */
  transfer(work: (conn: Connection) => Promise<void>): void {
    if (this.#transfers >= TRANSFERS) {
      throw new ProtocolError("too many transfers wait, please try again later");
    }
    this.#transfers++;
    this.transfers = this.transfers
      .then(() => work(this.#conn))
      .catch(() => this.#conn.close())
      .finally(() => this.#transfers--);
  }

  /** Leaves: nothing more is offered; what is owed is still delivered. Safe to repeat. */
  leave(): void {
    if (this.gone) return;
    this.left.open();
    this.#onLeave(); // the hub still offers what was said in this turn
    this.inbox.close();
  }

  /** Leaves because it is not taken in: it is told that, and nothing else. */
  refuse(words: () => Uint8Array): void {
    this.silence.open();
    this.greeted.open();
    this.inbox.clear();
    this.inbox.offer({ size: 0, encode: words });
    this.leave();
  }

  /** Leaves without a trace, and without ending the connection, which serves another purpose. */
  withdraw(): void {
    this.withdrawn = true;
    this.left.open();
    this.inbox.clear();
    this.inbox.close();
    this.silence.open();
    this.greeted.open();
  }

  /** Ends the connection at once: the peer does not take what is sent. */
  cut(): void {
    this.leave();
    this.#conn.close();
  }
}

/** A message to one peer: it ends as that peer's own messages do. */
class Direct implements Entry {
  readonly size: number;
  readonly #message: Message;
  readonly #cipher: Cipher;

  constructor(message: Message, cipher: Cipher) {
    this.#message = message;
    this.#cipher = cipher;
    this.size = roughSize(message);
  }

  encode(seat: Seat): Uint8Array {
    return packMessages(seat.dialect, [this.#message], this.#cipher, Date.now() / 1000);
  }
}
