import { isClosed } from "../base/errors.ts";
import {
  GAP_MS,
  READ_BUFFER_BYTES,
  READ_BUFFER_FIRST_BYTES,
  RECORD_BYTES,
} from "../base/limits.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import { none } from "../wire/ciphers/none.ts";
import { type Dialect, framingOf } from "../wire/dialect.ts";
import { frameAll, type Framing } from "../wire/framing.ts";
import { LengthFraming } from "../wire/length_framing.ts";
import { LineFraming } from "../wire/line_framing.ts";
import { RawFraming } from "../wire/raw_framing.ts";
import type { Socket } from "./socket.ts";

type Arrival = "data" | "quiet" | "end";

/**
 * Socket, framing and cipher in one: batches of payloads in, payloads out.
 *
 * A batch is made of views into the read buffer and is valid until the next one is asked for; what
 * it leads to should leave in one write. Reading and writing may go on at the same time; there is
 * one reader, and writers wait for each other. Framing and cipher may be changed between messages.
 */
export class Connection implements Disposable {
  /** How payloads lie in the stream; {@linkcode speak} sets it. */
  framing: Framing = new RawFraming();
  /** What payloads go through on the wire. */
  cipher: Cipher = none;
  /** Bytes that the system took from us so far; it stands still while the peer takes nothing. */
  bytesTaken = 0;
  /** Bytes that came from the peer so far. */
  bytesCome = 0;

  readonly #socket: Socket;
  readonly #records = new LengthFraming(RECORD_BYTES);
  #buffer = new Uint8Array(READ_BUFFER_FIRST_BYTES);
  #start = 0; // what was read and not consumed lies in [start, end)
  #end = 0;
  #fresh = false; // bytes came since the framing last looked
  #ended = false;
  #fault: unknown;
  #reading?: Promise<Arrival>;
  #early: Uint8Array[] = []; // put back
  #writing = false;
  #written?: PromiseWithResolvers<void>; // made only when somebody waits for a write
  #closed = false;
  #writeClosed = false;
  #dialect: Dialect = "text";

  /** Takes over the socket: closing the connection closes it. */
  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** How the peer speaks; a text reader until {@linkcode speak} says otherwise. */
  get dialect(): Dialect {
    const { framing } = this;
    if (framing instanceof LineFraming) return framing.lastEnded ? "text" : "raw";
    return this.#dialect;
  }

  /** Speaks a dialect from now on. */
  speak(dialect: Dialect, framing: Framing = framingOf(dialect)): void {
    this.#dialect = dialect;
    this.framing = framing;
  }

