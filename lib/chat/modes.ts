/**
 * What a server does with a message: one small value per mode.
 *
 * @module
 */
import type { EventFields } from "../base/events.ts";
import { safeLines } from "../base/safe_text.ts";
import { textLines } from "../wire/dialect.ts";
import type { Chat, Command } from "../wire/message.ts";
import { parseCommand } from "../wire/message.ts";
import { isCommand } from "./commands.ts";
import type { Room } from "./room.ts";
import type { Seat } from "./seat.ts";

/** A mode of `serve`. */
export interface Mode {
  /** Whether the room hears who joins and leaves; then names are unique, too. */
  readonly notices: boolean;
  /** The command in what was typed over text, raw or json, if it is one. */
  command(seat: Seat, text: string): Command | undefined;
  /** Acts on anything else. */
  chat(room: Room, seat: Seat, message: Chat): void;
}

const chat: Mode = {
  notices: true,
  command: (_seat, text) => text.startsWith("/") ? parseCommand(text) : undefined,
  chat(room, seat, { text, at }) {
    room.announce(seat);
    const said: Chat = { type: "chat", from: seat.name, text, at };
    room.hub.publish(said, seat);
    room.options.show?.(textLines(said));
    room.options.heard?.(heardOf(seat, said));
  },
};

const ack: Mode = {
  notices: false,
  command(seat, text) {
    // Seed-style programs send the bare words; the first message is a name, whatever it says.
    const command = parseCommand(text);
    const bare = /^\/?(status|list|get|help)$/i.test(command.name);
    return seat.named && bare ? command : undefined;
  },
  chat(room, seat, message) {
    const { text } = message;
    if (seat.named) {
      room.hub.tell(seat, { type: "reply", text: `${text} ACK` });
      room.options.heard?.(heardOf(seat, message));
    } else {
      room.rename(seat, text);
      const welcome = room.options.motd ?? "Connected to the server successfully.";
      room.hub.tell(seat, { type: "reply", text: welcome });
    }
  },
};

const operator: Mode = {
  notices: false,
  command: knownCommand,
  chat(room, seat, message) {
    room.announce(seat);
    room.ask(seat, message.text);
    room.options.heard?.(heardOf(seat, message));
  },
};

const log: Mode = {
  notices: false,
  command: knownCommand,
  chat(room, seat, message) {
    const { text, at } = message;
    room.announce(seat);
    room.options.heard?.(heardOf(seat, message));
    const time = pythonTime(at === undefined ? new Date() : new Date(at * 1000));
    room.options.show?.(safeLines(text, `[${seat.name} @ ${time}]: `));
  },
};

/** The modes, as `--mode` takes them. */
export const MODES = { chat, ack, operator, log };

/** What somebody says, for programs. */
function heardOf(
  { name, origin, record: { number } }: Seat,
  { text, at }: Chat,
): EventFields<"message"> {
  return { from: name, text, sent: at, origin, number };
}

/** In these modes what begins with a slash and is no command is a message like any other. */
function knownCommand(_seat: Seat, text: string): Command | undefined {
  if (!text.startsWith("/")) return undefined;
  const command = parseCommand(text);
  return isCommand(command.name) ? command : undefined;
}

/** Local time as C's and Python's `ctime`: `Fri Nov 20 17:45:47 2026`. */
export function pythonTime(date: Date): string {
  const [day, month, number, year, time] = date.toString().split(" ");
  if (time === undefined) return "unknown time";
  return `${day} ${month} ${number.replace(/^0/, " ")} ${time} ${year}`;
}
