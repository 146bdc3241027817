/**
 * What participants can ask a room to do.
 *
 * @module
 */
import { ProtocolError, reasonOf } from "../base/errors.ts";
import { NAME_CHARACTERS } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import { sendMessage } from "../net/send_message.ts";
import { type Command, replyOf } from "../wire/message.ts";
import { type OperatorCommand, orderLines, orderOf } from "./operator.ts";
import type { Room } from "./room.ts";
import type { RoomFiles } from "./room_options.ts";
import type { Entry, Seat } from "./seat.ts";

/** One command of a room. */
export interface RoomCommand {
  /** Its arguments, as shown in help. */
  usage: string;
  /** What it does. */
  help: string;
  /** Does it; throws a ProtocolError in words for the participant when it cannot. */
  run(room: Room, seat: Seat, command: Command): Promise<void> | void;
}

/** By name, in the order of the help. */
export const COMMANDS: Record<string, RoomCommand> = {
  help: {
    usage: "",
    help: "show this list",
    run: (room, seat) => reply(room, seat, [...helpLines(), ...orderLines(seat)]),
  },
  who: {
    usage: "",
    help: "who is here",
    run: (room, seat) => reply(room, seat, room.hub.seats.map(({ name }) => name)),
  },
  status: {
    usage: "",
    help: "everybody who was ever here, with start and end",
    run: (room, seat) => reply(room, seat, room.roster.lines()),
  },
  nick: {
    usage: "NAME",
    help: "take a name",
    run(room, seat, { argument }) {
      room.rename(seat, argument);
      room.hub.tell(seat, { type: "reply", text: `You are ${seat.name}`, name: seat.name });
    },
  },
  msg: {
    usage: "NAME TEXT",
    help: "say something to one person only",
    run: privateMessage,
  },
  list: {
    usage: "[FOLDER]",
    help: "the files that can be fetched",
    async run(room, seat, { argument }) {
      const lines = await filesOf(room).list(argument);
      reply(room, seat, lines.length > 0 ? lines : ["No files"]);
    },
  },
  get: { usage: "FILE", help: "fetch a file", run: sendFile },
  put: {
    usage: "FILE",
    help: "put a file into the server's folder",
    run: () => needsClient("/put"),
  },
  send: {
    usage: "NAME FILE",
    help: "offer a file to one person, or to `all`",
    run: () => needsClient("/send"),
  },
  accept: {
    usage: "NUMBER",
    help: "take a file that was offered",
    run: (room, seat, command) => room.offers.accept(seat, numberOf(seat, command)),
  },
  decline: {
    usage: "NUMBER",
    help: "do not take it",
    run: (room, seat, command) => room.offers.decline(seat, numberOf(seat, command)),
  },
  exit: { usage: "", help: "leave", run: () => {} }, // the session leaves before it comes to this
};

/** Whether a room knows the command. */
export function isCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

/**
 * Runs a command for a participant.
 *
 * @throws {ProtocolError} when it cannot be done, in words for the participant.
 */
export function runCommand(room: Room, seat: Seat, command: Command): Promise<void> | void {
  const order = orderOf(seat, command);
  if (order) return giveOrder(room, seat, command, order);
  if (!isCommand(command.name)) {
    throw new ProtocolError(`unknown command /${command.name}; /help lists them`);
  }
  return COMMANDS[command.name].run(room, seat, command);
}

/** An instructor's order; all its lines are one answer. */
async function giveOrder(
  room: Room,
  seat: Seat,
  { argument }: Command,
  order: OperatorCommand,
): Promise<void> {
  const lines: string[] = [];
  await order.act(room, { argument, by: seat.name, show: (line) => lines.push(line) });
  reply(room, seat, lines);
}

function helpLines(): string[] {
  return Object.entries(COMMANDS).map(([name, { usage, help }]) =>
    `/${name}${usage ? ` ${usage}` : ""} - ${help}`
  );
}

function reply(room: Room, seat: Seat, lines: string[]): void {
  room.hub.tell(seat, replyOf(lines));
}

function filesOf(room: Room): RoomFiles {
  const { files } = room.options;
  if (!files) throw new ProtocolError("this server shares no files");
  return files;
}

/** labwire's own client does these itself. */
function needsClient(command: string): never {
  throw new ProtocolError(`${command} needs labwire connect in the native dialect`);
}

function numberOf(seat: Seat, { name, argument }: Command): number {
  if (seat.dialect !== "native") return needsClient(`/${name}`);
  if (!/^\d{1,9}$/.test(argument)) throw new ProtocolError(`which one? /${name} NUMBER`);
  return Number(argument);
}

function privateMessage(room: Room, seat: Seat, { argument }: Command): void {
  const [name, text] = splitName(room, argument);
  const receiver = room.hub.find(name);
  if (!receiver) throw nobody(name);
  if (text === "") throw new ProtocolError("there is nothing to say; /msg NAME TEXT");
  room.checkVoice(seat);
  room.announce(seat);
  room.hub.tell(receiver, { type: "chat", from: seat.name, text, private: true });
}

/** Somebody is meant who is not here. */
export function nobody(name: string): ProtocolError {
  return new ProtocolError(`nobody here is called "${name}"; /who lists the names`);
}

/** How long a name can be as it is typed: each character in up to four code units. */
const TYPED_NAME_LENGTH = 4 * NAME_CHARACTERS;

/** Names may hold spaces: the longest beginning that is somebody's name wins. */
export function splitName(room: Room, argument: string): [name: string, text: string] {
  const { length } = argument;
  let end = length <= TYPED_NAME_LENGTH ? length : argument.lastIndexOf(" ", TYPED_NAME_LENGTH);
  for (; end > 0; end = argument.lastIndexOf(" ", end - 1)) {
    const name = argument.slice(0, end);
    if (room.hub.find(name)) return [name, argument.slice(end).trim()];
  }
  const space = argument.indexOf(" ");
  return space < 0 ? [argument, ""] : [argument.slice(0, space), argument.slice(space).trim()];
}

/**
 * Over text and raw a file takes its turn in the inbox and has the connection to itself; over native
 * its blocks travel between the room's messages.
 */
function sendFile(room: Room, seat: Seat, get: Command): void {
  const files = filesOf(room);
  if (seat.dialect === "json") {
    throw new ProtocolError("files go over the native, text and raw dialects only");
  }
  const perform = async (conn: Connection) => {
    try {
      await files.send(conn, get);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // Past the inbox, which is closed once the peer has ended its side: this is still owed.
      await sendMessage(conn, { type: "error", text: reasonOf(error), id: get.id });
    }
  };
  if (seat.dialect === "native") seat.transfer(perform);
  else {
    const entry: Entry = { size: TRANSFER_BYTES, encode: () => new Uint8Array(), perform };
    seat.inbox.offer(entry);
  }
}

/** What a waiting transfer counts in an inbox, so that a flood of them is bounded as words are. */
const TRANSFER_BYTES = 1024;
