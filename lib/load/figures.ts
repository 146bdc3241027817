/**
 * What a run has measured: messages, bytes, latencies, and what went wrong.
 *
 * @module
 */
import { FAULT_EXAMPLES, REASON_CHARACTERS, REASONS } from "./limits.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { Histogram } from "./histogram.ts";

/** The kinds of faults, as they are reported. */
export const FAULTS = [
  "lost",
  "late",
  "out of order",
  "merged",
  "duplicated",
  "wrong",
  "unexpected",
] as const;

/** One of {@linkcode FAULTS}. */
export type FaultKind = typeof FAULTS[number];

/** A fault that is shown. */
export interface Fault {
  /** The client that noticed it. */
  client: number;
  /** The message that it is about, where that can be told. */
  message?: number;
  /** The client that sent it, where that is another. */
  from?: number;
  /** What should have come. */
  expected?: SafeText;
  /** What came. */
  came: SafeText;
}

/** How many there are of a kind, and the first of them. */
export interface FaultCount {
  /** How many. */
  count: number;
  /** The first {@linkcode FAULT_EXAMPLES}: some may turn out to be of another kind. */
  examples: Fault[];
}

/** What all clients of a run add to. */
export class Figures {
  /** Messages that were sent, or were due to be. */
  sent = 0;
  /** Answers that came (under broadcast: deliveries), wrong ones excluded. */
  answered = 0;
  /** How many answers there should be for each message. */
  answersEach = 1;
  /** Bytes on the wire. */
  bytesSent = 0;
  /** Bytes on the wire. */
  bytesCome = 0;
  /** When the first message was due, by `performance.now()`. */
  began = 0;
  /** When the last answer came. */
  lastAt = 0;
  /** From a message's send to its answer. */
  readonly latency = new Histogram();
  /** At a rate: how much later than due messages left, by no fault of the server. */
  readonly lag = new Histogram();
  /** Faults by kind. */
  readonly faults = new Map<FaultKind, FaultCount>();
  /** Clients that came to be connected. */
  connected = 0;
  /** Clients that could not connect, by reason. */
  readonly unconnected = new Map<string, number>();
  /** Connections that were lost, by reason. */
  readonly disconnected = new Map<string, number>();

  /** An answer is right: it took so many milliseconds. */
  right(ms: number): void {
    this.answered++;
    if (ms === ms) this.latency.record(ms);
  }

  /** Counts faults; `describe` is asked only while examples are wanted. */
  fault(kind: FaultKind, describe: () => Fault, count = 1): void {
    const known = this.#of(kind);
    known.count += count;
    if (known.examples.length < FAULT_EXAMPLES) known.examples.push(describe());
  }

  /** What was counted as one kind turns out to be of another: `came` says what came of it, if known. */
  reconsider(from: FaultKind, to: FaultKind, about: Omit<Fault, "came">, came?: SafeText): void {
    const before = this.#of(from), now = this.#of(to);
    before.count--;
    now.count++;
    const at = before.examples.findIndex((each) =>
      each.client === about.client && each.message === about.message && each.from === about.from
    );
    const [example] = at < 0 ? [] : before.examples.splice(at, 1);
    if (now.examples.length >= FAULT_EXAMPLES) return;
    if (example) now.examples.push({ ...example, came: came ?? example.came });
    else if (came !== undefined) now.examples.push({ ...about, came });
  }

  /** How many faults there are of all kinds. */
  get faultCount(): number {
    let sum = 0;
    for (const { count } of this.faults.values()) sum += count;
    return sum;
  }

  /** How many clients could not connect. */
  get unconnectedCount(): number {
    return sum(this.unconnected);
  }

  /** How many connections were lost. */
  get disconnectedCount(): number {
    return sum(this.disconnected);
  }

  /** Seconds from the first message to the last answer. */
  get seconds(): number {
    return Math.max(0, this.lastAt - this.began) / 1000;
  }

  #of(kind: FaultKind): FaultCount {
    let known = this.faults.get(kind);
    if (!known) this.faults.set(kind, known = { count: 0, examples: [] });
    return known;
  }
}

/** Counts one more of a reason; a server may have had its say in it, so they are bounded. */
export function addOne(counts: Map<string, number>, reason: string): void {
  const short = reason.length > REASON_CHARACTERS
    ? `${reason.slice(0, REASON_CHARACTERS)}…`
    : reason;
  const key = counts.has(short) || counts.size < REASONS ? short : "other reasons";
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(counts: Map<string, number>): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}

/** Bytes as they are shown in a line: quoted, made harmless, without the middle where they are many. */
export function quoted(bytes: Uint8Array): SafeText {
  if (bytes.length <= SHOWN_BYTES) return safe`"${decoder.decode(bytes)}"`;
  const half = SHOWN_BYTES / 2;
  return safe`"${decoder.decode(bytes.subarray(0, half))}…${
    decoder.decode(bytes.subarray(bytes.length - half))
  }"`;
}

const SHOWN_BYTES = 64;
const decoder = new TextDecoder(); // what is no UTF-8 shows as such
