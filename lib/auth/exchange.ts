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
import { PROTOCOL_VERSION, type Welcome } from "../wire/message.ts";
import { type Door, turnAway, type Visitor } from "./door.ts";

/** What a server without a room does. */
export interface ExchangeOptions {
  /** What the welcome calls the mode. */
  mode: string;
  /** The server stops: finish the answer under way, and say goodbye. */
  signal: AbortSignal;
  /** Answers a batch of payloads; false ends the exchange. */
  answer: (conn: Connection, batch: Uint8Array[]) => Promise<boolean>;
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
  using watchdog = new Watchdog(conn, DRAIN_MS);
  door.inside++;
  try {
    await answerAll(visitor, options).finally(() => door.inside--);
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

async function answerAll(
  { conn, meet }: Visitor,
  { mode, signal, answer }: ExchangeOptions,
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
  const meeting = await meet();
  if (meeting === null) return;
  if (meeting.hello) {
    const name = meeting.hello.name ?? "guest";
    const welcome: Welcome = {
      type: "welcome",
      version: PROTOCOL_VERSION,
      name,
      mode,
      features: [],
    };
    await sendMessage(conn, welcome);
  }
  while (!signal.aborted) {
    const batch = await conn.receive();
    if (batch === null || signal.aborted) return;
    answering = true;
    if (!await answer(conn, batch)) return;
    answering = false;
  }
  await goodbye();
}
