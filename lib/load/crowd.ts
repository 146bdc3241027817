import { concat } from "../base/bytes.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { encodeText } from "../wire/utf8.ts";
import { type FaultKind, type Figures, quoted } from "./figures.ts";
import { type Jury, LATE } from "./jury.ts";
import { Ledger } from "./ledger.ts";
import { findIdentity, type Identity, IDENTITY_BYTES, messageText } from "./numbered.ts";
import type { SendTimes } from "./send_times.ts";

/** What {@linkcode Crowd} needs. */
export interface CrowdOptions {
  /** Characters of a message. */
  length: number;
  /** Whether what comes is a stream without boundaries. */
  stream: boolean;
  /** Where deliveries and faults are counted. */
  figures: Figures;
}

/**
 * Clients that all hear each other: each message is to reach everyone but its sender, once, in the
 * order in which the sender said it. What stands around it (a name, an envelope) may be anything,
 * and what holds no message is a notice of the room.
 */
export class Crowd {
  /** Called when a message has reached everyone: its sender may send another. */
  onReached: (client: number) => void = () => {};
  /** What all share. */
  readonly options: CrowdOptions;
  /** Who is here, by number of the client. */
  readonly members = new Map<number, Member>();
  readonly #padding: Uint8Array;

  /** Nobody is in it yet. */
  constructor(options: CrowdOptions) {
    this.options = options;
    this.#padding = encodeText(messageText(0, 0, options.length)).subarray(IDENTITY_BYTES);
  }

  /** One more client, whose messages leave as `times` has it. */
  join(client: number, times: SendTimes): Member {
    const member = new Member(this, client, times);
    this.members.set(client, member);
    return member;
  }

  /** Whether the message of an identity is whole. */
  isWhole(bytes: Uint8Array, { at }: Identity): boolean {
    const start = at + IDENTITY_BYTES, padding = this.#padding;
    for (let i = 0; i < padding.length; i++) {
      if (bytes[start + i] !== padding[i]) return false;
    }
    return true;
  }
}

/** One of a {@linkcode Crowd}: what it hears from each other, and how far its own messages have come. */
export class Member implements Jury {
  readonly length = 0;
  now = 0;
  /** Whether a probe (message 0) of another has come. */
  heardProbe = false;
  /** Its number. */
  readonly client: number;
  readonly #crowd: Crowd;
  readonly #times: SendTimes;
  readonly #heard = new Map<number, Ledger>(); // by sender
  readonly #missing = new Map<number, number>(); // of its own messages, by number: who has not heard it
  #reached = 0; // all up to this one have come to everyone
  #rest?: Uint8Array;

  /** See {@linkcode Crowd.join}. */
  constructor(crowd: Crowd, client: number, times: SendTimes) {
    this.#crowd = crowd;
    this.client = client;
    this.#times = times;
  }

  get outstanding(): number {
    return this.#times.last - this.#reached;
  }

  get isSettled(): boolean {
    return this.outstanding === 0;
  }

  isDue(): boolean {
    return false;
  }

  exact(): boolean {
    return false;
  }

  right(): void {}

  judge(frame: Uint8Array): void {
    const { stream, length } = this.#crowd.options;
    const bytes = this.#rest ? concat([this.#rest, frame]) : frame;
    this.#rest = undefined;
    let at = 0, first: Identity | undefined, several = false;
    for (;;) {
      const identity = findIdentity(bytes, at, bytes.length);
      if (!identity) break;
      if (stream && identity.at + length > bytes.length) {
        this.#rest = bytes.slice(identity.at);
        return;
      }
      at = identity.at + length;
      if (this.#hear(bytes, identity) && first) several = true;
      first ??= identity;
    }
    if (several && !stream) this.#fault("merged", first!, bytes);
    if (stream) this.#rest = bytes.slice(Math.max(at, bytes.length - IDENTITY_BYTES + 1));
  }

  unfinished(rest: Uint8Array): void {
    this.judge(rest);
  }

  unended(): void {}

  expire(before: number, why: SafeText): void {
    this.#giveUpOwn(this.#times.dropBefore(before), why);
  }

  abandon(why: SafeText): void {
    this.#giveUpOwn(this.#times.last, why);
    for (const [client, sender] of this.#crowd.members) {
      if (sender !== this) this.#giveUp(sender, client, sender.#times.last, why);
    }
    this.#crowd.members.delete(this.client);
  }

  /** A message with an identity has come; false if it was one's own, or does not count. */
  #hear(bytes: Uint8Array, identity: Identity): boolean {
    const { client, message } = identity;
    const sender = this.#crowd.members.get(client);
    if (message === 0 && client !== this.client) this.heardProbe = true;
    if (!sender || sender === this || message === 0) return false;
    const { figures, length } = this.#crowd.options;
    const ledger = this.#ledgerOf(client), { last } = ledger;
    const arrived = ledger.arrive(message, sender.#times.last);
    if (arrived === "again" || arrived === "never") {
      this.#fault(arrived === "again" ? "duplicated" : "wrong", identity, bytes);
      return true;
    }
    if (arrived === "late") {
      figures.reconsider("lost", "late", { client: this.client, message, from: client }, LATE);
      return true;
    }
    if (!this.#crowd.isWhole(bytes, identity)) this.#fault("wrong", identity, bytes);
    else {
      if (arrived === "out of order") {
        this.#fault(arrived, identity, safe`behind "${messageText(client, last, length)}"`);
      }
      figures.right(this.now - sender.#times.of(message));
    }
    sender.#count(message);
    return true;
  }

  #ledgerOf(sender: number): Ledger {
    let ledger = this.#heard.get(sender);
    if (!ledger) this.#heard.set(sender, ledger = new Ledger());
    return ledger;
  }

  /** One more has heard a message, or never will. */
  #count(message: number): void {
    const missing = (this.#missing.get(message) ?? this.#crowd.members.size - 1) - 1;
    this.#missing.set(message, missing);
    if (missing > 0) return;
    const before = this.#reached;
    while (this.#missing.get(this.#reached + 1) === 0) this.#missing.delete(++this.#reached);
    if (this.#reached === before) return;
    this.#times.drop(this.#reached);
    this.#crowd.onReached(this.client);
  }

  #giveUpOwn(last: number, why: SafeText): void {
    if (last <= this.#reached) return;
    for (const member of this.#crowd.members.values()) {
      if (member !== this) member.#giveUp(this, this.client, last, why);
    }
  }

  #giveUp(sender: Member, client: number, last: number, came: SafeText): void {
    const { figures, length } = this.#crowd.options;
    this.#ledgerOf(client).giveUp(last, ([from, to]) => {
      figures.fault("lost", () => ({
        client: this.client,
        message: from,
        from: client,
        expected: safe`"${messageText(client, from, length)}"`,
        came,
      }), to - from + 1);
      for (let message = from; message <= to; message++) sender.#count(message);
    });
  }

  #fault(kind: FaultKind, { client, message }: Identity, came: Uint8Array | SafeText): void {
    const { figures, length } = this.#crowd.options;
    figures.fault(kind, () => ({
      client: this.client,
      message,
      from: client,
      expected: kind === "duplicated"
        ? safe`nothing, for it was here`
        : safe`"${messageText(client, message, length)}"`,
      came: typeof came === "string" ? came : quoted(came),
    }));
  }
}
