/**
 * A load test: many clients against one server, from the first connection to the last answer.
 *
 * @module
 */
import { LOAD_TICK_MS } from "./limits.ts";
import { Deadline, onAbort } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import type { Dialect } from "../wire/dialect.ts";
import { LoadClient } from "./client.ts";
import { Crowd } from "./crowd.ts";
import { dialAll } from "./dialing.ts";
import { enter, gather } from "./enter.ts";
import { type AnswerKind, type Expectation, textLength } from "./expectation.ts";
import { Figures } from "./figures.ts";
import { Judge } from "./judge.ts";
import { pace, Schedule } from "./pace.ts";
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
  const clients = makeClients(conns, options, { length, figures, crowd });
  using _stop = onAbort(signal, () => clients.forEach((client) => client.cut()));
  const ended = Promise.all(clients.map((client) => client.run()));
  if (crowd) await gather(crowd, clients, options);
  figures.answersEach = crowd ? Math.max(0, crowd.members.size - 1) : 1;
  await run(clients, options, { figures, crowd, ended });
  return figures;
}

function makeClients(
  conns: Map<number, Connection>,
  { expect, dialect, rate, pipeline, messages }: LoadOptions,
  { length, figures, crowd }: { length: number; figures: Figures; crowd?: Crowd },
): LoadClient[] {
  const clients = new Map<number, LoadClient>();
  const shared = {
    dialect,
    length,
    figures,
    depth: rate === undefined ? pipeline : Infinity,
    quota: messages ?? Infinity,
    mayEnd: crowd && (() => [...clients.values()].every(({ isDone }) => isDone)),
  };
  for (const [client, conn] of conns) {
    const times = new SendTimes();
    const jury = crowd && expect === "broadcast"
      ? crowd.join(client, times)
      : new Judge({ client, expect: expect as AnswerKind | "any", length, times, figures });
    clients.set(client, new LoadClient(conn, { ...shared, client, jury, times }));
  }
  if (crowd) crowd.onReached = (client) => clients.get(client)?.pump();
  return [...clients.values()];
}

/** Lets all begin, and looks after them to the end. */
async function run(
  clients: LoadClient[],
  { durationMs, messages, timeoutMs, rate, signal }: LoadOptions,
  { figures, crowd, ended }: { figures: Figures; crowd?: Crowd; ended: Promise<unknown> },
): Promise<void> {
  const over = new AbortController();
  figures.began = figures.lastAt = performance.now();
  const tick = () => {
    const now = performance.now();
    for (const client of clients) client.expire(now, timeoutMs);
    if (crowd && crowd.members.size < 2) clients.forEach((client) => client.cut());
  };
  using _ticks = every(Math.max(5, Math.min(LOAD_TICK_MS, timeoutMs / 4)), tick);
  const stop = () => {
    over.abort();
    figures.lastAt = performance.now(); // silence until then counts, too
    for (const client of clients) client.stop();
  };
  using _end = durationMs === undefined ? undefined : new Deadline(durationMs, stop).start();
  for (const client of clients) client.start();
  if (rate !== undefined) {
    const most = messages === undefined ? Infinity : messages * clients.length;
    const schedule = new Schedule(clients, most);
    await pace({
      rate,
      began: figures.began,
      signal: AbortSignal.any([over.signal, signal]),
      due: (time, lateMs) => {
        figures.lag.record(lateMs);
        return schedule.add(time);
      },
      flush: () => schedule.flush(),
    });
    if (!signal.aborted) stop();
  }
  await ended;
}

function every(ms: number, act: () => void): Disposable {
  const timer = setInterval(act, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
