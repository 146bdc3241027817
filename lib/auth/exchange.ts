/**
 * Question and answer on one connection: what servers do that have no room.
 *
 * @module
 */
import { isClosed, ProtocolError } from "../base/errors.ts";
import { DRAIN_MS } from "../base/limits.ts";
import { onAbort } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { readToEnd, sayGoodbye, Watchdog } from "../net/farewell.ts";
import { Refusal } from "../net/meeting.ts";
import { sendMessage } from "../net/send_message.ts";
import { type Hello, PROTOCOL_VERSION } from "../wire/message.ts";
import { type Door, turnAway, type Visitor } from "./door.ts";

/** What a server without a room does. */
export interface ExchangeOptions {
  /** What the welcome calls the mode. */
  mode: string;
  /** What the welcome says the server can do. */
  features?: string[];
  /** The server stops: finish the answer under way, and say goodbye. */
  signal: AbortSignal;
  /** Answers a batch of payloads; false ends the exchange. A native client has said hello. */
  answer: (conn: Connection, batch: Uint8Array[], hello?: Hello) => Promise<boolean>;
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
  door.inside++;
  const work = () => meetAndConverse(visitor, options).finally(() => door.inside--);
  await toTheEnd(visitor.conn, work);
}

/** The same with a native client that has said hello. */
export async function exchangeWith(
  conn: Connection,
  hello: Hello,
  options: ExchangeOptions,
): Promise<void> {
  await toTheEnd(conn, () => converse(conn, options, hello));
}

/** Welcomes a native client that has said hello, and lets `relay` have the connection to its end. */
export async function relayWith(
  conn: Connection,
  hello: Hello,
  relay: (conn: Connection) => Promise<void>,
): Promise<void> {
  await toTheEnd(conn, async () => {
    await welcome(conn, hello, "relay", []);
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

async function meetAndConverse(visitor: Visitor, options: ExchangeOptions): Promise<void> {
  const { conn, meet } = visitor;
  const { web, signal } = options;
  try {
    using stop = onAbort(signal, () => void conn.closeWrite());
    const meeting = await meet();
    stop[Symbol.dispose]();
    if (meeting !== null && !signal.aborted) await converse(conn, options, meeting.hello);
  } catch (error) {
    if (!web || !(error instanceof Refusal) || error.foreign !== "http") throw error;
    await web(visitor);
  }
}

async function converse(
  conn: Connection,
  { mode, features = [], signal, answer }: ExchangeOptions,
  hello?: Hello,
): Promise<void> {
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
    if (!await answer(conn, batch, hello)) return;
    answering = false;
  }
  await goodbye();
}

async function welcome(
  conn: Connection,
  { name = "guest" }: Hello,
  mode: string,
  features: string[],
): Promise<void> {
  await sendMessage(conn, { type: "welcome", version: PROTOCOL_VERSION, name, mode, features });
}
