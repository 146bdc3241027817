import { INTAKE_BYTES } from "../base/limits.ts";
import type { Finder, Match } from "./pattern.ts";

/** Where steps have got to in what has come: bytes, and messages in them. */
export class Intake {
  /** Bytes that have come so far. */
  come = 0;
  /** Messages that have come whole so far. */
  messages = 0;
  readonly #limit: number;
  #memory = new Uint8Array(1024);
  #start = 0; // in memory, of what is kept
  #end = 0;
  #position = 0; // of all that has come: where the last match ended
  #searched = 0; // of all that has come: no match begins before
  #finder?: Finder;
  #ends: number[] = []; // of messages, of all that has come; the last ones
  #counted = 0; // messages that were matched, or waited for

  /** Keeps at most the last `limit` bytes. */
  constructor(limit: number = INTAKE_BYTES) {
    this.#limit = limit;
  }

  /** What has come since the last match, as far as it is kept; valid until more comes. */
  get rest(): Uint8Array {
    return this.#kept.subarray(Math.max(0, this.#position - this.#first));
  }

  /** Bytes that have come since the last match, and are kept no more. */
  get dropped(): number {
    return Math.max(0, this.#first - this.#position);
  }

  /** Messages that have come whole, and were neither matched nor waited for. */
  get waiting(): number {
    return this.messages - this.#counted;
  }

  /** Takes what has come. */
  add(bytes: Uint8Array): void {
    this.come += bytes.length;
    const all = bytes.subarray(Math.max(0, bytes.length - this.#limit));
    this.#makeRoom(all.length);
    this.#memory.set(all, this.#end);
    this.#end += all.length;
    this.#start = Math.max(this.#start, this.#end - this.#limit);
  }

  /** A message ends where what has come ends, for now. */
  endMessage(): void {
    this.messages++;
    this.#ends.push(this.come);
    if (this.#ends.length > 2 * this.#limit) this.#ends.splice(0, this.#limit);
  }

  /** Counts messages as waited for. */
  count(messages: number): void {
    this.#counted += messages;
  }

  /** Looks for a match from where the last one ended; goes on behind it when there is one. */
  find(finder: Finder): { match: Uint8Array; group: Uint8Array } | undefined {
    const kept = this.#kept, first = this.#first;
    if (finder !== this.#finder) this.#searched = this.#position;
    this.#finder = finder;
    const from = Math.max(0, this.#searched - first);
    const found = finder.find(kept, from);
    if (!found) {
      const open = finder.overlap === Infinity ? from : kept.length - finder.overlap;
      this.#searched = first + Math.max(from, open);
      return undefined;
    }
    this.#finder = undefined;
    this.#position = first + found.end;
    this.#countTo(this.#position);
    const { group = found } = found as Match;
    return {
      match: kept.slice(found.start, found.end),
      group: kept.slice(group.start, group.end),
    };
  }

  /** What is kept. */
  get #kept(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end);
  }

  /** Where that begins, of all that has come. */
  get #first(): number {
    return this.come - (this.#end - this.#start);
  }

  /** The message in which a match ends counts with it, whether it has come whole or not. */
  #countTo(position: number): void {
    let later = 0;
    while (later < this.#ends.length && this.#ends.at(-1 - later)! >= position) later++;
    this.#counted = Math.max(this.#counted, this.messages - later + 1);
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#memory.length) return;
    const kept = this.#kept.subarray(Math.max(0, this.#end - this.#start + length - this.#limit));
    const size = Math.min(2 * this.#limit, Math.max(2 * (kept.length + length), 1024));
    const memory = size > this.#memory.length ? new Uint8Array(size) : this.#memory;
    if (memory === this.#memory) {
      memory.copyWithin(0, kept.byteOffset, kept.byteOffset + kept.length);
    } else memory.set(kept);
    this.#memory = memory;
    this.#start = 0;
    this.#end = kept.length;
  }
}
