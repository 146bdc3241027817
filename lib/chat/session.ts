/**
 * One participant's stay: a loop that receives, and a delivery that writes what is said, each ending
 * the other's source, so that peer close, failed write, full inbox and shutdown all take one path.
 *
 * @module
 */
import { isClosed, ProtocolError } from "../base/errors.ts";
import { DRAIN_MS } from "../base/limits.ts";
import { Rate } from "../base/rate.ts";
import { safe } from "../base/safe_text.ts";
import type { Connection } from "../net/connection.ts";
import { readToEnd, Watchdog } from "../net/farewell.ts";
import { type Meeting, Refusal, type Visitor } from "../net/meeting.ts";
import { readLines, readMessage } from "../wire/dialect.ts";
import type { Message } from "../wire/message.ts";
import { Delivery } from "./delivery.ts";
import type { Room } from "./room.ts";
import type { Seat } from "./seat.ts";

/** What a session needs beside its room. */
export interface SessionOptions {
  /** What to send to a peer that is not taken in, in its own dialect. */
  refusal: (conn: Connection, why: Refusal) => Uint8Array;
  /** Called once, as a participant leaves: its place is free. */
  leave: () => void;
  /** Serves a connection that is no participant's, to its end: one for files, or of a browser. */
  errand: (visitor: Visitor, purpose: Meeting | "http") => Promise<void>;
}

/** Runs a session to the end of its connection. */
export async function runSession(
  visitor: Visitor,
  room: Room,
  { refusal, leave, errand }: SessionOptions,
): Promise<void> {
  const { conn } = visitor;
  using _conn = conn;
  using watchdog = new Watchdog(conn, DRAIN_MS);
  const seat = room.enter(conn, visitor, () => {
    watchdog.start();
    leave();
  });
  const delivery = new Delivery(conn, room.hub, seat);
  try {
    const purpose = await receive(visitor, room, seat);
    if (purpose !== undefined) {
      room.withdraw(seat);
      leave();
      await errand(visitor, purpose);
    }
  } catch (error) {
    if (error instanceof Refusal) {
      logRefusal(visitor, room, error);
      seat.refuse(() => refusal(conn, error));
      await readToEnd(conn);
    } else if (!isClosed(error)) throw error;
  } finally {
    seat.leave();
    await delivery.end();
    seat.inbox.clear(); // what nobody takes any more is not counted, either
  }
}

/** Receives to the end of the stay, unless the connection is no participant's: what it is for. */
async function receive(
  visitor: Visitor,
  room: Room,
  seat: Seat,
): Promise<Meeting | "http" | undefined> {
  const { conn } = visitor;
  try {
    const meeting = await visitor.meet();
    if (meeting === null) return undefined;
    if (meeting.hello?.purpose) return meeting;
    if (meeting.hello) greet(room, seat, meeting);
    seat.silence.open();
    await handleAll(conn, room, seat);
    await Promise.race([room.questions.settled(seat), seat.left.opened]);
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

function logRefusal({ origin }: Visitor, room: Room, { code, message }: Refusal): void {
  room.options.log(safe`Rejecting ${origin}: ${message}`);
  room.options.audit?.({ event: "refused", origin, code, reason: message });
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
  if (over) void seat.left.opened.then(() => over.abort());
  for (;;) {
    const batch = await conn.receive();
    if (batch === null) return;
    seat.busy = true;
    const texts = readLines(conn.lying);
    for (const [i, payload] of batch.entries()) {
      // Asked before each message: many who waited for room must not fill it together.
      for (let full = room.hub.ready(); full; full = room.hub.ready()) await full;
      if (rate && await rate.pass(payload.length, over?.signal)) room.slowDown(seat);
      if (seat.gone) return;
      try {
        const message: Message = texts
          ? { type: "chat", text: texts[i] }
          : readMessage(conn.dialect, payload);
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
