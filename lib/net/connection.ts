import { isClosed } from "../base/errors.ts";
import { GAP_MS, RECORD_BYTES } from "../base/limits.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import { none } from "../wire/ciphers/none.ts";
import { type Dialect, framingOf } from "../wire/dialect.ts";
import { frameAll, type Framing } from "../wire/framing.ts";
import { LengthFraming } from "../wire/length_framing.ts";
import { LineFraming } from "../wire/line_framing.ts";
import { RawFraming } from "../wire/raw_framing.ts";
import { type Arrival, raceQuiet } from "./quiet.ts";
import type { BufferPool } from "./buffer_pool.ts";
import { ReadBuffer } from "./read_buffer.ts";
import type { Socket } from "./socket.ts";
import { Writer } from "./writer.ts";

/**
 * Socket, framing and cipher in one: batches of payloads in, payloads out.
 *
 * A batch is made of views into the read buffer and is valid until the next one is asked for; what
 * it leads to should leave in one write. Reading and writing may go on at the same time; there is
 * one reader, and writers wait for each other. Framing and cipher may be changed between messages.
 *
 * What every message passes, and every idle connection waits in, is no async function but a callback
 * made once: a frame that waits is memory, and one that is entered is time.
 */
export class Connection implements Disposable {
  /** How payloads lie in the stream; {@linkcode speak} sets it. */
  framing: Framing = new RawFraming();
  /** What payloads go through on the wire. */
  cipher: Cipher = none;
  /** Bytes that came from the peer so far. */
  bytesCome = 0;
  /** Where the last batch lies as it would be framed; undefined when it does not, or is sealed. */
  lying?: Uint8Array;

  /** Called before it is closed because it holds memory that others wait for. */
  evicted?: () => void;

  readonly #socket: Socket;
  readonly #records = new LengthFraming(RECORD_BYTES);
  readonly #in: ReadBuffer;
  readonly #out: Writer;
  #fresh = false; // bytes came since the framing last looked
  #ended = false;
  #handed = false; // somebody may look at what was received
  #fault: unknown;
  #reading?: Promise<Arrival>;
  #early: Uint8Array[] = []; // put back
  #closed = false;
  #writeClosed = false;
  #dialect: Dialect = "text";

  /** Takes over the socket: closing the connection closes it. Large frames borrow from `pools`. */
  constructor(socket: Socket, pools?: readonly BufferPool[]) {
    this.#socket = socket;
    this.#in = new ReadBuffer(this, pools);
    this.#out = new Writer(socket);
  }

  /** Bytes that the system took from us so far; it stands still while the peer takes nothing. */
  get bytesTaken(): number {
    return this.#out.bytesTaken;
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
    this.lying = undefined;
    if (this.#early.length > 0) return this.#early.splice(0);
    this.#handed = false;
    const batch: Uint8Array[] = [];
    for (;;) {
      if (this.#fault) throw this.#fault;
      const framing = this.cipher.records ? this.#records : this.framing;
      if (this.#fresh) {
        this.#fresh = false;
        this.#attempt(() => {
          this.#in.start = framing.take(this.#in.bytes, this.#in.start, this.#in.end, batch);
        });
        if (batch.length > 0) {
          if (this.cipher === none) this.lying = this.framing.lying;
          return this.#open(batch);
        }
        if (this.#fault) continue;
      }
      const rest = !this.#in.isEmpty;
      const arrival = await this.#more(rest ? framing.restMs : Infinity);
      if (arrival === "data") continue;
      framing.takeRest(this.#in.bytes, this.#in.start, this.#in.end, batch);
      this.#in.start = this.#in.end;
      if (batch.length > 0) return this.#open(batch);
      if (arrival === "end") return null;
    }
  }

  /** Gives payloads of the last batch back, to be received next. */
  putBack(payloads: Uint8Array[]): void {
    this.#early = payloads;
    this.#handed = true;
  }

  /** Resolves when there is something to receive, were it the end. */
  begun(): Promise<unknown> {
    const known = this.#early.length > 0 || !this.#in.isEmpty || this.#fault !== undefined;
    return known ? Promise.resolve() : this.#more(Infinity);
  }

  /** The next bytes as they come, past framing and cipher; `"quiet"` after `quietMs` without any, null at the end. */
  async receiveChunk(quietMs = Infinity): Promise<Uint8Array | "quiet" | null> {
    this.#handed = false;
    if (this.#in.isEmpty) {
      const arrival = await this.#more(quietMs);
      if (arrival !== "data") return arrival === "end" ? null : arrival;
    }
    this.#handed = true;
    const chunk = this.#in.rest;
    this.#in.start = this.#in.end;
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
      const known = this.#early[0] ?? this.#in.rest;
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
    this.#in.start += count;
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

  /** Sends the answers to the last batch; those that were made in its payloads leave from there. */
  answer(batch: readonly Uint8Array[], answers: readonly Uint8Array[]): Promise<void> {
    const { lying } = this;
    const same = batch.length === answers.length && batch.every((each, i) => each === answers[i]);
    return lying && same ? this.write(lying) : this.send(answers);
  }

  /** Writes a packed chunk to its last byte; rejects when the connection is closed or breaks. */
  write(chunk: Uint8Array): Promise<void> {
    const seal = (frames: Uint8Array) => frameAll(this.#records, [this.cipher.seal(frames)]);
    return this.#out.write(chunk, this.cipher.records ? seal : undefined);
  }

  /** Closes the sending side after what is being written; the peer reads an end. Safe to repeat. */
  async closeWrite(): Promise<void> {
    await this.#out.idle();
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
    if (this.#reading) this.#in.cancel(); // the rest when the read has ended
    else this.#giveUpMemory();
  }

  /** Gives up a frame that does not come whole, and with it the connection. */
  evict(): void {
    this.evicted?.();
    this.close();
  }

  /** The same as {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Reads on, at most for `ms`. A read that is still pending then goes on and is awaited later. */
  #more(ms: number): Promise<Arrival> {
    if (this.#ended) return Promise.resolve("end");
    this.#reading ??= this.#read();
    return ms === Infinity ? this.#reading : raceQuiet(this.#reading, ms);
  }

  #read(): Promise<Arrival> {
    const room = this.#in.makeRoom(this.cipher.records ? this.#records : this.framing);
    const reading = room ? room.then(() => this.#fill()) : this.#fill();
    return reading.then(this.#arrived, this.#readFailed);
  }

  #fill(): Promise<number | null> {
    return this.#socket.read(this.#in.place);
  }

  readonly #arrived = (count: number | null): Arrival => {
    if (count === null) this.#ended = true;
    else {
      this.#in.end += count;
      this.bytesCome += count;
      this.#fresh = true;
    }
    this.#readOver();
    return count === null ? "end" : "data";
  };

  readonly #readFailed = (error: unknown): never => {
    this.#readOver();
    throw error;
  };

  #readOver(): void {
    this.#reading = undefined;
    if (this.#closed) this.#giveUpMemory();
  }

  #giveUpMemory(): void {
    if (this.#handed) this.#in.forget();
    else this.#in.release();
  }

  #open(batch: Uint8Array[]): Uint8Array[] {
    this.#handed = true;
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
