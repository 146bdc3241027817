/**
 * The operator's console: what is typed there acts on the room.
 *
 * @module
 */
import { ProtocolError } from "../base/errors.ts";
import { safe, type SafeText, safeText } from "../base/safe_text.ts";
import { isExit, parseCommand } from "../wire/message.ts";
import type { Room } from "./room.ts";

/** What the operator's commands need beside the room. */
export interface ConsoleOptions {
  /** Shows a line to the operator. */
  show: (line: SafeText) => void;
  /** Asks the server to stop. */
  stop: () => void;
}

type Act = (room: Room, argument: string, show: (line: SafeText) => void) => void;

const COMMANDS: Record<string, { usage: string; act: Act }> = {
  help: {
    usage: "show this list",
    act: (_room, _argument, show) => {
      for (const [name, { usage }] of Object.entries(COMMANDS)) show(safe`/${name} ${usage}`);
      show(safe`exit ends the server; anything else goes to everyone`);
    },
  },
  who: {
    usage: "- who is here, from where, in which dialect",
    act: (room, _argument, show) => {
      if (room.hub.size === 0) show(safe`Nobody is here`);
      for (const { record, name, origin, dialect } of room.hub.seats) {
        show(safe`Client ${record.number}: ${name} - ${origin}, ${dialect}`);
      }
    },
  },
  status: {
    usage: "- everybody who was ever here",
    act: (room, _argument, show) => room.roster.lines().forEach((line) => show(safeText(line))),
  },
  say: { usage: "TEXT - say something to everyone", act: (room, text) => room.say(text) },
  kick: {
    usage: "NAME - send somebody away",
    act: (room, name, show) => {
      const seat = room.hub.find(name) ??
        room.hub.seats.find((each) => each.name === name || `${each.record.number}` === name);
      if (!seat) throw new ProtocolError(`nobody here is called "${name}"; /who lists the names`);
      room.dismiss(seat, "kicked", "You were sent away by the operator");
      show(safe`${seat.name} was sent away`);
    },
  },
};

/** Acts on one line: a slash command, `exit`, an answer to who waits longest, or words for everyone. */
export function actOnLine(room: Room, line: string, { show, stop }: ConsoleOptions): void {
  if (line.trim() === "") return;
  if (isExit(line.trim())) return stop();
  if (!line.startsWith("/")) {
    if (room.options.mode !== "operator" || !room.answer(line)) room.say(line);
    return;
  }
  const { name, argument } = parseCommand(line);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!command) throw new ProtocolError(`unknown command /${name}; /help lists them`);
    command.act(room, argument, show);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    show(safe`Cannot do that: ${error.message}`);
  }
}
