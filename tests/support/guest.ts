/**
 * Participants of a room without sockets: what they say goes in, what they would read comes out.
 *
 * @module
 */
import type { Room } from "../../lib/chat/room.ts";
import type { Seat } from "../../lib/chat/seat.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { Dialect } from "../../lib/wire/dialect.ts";
import type { Command } from "../../lib/wire/message.ts";
import { concat } from "./feed.ts";
import { ScriptedSocket } from "./sockets.ts";

/** Settles when the turn of the event loop has ended, and with it the room's tick. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** All that waits in a seat's inbox, as the peer would read it. */
export async function waiting(seat: Seat): Promise<string> {
  await turn();
  await turn(); // the end of a tick may have led to another
  const chunks: Uint8Array[] = [];
  while (seat.inbox.bytes > 0) {
    const entries = seat.inbox.take();
    for (const entry of entries ?? []) chunks.push(entry.encode(seat));
    seat.inbox.delivered();
  }
  return new TextDecoder().decode(concat(chunks));
}

/** Somebody in a room. */
export class Guest {
  readonly room: Room;
  readonly seat: Seat;
  readonly conn: Connection;
  /** Whether the seat was left. */
  left = false;

  constructor(room: Room, dialect: Dialect = "text") {
    this.room = room;
    this.conn = new Connection(new ScriptedSocket());
    this.conn.speak(dialect);
    const from = { origin: "127.0.0.1:1", address: "127.0.0.1" };
    this.seat = room.enter(this.conn, from, () => this.left = true);
    this.seat.greeted.open();
  }

  /** Says a text, as over text, raw or json. */
  async say(text: string, { from, at }: { from?: string; at?: number } = {}): Promise<void> {
    await this.room.handle(this.seat, { type: "chat", text, from, at });
  }

  /** Gives a command, as over native. */
  async command(name: string, argument = "", id?: number): Promise<void> {
    const command: Command = { type: "command", name, argument, id };
    await this.room.handle(this.seat, command);
  }

  /** What came since the last time. */
  hears(): Promise<string> {
    return waiting(this.seat);
  }
}
