/**
 * Question and answer on one connection: what servers do that have no room.
 *
 * @module
 */
import { isClosed, ProtocolError } from "../base/errors.ts";
import { DRAIN_MS } from "../base/limits.ts";
import { Rate, type RateLimit } from "../base/rate.ts";
import { onAbort, sleep } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { readToEnd, sayGoodbye, Watchdog } from "../net/farewell.ts";
import { type Meeting, Refusal, type Visitor } from "../net/meeting.ts";
import { sendMessage } from "../net/send_message.ts";
import { type Hello, PROTOCOL_VERSION } from "../wire/message.ts";
import { type Door, turnAway } from "./door.ts";

/** What a server without a room does. */
export interface ExchangeOptions {
  /** What the welcome calls the mode. */
  mode: string;
  /** What the welcome says the server can do. */
  features?: string[];
  /** The server stops: finish the answer under way, and say goodbye. */
  signal: AbortSignal;
  /** Answers a batch of payloads; false ends the exchange. */
  answer: (conn: Connection, batch: Uint8Array[], meeting: Meeting) => Promise<boolean | void>;
  /** How fast a client may send; what is over it waits. */
  rate?: RateLimit;
  /** A client from which nothing comes, and which takes nothing, for so long is let go. */
  idleMs?: number;
  /** Serves a client that speaks HTTP, to the end of its connection; absent where none is served. */
  web?: (visitor: Visitor) => Promise<void>;
}

/**
 * Serves one visitor: greets it if it is native, answers until it ends its side or is told to go,
 * and closes. It holds a place at the door while it may ask.
 */
export async function exchange(
  visitor: Visitor,
  door: Door,
  options: ExchangeOptions,
): Promise<void> {
  const { conn } = visitor;
  const { signal, web } = options;
  door.inside++;
  await toTheEnd(conn, async () => {
    try {
      const meeting = await meetWhile(visitor, signal);
      if (meeting !== null && !signal.aborted) await converse(conn, options, meeting);
    } catch (error) {
      if (!web || !(error instanceof Refusal) || error.foreign !== "http") throw error;
      await web(visitor);
    } finally {
      door.inside--;
    }
  });
}

/** The same with a native client that has said hello. */
export async function exchangeWith(
  conn: Connection,
  meeting: Meeting,
  options: ExchangeOptions,
): Promise<void> {
  await toTheEnd(conn, () => converse(conn, options, meeting));
}

/** Welcomes a native client that has said hello, and lets `relay` have the connection to its end. */
export async function relayWith(
  conn: Connection,
  { hello }: Meeting,
  relay: (conn: Connection) => Promise<void>,
): Promise<void> {
  await toTheEnd(conn, async () => {
    await welcome(conn, hello!, "relay", []);
    await relay(conn);
  });
}

/** Does the work, and ends the connection so that the last words arrive. */
async function toTheEnd(conn: Connection, work: () => Promise<void>): Promise<void> {
  using watchdog = new Watchdog(conn, DRAIN_MS);
  try {
    await work();
    watchdog.start();
    await conn.closeWrite();
    await readToEnd(conn);
  } catch (error) {
    if (isClosed(error)) return;
    if (!(error instanceof ProtocolError)) throw error;
    watchdog.start(); // it may not read what it is told
    if (error instanceof Refusal) return await turnAway(conn, error);
    const reason = `Cannot read what you sent: ${error.message}`;
    await sendMessage(conn, { type: "bye", code: "protocol", reason });
    await sayGoodbye(conn);
  }
}

/** Meets a visitor who, when the server stops meanwhile, hears of no answer. */
async function meetWhile(visitor: Visitor, signal: AbortSignal): Promise<Meeting | null> {
  using _stop = onAbort(signal, () => void visitor.conn.closeWrite());
  return await visitor.meet();
}

async function converse(
  conn: Connection,
  { mode, features = [], signal, answer, rate: limit, idleMs }: ExchangeOptions,
  meeting: Meeting,
): Promise<void> {
  const { hello } = meeting;
  const rate = limit && new Rate(limit);
  using _idle = idleMs === undefined
    ? undefined
    : new Watchdog(conn, idleMs, { bothWays: true }).start();
  let answering = false;
  const goodbye = async () => {
    if (conn.dialect === "native") {
      const reason = "The server is shutting down";
      await sendMessage(conn, { type: "bye", code: "shutdown", reason });
    }
    await conn.closeWrite(); // the peer closes in turn, which ends what is being received
  };
  using _stop = onAbort(signal, () => {
    if (!answering) goodbye().catch(() => conn.close());
  });
  if (hello) await welcome(conn, hello, mode, features);
  while (!signal.aborted) {
    const batch = await conn.receive();
    if (batch === null || signal.aborted) return;
    answering = true;
    // What came together is paid for together, before any of it is answered.
    if (rate) await sleep(payFor(batch, rate), signal);
    if (await answer(conn, batch, meeting) === false) return;
    answering = false;
  }
  await goodbye();
}

/** How long to wait for the last of them, which has waited for all the others, too. */
function payFor(batch: readonly Uint8Array[], rate: Rate): number {
  let ms = 0;
  for (const payload of batch) ms = rate.take(payload.length);
  return ms;
}

async function welcome(
  conn: Connection,
  { name = "guest" }: Hello,
  mode: string,
  features: string[],
): Promise<void> {
  await sendMessage(conn, { type: "welcome", version: PROTOCOL_VERSION, name, mode, features });
}
