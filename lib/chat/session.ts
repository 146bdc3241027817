/**
 * One participant's stay: a loop that receives and a loop that delivers, each ending the other's
 * source, so that peer close, failed write, full inbox and shutdown all take one path.
 *
 * @module
 */
import { isClosed, ProtocolError } from "../base/errors.ts";
import { DRAIN_MS, GREETING_MS, SILENCE_MS } from "../base/limits.ts";
import { Rate } from "../base/rate.ts";
import { concat } from "../base/bytes.ts";
import { safe } from "../base/safe_text.ts";
import { allDone, onAbort } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { readToEnd, Watchdog } from "../net/farewell.ts";
import { type Meeting, Refusal } from "../net/meeting.ts";
import { readMessage } from "../wire/dialect.ts";
import type { Origin, Room } from "./room.ts";
import type { Seat } from "./seat.ts";

/** What a session needs beside its room. */
export interface SessionOptions extends Origin {
  /** Finds out the peer's dialect, and takes its hello. */
  meet: () => Promise<Meeting | null>;
  /** What to send to a peer that is not taken in, in its own dialect. */
  refusal: (conn: Connection, why: Refusal) => Uint8Array;
  /** The server stops: say goodbye. */
  signal: AbortSignal;
  /** Called once, as the participant leaves: the place is free. */
  leave: () => void;
  /** Serves a connection that is no participant's, to its end: one for files, or of a browser. */
  errand: (purpose: Meeting | "http") => Promise<void>;
}

/** Runs a session to the end of its connection. */
export async function runSession(
  conn: Connection,
  room: Room,
  { origin, address, meet, refusal, signal, leave, errand }: SessionOptions,
): Promise<void> {
  using _conn = conn;
  using watchdog = new Watchdog(conn, DRAIN_MS);
  const seat = room.enter(conn, { origin, address }, () => {
    watchdog.start();
    leave();
  });
  using _stop = onAbort(
    signal,
    () => room.dismiss(seat, "shutdown", "The server is shutting down"),
  );
  const turnAway = (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    room.options.log(safe`Rejecting ${origin}: ${error.message}`);
    room.options.audit?.({ event: "refused", origin, code: error.code, reason: error.message });
    seat.silence.open();
    seat.greeted.open();
    seat.inbox.clear();
    seat.inbox.offer({ size: 0, encode: () => refusal(conn, error) });
    seat.leave();
    return readToEnd(conn);
  };
  try {
    await allDone([
      receive(conn, room, seat, meet)
        .then(async (purpose) => {
          if (purpose === undefined) return;
          room.withdraw(seat);
          leave();
          await errand(purpose);
        })
        .catch(turnAway)
        .finally(() => seat.leave()),
      deliver(conn, room, seat)
        .catch((error) => {
          conn.close();
          throw error;
        })
        .finally(() => seat.leave()),
    ]);
  } catch (error) {
    if (!isClosed(error)) throw error;
  } finally {
    seat.inbox.clear(); // what nobody takes any more is not counted, either
  }
}

/** Receives to the end of the stay, unless the connection is no participant's: what it is for. */
async function receive(
  conn: Connection,
  room: Room,
  seat: Seat,
  meet: SessionOptions["meet"],
): Promise<Meeting | "http" | undefined> {
  try {
    const meeting = await meet();
    if (meeting === null) return undefined;
    if (meeting.hello?.purpose) return meeting;
    if (meeting.hello) greet(room, seat, meeting);
    seat.silence.open();
    await handleAll(conn, room, seat);
    await Promise.race([room.questions.settled(seat), seat.left]);
  } catch (error) {
    if (error instanceof Refusal && error.foreign === "http" && room.options.web) return "http";
    if (!(error instanceof ProtocolError) || error instanceof Refusal) throw error;
    room.options.log(
      safe`Client ${seat.record.number}: ${seat.name} cannot be read: ${error.message}`,
    );
    if (!seat.gone) room.dismiss(seat, "protocol", `Cannot read what you sent: ${error.message}`);
  }
  seat.leave();
  await readToEnd(conn);
  return undefined;
}

function greet(room: Room, seat: Seat, meeting: Meeting): void {
  try {
    room.welcome(seat, meeting);
  } catch (error) {
    throw error instanceof ProtocolError ? new Refusal("name", error.message) : error;
  }
}

/** Handles messages until the peer ends its side, asks to leave, or has been told to. */
async function handleAll(conn: Connection, room: Room, seat: Seat): Promise<void> {
  const rate = room.options.rate && new Rate(room.options.rate);
  const over = rate && new AbortController();
  if (over) void seat.left.then(() => over.abort());
  for (;;) {
    const batch = await conn.receive();
    if (batch === null) return;
    seat.busy = true;
    for (const payload of batch) {
      // Asked before each message: many who waited for room must not fill it together.
      for (let full = room.hub.ready(); full; full = room.hub.ready()) await full;
      if (rate && await rate.pass(payload.length, over?.signal)) room.slowDown(seat);
      if (seat.gone) return;
      try {
        const message = readMessage(conn.dialect, payload);
        if (room.isExit(message)) return;
        const work = room.handle(seat, message);
        if (work) await work;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        room.hub.tell(seat, { type: "error", text: `Cannot do that: ${error.message}` });
      }
    }
    seat.busy = false;
  }
}

/** Writes what waits in the inbox, all of it in one write, until the seat is left and all is sent. */
async function deliver(conn: Connection, room: Room, seat: Seat): Promise<void> {
  await seat.silence.pass(SILENCE_MS);
  for (;;) {
    const entries = await seat.inbox.take();
    if (seat.withdrawn) return;
    if (entries === null) break;
    if (seat.beingGreeted) {
      await seat.greeted.pass(2 * GREETING_MS); // nothing goes before the welcome
      seat.inbox.delivered();
      continue;
    }
    let chunks: Uint8Array[] = [];
    for (const entry of entries) {
      if (entry.perform) {
        await writeAll(conn, chunks);
        chunks = [];
        await entry.perform(conn);
      } else chunks.push(entry.encode(seat));
    }
    await writeAll(conn, chunks);
    seat.inbox.delivered();
    room.hub.delivered(seat);
  }
  await seat.transfers;
  await conn.closeWrite();
}

async function writeAll(conn: Connection, chunks: Uint8Array[]): Promise<void> {
  const chunk = concat(chunks);
  if (chunk.length > 0) await conn.write(chunk);
}
