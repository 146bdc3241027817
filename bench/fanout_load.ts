/**
 * Chat fan-out under load: one sender pipelines 64-byte lines, every receiver gets each of them. The
 * clock runs from the first write until the last receiver has the last byte.
 *
 * @module
 */

import { Clients, type Sample, sleep, STEP_MS, Stopwatch, within, writeAll } from "./measure.ts";
import type { Server } from "./servers.ts";

export interface FanoutLoad {
  readonly receivers: number;
  /** How long the measured burst should take; its length is found with shorter bursts. */
  readonly aimMs: number;
}

const LINE_BYTES = 64;
const BLOCK_LINES = 1024;
const FIRST_BURST = 500;
const MOST_LINES = 2_000_000;
const PROBE_LINES = 16;

/** Longer than the 250 ms after which labwire takes a silent client for a reader of text. */
const SILENCE_MS = 600;

/** Shared by all receivers: what arrives under the clock is counted, not looked at. */
const sink = new Uint8Array(256 * 1024);

const block = new TextEncoder().encode(
  ("a line of chat ".padEnd(LINE_BYTES - 1, "0123456789") + "\n").repeat(BLOCK_LINES),
);

/** Deliveries per second. Marked lines before and after each burst are compared at every receiver. */
export async function fanoutLoad(server: Server, load: FanoutLoad): Promise<Sample> {
  const listening = server.sockets();
  using clients = await Clients.connect(server.port, load.receivers + 1);
  await server.untilAccepted(listening, load.receivers + 1);
  await sleep(SILENCE_MS);
  const [sender, ...receivers] = clients.conns;
  const room = new Room(server, sender, receivers);

  await room.probe();
  let lines = FIRST_BURST;
  let ms = await room.burst(lines);
  while (ms < load.aimMs / 4 && lines < MOST_LINES) {
    lines = Math.min(MOST_LINES, lines * 4);
    ms = await room.burst(lines);
  }
  await room.probe();
  lines = Math.min(MOST_LINES, Math.ceil(lines * load.aimMs / ms));
  const watch = new Stopwatch(server.pid);
  await room.burst(lines);
  const sample = watch.stop(lines * load.receivers);
  await room.probe();
  return sample;
}

class Room {
  readonly #server: Server;
  readonly #sender: Deno.Conn;
  readonly #receivers: readonly Deno.Conn[];
  /** Length of a line as it is delivered: labwire puts the sender's name before it. */
  #delivered = 0;
  readonly #probed = new Set<Deno.Conn>();

  constructor(server: Server, sender: Deno.Conn, receivers: readonly Deno.Conn[]) {
    this.#server = server;
    this.#sender = sender;
    this.#receivers = receivers;
  }

  /** Sends `lines` lines; resolves with the milliseconds until all receivers had all bytes. */
  async burst(lines: number): Promise<number> {
    const start = performance.now();
    const bytes = lines * this.#delivered;
    const work = this.#receivers.map((conn) => receive(conn, bytes));
    await this.#step(`relay ${lines} lines`, [send(this.#sender, lines), ...work]);
    return performance.now() - start;
  }

  /**
   * Sends marked lines, which must be the next that each receiver gets. The first probe also finds
   * the delivered length, and lets a greeting or a notice go before.
   */
  async probe(): Promise<void> {
    const marks = Array.from(
      { length: PROBE_LINES },
      (_, i) => `marked line ${i} `.padEnd(LINE_BYTES - 1, "abcdefgh") + "\n",
    );
    const text = new TextEncoder().encode(marks.join(""));
    const work = this.#receivers.map((conn) => this.#receiveMarks(conn, marks));
    await this.#step("relay the marked lines", [writeAll(this.#sender, text), ...work]);
  }

  async #receiveMarks(conn: Deno.Conn, marks: readonly string[]): Promise<void> {
    const last = marks[marks.length - 1];
    const buffer = new Uint8Array(16 * 1024);
    let text = "";
    while (!text.endsWith(last)) {
      if (text.length > buffer.length) throw this.#mistrust("no marked line in", text);
      const count = await conn.read(buffer);
      if (count === null) throw this.#mistrust("it closed after", text);
      text += new TextDecoder().decode(buffer.subarray(0, count));
    }
    const lines = text.split("\n").slice(0, -1);
    const tail = lines.slice(-marks.length);
    this.#delivered ||= tail[0].length + 1;
    for (const [i, line] of tail.entries()) {
      const whole = line.length + 1 === this.#delivered && `${line}\n`.endsWith(marks[i]);
      if (!whole) throw this.#mistrust("a marked line is missing in", text);
    }
    if (this.#probed.has(conn) && lines.length > marks.length) {
      throw this.#mistrust("unexpected lines in", text);
    }
    this.#probed.add(conn);
  }

  #step(what: string, work: readonly Promise<void>[]): Promise<void[]> {
    return within(STEP_MS, `${what} through ${this.#server.peer.name}`, Promise.all(work));
  }

  #mistrust(why: string, text: string): Error {
    return new Error(
      `Cannot trust ${this.#server.peer.name}: ${why} ${JSON.stringify(text.slice(0, 200))}`,
    );
  }
}

async function send(conn: Deno.Conn, lines: number): Promise<void> {
  for (let left = lines; left > 0; left -= BLOCK_LINES) {
    await writeAll(conn, left < BLOCK_LINES ? block.subarray(0, left * LINE_BYTES) : block);
  }
}

async function receive(conn: Deno.Conn, bytes: number): Promise<void> {
  let owed = bytes;
  while (owed > 0) {
    const count = await conn.read(sink);
    if (count === null) throw new Error(`Cannot receive: closed with ${owed} bytes undelivered`);
    owed -= count;
  }
  if (owed < 0) throw new Error(`Cannot receive: ${-owed} bytes more than were sent`);
}
