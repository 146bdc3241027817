/**
 * A load test: many clients against one server, from the first connection to the last answer.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import { LOAD_TICK_MS, PROBE_MS } from "../base/limits.ts";
import { onAbort, sleep, within } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import type { Dialect } from "../wire/dialect.ts";
import { encodeText } from "../wire/utf8.ts";
import { LoadClient } from "./client.ts";
import { Crowd } from "./crowd.ts";
import { dialAll } from "./dialing.ts";
import { type Expectation, textLength } from "./expectation.ts";
import { Figures } from "./figures.ts";
import { Judge } from "./judge.ts";
import { pace } from "./pace.ts";
import { SendTimes } from "./send_times.ts";

/** What a load test does. */
export interface LoadOptions {
  /** Clients at once. */
  clients: number;
  /** How the server speaks. */
  dialect: Dialect;
  /** Bytes of a message; over text the newline is one of them. */
  size: number;
  /** What each is to be answered with. */
  expect: Expectation;
  /** Messages in flight for each client, unless there is a rate. */
  pipeline: number;
  /** Messages a second over all clients, whatever becomes of them. */
  rate?: number;
  /** Messages of each client; without a number, as many as there is time for. */
  messages?: number;
  /** How long new ones are sent. */
  durationMs?: number;
  /** Over how long the connections are opened. */
  rampUpMs: number;
  /** An answer that takes longer is lost. */
  timeoutMs: number;
  /** Opens the connection of a client, and greets the server. */
  open: () => Promise<Connection>;
  /** Ends it; what was measured so far stands. */
  signal: AbortSignal;
  /** Called now and then. */
  onTick?: (figures: Figures) => void;
}

/**
 * Opens all connections, then lets all clients begin together, and waits for the last answer.
 *
 * @throws {Failure} when not one client can connect, or at Ctrl-C before one message was sent.
 */
export async function load(options: LoadOptions): Promise<Figures> {
  const { signal, onTick } = options;
  const figures = new Figures();
  using _drawing = every(LOAD_TICK_MS, () => onTick?.(figures));
  const conns = await dialAll({ ...options, figures, open: (client) => enter(client, options) });
  const { expect, dialect, size } = options;
  const length = textLength(dialect, size);
  const crowd = expect === "broadcast"
    ? new Crowd({ length, stream: dialect === "raw", figures })
    : undefined;
  const clients = new Map<number, LoadClient>();
  const mayEnd = crowd && (() => all.every(({ isDone }) => isDone));
  for (const [client, conn] of conns) {
    const times = new SendTimes();
    const jury = crowd?.join(client, times) ??
      new Judge({
        client,
        expect: expect as Exclude<Expectation, "broadcast">,
        length,
        times,
        figures,
      });
    const depth = options.rate === undefined ? options.pipeline : Infinity;
    const quota = options.messages ?? Infinity;
    clients.set(
      client,
      new LoadClient(conn, { client, dialect, length, depth, quota, jury, times, figures, mayEnd }),
    );
  }
  if (crowd) crowd.onReached = (client) => clients.get(client)?.pump();
  const all = [...clients.values()];
  using _stop = onAbort(signal, () => all.forEach((client) => client.cut()));
  const ended = Promise.all(all.map((client) => client.run()));
  if (crowd) await gather(crowd, all, options);
  figures.answersEach = crowd ? crowd.members.size - 1 : 1;
  await run(all, figures, options, crowd, ended);
  return figures;
}

async function run(
  all: LoadClient[],
  figures: Figures,
  options: LoadOptions,
  crowd: Crowd | undefined,
  ended: Promise<unknown>,
): Promise<void> {
  const { durationMs, messages, timeoutMs, rate } = options;
  const over = new AbortController();
  figures.began = figures.lastAt = performance.now();
  const tick = () => {
    const now = performance.now();
    for (const client of all) client.expire(now, timeoutMs);
    if (crowd && crowd.members.size < 2) all.forEach((client) => client.cut());
  };
  using _ticks = every(Math.max(5, Math.min(LOAD_TICK_MS, timeoutMs / 4)), tick);
  const stop = () => {
    over.abort();
    for (const client of all) client.stop();
  };
  using _duration = durationMs === undefined ? undefined : after(durationMs, stop);
  for (const client of all) client.start();
  if (rate !== undefined) {
    const most = messages === undefined ? Infinity : messages * all.length;
    const schedule = new Schedule(all, most);
    await pace({
      rate,
      began: figures.began,
      signal: AbortSignal.any([over.signal, options.signal]),
      due: (time, lateMs) => {
        figures.lag.record(lateMs);
        return schedule.add(time);
      },
      flush: () => schedule.flush(),
    });
    if (!options.signal.aborted) stop();
  }
  await ended;
  if (durationMs !== undefined && !options.signal.aborted) {
    figures.lastAt = Math.max(figures.lastAt, figures.began + durationMs);
  }
}

/** Deals what is due to the clients in turn. */
class Schedule {
  #clients: LoadClient[];
  #most: number;
  #turn = 0;
  #touched = new Set<LoadClient>();

  constructor(clients: LoadClient[], most: number) {
    this.#clients = clients;
    this.#most = most;
  }

  /** A message is due; false once there is none to send, or nobody to send it. */
  add(time: number): boolean {
    if (this.#most-- <= 0) return false;
    for (let tries = 0; tries < this.#clients.length; tries++) {
      const client = this.#clients[this.#turn++ % this.#clients.length];
      if (client.ended) continue;
      client.schedule(time);
      this.#touched.add(client);
      return true;
    }
    return false;
  }

  flush(): void {
    for (const client of this.#touched) client.pump();
    this.#touched.clear();
  }
}

/** Opens a connection; where a course's server takes the first message for a name, says one. */
async function enter(client: number, options: LoadOptions): Promise<Connection> {
  const { dialect, expect, timeoutMs, open } = options;
  const conn = await open();
  if (expect !== "ack" || (dialect !== "text" && dialect !== "raw")) return conn;
  try {
    await conn.send([encodeText(`bench${client}`)]);
    const late = () =>
      new Failure("Cannot join: no answer to the name", Exit.timedOut, {
        remedy: "with --expect ack the first message over text and raw is a name",
      });
    const first: Promise<unknown> = dialect === "raw" ? conn.receiveChunk() : conn.receive();
    if (await within(timeoutMs, first, late) !== null) return conn;
    throw new Failure("Cannot join: the server closed the connection", Exit.lost);
  } catch (error) {
    conn.close();
    throw error;
  }
}

/**
 * Waits until everyone is heard and hears: a server may take a while to let in whom it has accepted,
 * and may not know how a client speaks that has said nothing.
 */
async function gather(crowd: Crowd, all: LoadClient[], options: LoadOptions): Promise<void> {
  if (crowd.members.size < 2) {
    for (const client of all) client.cut();
    throw new Failure("Cannot test a broadcast: only one client is connected", Exit.failed);
  }
  const deadline = performance.now() + options.timeoutMs;
  const { signal } = options;
  const deaf = () => [...crowd.members.values()].some(({ heardProbe }) => !heardProbe);
  let speakers = all;
  while (deaf() && performance.now() < deadline && !signal.aborted) {
    await Promise.allSettled(speakers.map((client) => client.probe()));
    await sleep(PROBE_MS, signal);
    speakers = all.slice(0, 2);
  }
}

function every(ms: number, act: () => void): Disposable {
  const timer = setInterval(act, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function after(ms: number, act: () => void): Disposable {
  const timer = setTimeout(act, ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