  /**
   * The next payloads, opened; null when the peer has ended its side.
   *
   * @throws {ProtocolError} on bytes that are no frame, or that do not open, once all before them
   * has been received.
   */
  async receive(): Promise<Uint8Array[] | null> {
    if (this.#early.length > 0) return this.#early.splice(0);
    const batch: Uint8Array[] = [];
    for (;;) {
      if (this.#fault) throw this.#fault;
      const framing = this.cipher.records ? this.#records : this.framing;
      if (this.#fresh) {
        this.#fresh = false;
        this.#attempt(() => {
          this.#start = framing.take(this.#buffer, this.#start, this.#end, batch);
        });
        if (batch.length > 0) return this.#open(batch);
        if (this.#fault) continue;
      }
      const rest = this.#start < this.#end;
      const arrival = await this.#more(rest ? framing.restMs : Infinity);
      if (arrival === "data") continue;
      framing.takeRest(this.#buffer, this.#start, this.#end, batch);
      this.#start = this.#end;
      if (batch.length > 0) return this.#open(batch);
      if (arrival === "end") return null;
    }
  }

  /** Gives payloads of the last batch back, to be received next. */
  putBack(payloads: Uint8Array[]): void {
    this.#early = payloads;
  }

  /** The next bytes as they come, past framing and cipher; `"quiet"` after `quietMs` without any, null at the end. */
  async receiveChunk(quietMs = Infinity): Promise<Uint8Array | "quiet" | null> {
    if (this.#start === this.#end) {
      const arrival = await this.#more(quietMs);
      if (arrival !== "data") return arrival === "end" ? null : arrival;
    }
    const chunk = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    this.#fresh = false;
    return chunk;
  }

  /**
   * Reads until `decide` has an answer to the first bytes, and leaves them to be received; null
   * when the peer ends before. `decide` is asked again with `quiet` when nothing more comes for
   * {@linkcode GAP_MS}.
   */
  async peek<T>(decide: (bytes: Uint8Array, quiet: boolean) => T | undefined): Promise<T | null> {
    let quiet = false;
    for (;;) {
      const known = this.#early[0] ?? this.#buffer.subarray(this.#start, this.#end);
      const answer = decide(known, quiet);
      if (answer !== undefined) return answer;
      if (this.#fault) throw this.#fault;
      const arrival = await this.#more(known.length === 0 || quiet ? Infinity : GAP_MS);
      if (arrival === "end" && quiet) return null;
      quiet = arrival !== "data";
      if (arrival === "end" && known.length === 0) return null;
    }
  }

  /** Passes over bytes that were peeked at. */
  skip(count: number): void {
    this.#start += count;
  }

  /** Payloads sealed and framed as one chunk; under a record cipher framed only, `write` seals. */
  pack(payloads: readonly Uint8Array[]): Uint8Array {
    const { cipher } = this;
    if (cipher.records || cipher.name === "none") return frameAll(this.framing, payloads);
    return frameAll(this.framing, payloads.map((payload) => cipher.seal(payload)));
  }

  /** Sends payloads, all in one write. */
  send(payloads: readonly Uint8Array[]): Promise<void> {
    return this.write(this.pack(payloads));
  }

  /** Writes a packed chunk to its last byte; rejects when the connection is closed or breaks. */
  async write(chunk: Uint8Array): Promise<void> {
    while (this.#writing) await this.#turn();
    this.#writing = true;
    try {
      if (this.cipher.records) chunk = frameAll(this.#records, [this.cipher.seal(chunk)]);
      for (let at = 0; at < chunk.length;) {
        const taken = await this.#socket.write(at === 0 ? chunk : chunk.subarray(at));
        this.bytesTaken += taken;
        at += taken;
      }
    } finally {
      this.#writing = false;
      this.#written?.resolve();
      this.#written = undefined;
    }
  }

  /** Closes the sending side after what is being written; the peer reads an end. Safe to repeat. */
  async closeWrite(): Promise<void> {
    while (this.#writing) await this.#turn();
    if (this.#closed || this.#writeClosed) return;
    this.#writeClosed = true;
    try {
      await this.#socket.closeWrite();
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }

  /** Closes both directions and ends what is pending on them. Safe to repeat. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  /** The same as {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #turn(): Promise<void> {
    this.#written ??= Promise.withResolvers<void>();
    return this.#written.promise;
  }

  /** Reads on, at most for `ms`. A read that is still pending then goes on and is awaited later. */
  #more(ms: number): Promise<Arrival> {
    if (this.#ended) return Promise.resolve("end");
    this.#reading ??= this.#read();
    return ms === Infinity ? this.#reading : raceQuiet(this.#reading, ms);
  }

  async #read(): Promise<Arrival> {
    this.#makeRoom();
    try {
      const count = await this.#socket.read(this.#buffer.subarray(this.#end));
      if (count === null) {
        this.#ended = true;
        return "end";
      }
      this.#end += count;
      this.bytesCome += count;
      this.#fresh = true;
      return "data";
    } finally {
      this.#reading = undefined;
    }
  }

  /** Makes sure that the next read has a place: reuse, move the rest to the front, or grow. */
  #makeRoom(): void {
    const capacity = this.#buffer.length;
    const rest = this.#end - this.#start;
    const filled = this.#end === capacity; // the last read could have been larger
    if (rest === 0) {
      const oversize = capacity > READ_BUFFER_BYTES && this.#end <= READ_BUFFER_BYTES;
      this.#start = this.#end = 0;
      if (oversize) this.#buffer = new Uint8Array(READ_BUFFER_BYTES);
      else if (filled && capacity < READ_BUFFER_BYTES) this.#buffer = new Uint8Array(capacity * 4);
      return;
    }
    const framing = this.cipher.records ? this.#records : this.framing;
    const need = framing.need(this.#buffer, this.#start, this.#end);
    if (need > capacity || (filled && capacity < READ_BUFFER_BYTES)) {
      const factor = capacity < READ_BUFFER_BYTES ? 4 : 2;
      const larger = new Uint8Array(Math.max(need, capacity * factor));
      larger.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = larger;
    } else if (filled || this.#start + need > capacity) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    } else return;
    this.#start = 0;
    this.#end = rest;
  }

  #open(batch: Uint8Array[]): Uint8Array[] {
    const { cipher } = this;
    if (cipher.name === "none") return batch;
    if (!cipher.records) return batch.map((payload) => cipher.open(payload));
    const opened: Uint8Array[] = [];
    this.#attempt(() => {
      for (const record of batch) {
        const frames = cipher.open(record);
        const used = this.framing.take(frames, 0, frames.length, opened);
        this.framing.takeRest(frames, used, frames.length, opened);
      }
    });
    return opened;
  }

  /** Keeps a fault for the next `receive`: what came whole before it counts. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fault ??= error;
    }
  }
}

/** What the read brings, or `"quiet"` after `ms`; a read that is ready by then gets one more turn. */
async function raceQuiet(reading: Promise<Arrival>, ms: number): Promise<Arrival> {
  reading.catch(() => {}); // reported when it is awaited next
  const { promise, resolve } = Promise.withResolvers<Arrival>();
  const timer = setTimeout(() => setImmediate(resolve, "quiet"), ms);
  try {
    return await Promise.race([reading, promise]);
  } finally {
    clearTimeout(timer);
  }
}
