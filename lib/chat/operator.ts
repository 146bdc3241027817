/**
 * The operator's console: what is typed there acts on the room. Instructors can do some of it from
 * where they sit.
 *
 * @module
 */
import { may } from "../base/account.ts";
import { ProtocolError } from "../base/errors.ts";
import { safe, type SafeText, safeText } from "../base/safe_text.ts";
import { type Command, isExit, parseCommand } from "../wire/message.ts";
import { ban, bans, kick, lock, mute, unban, unlock, unmute } from "./moderation.ts";
import type { Room } from "./room.ts";
import type { Seat } from "./seat.ts";

/** What the operator's commands need beside the room. */
export interface ConsoleOptions {
  /** Shows a line to the operator. */
  show: (line: SafeText) => void;
  /** Asks the server to stop. */
  stop: () => void;
}

/** Who gives an order, and how to answer. */
export interface Order {
  /** What stands behind the command's name. */
  argument: string;
  /** `operator`, or the name of an account. */
  by: string;
  /** Answers a line. */
  show: (line: SafeText) => void;
}

/** One order. */
export interface OperatorCommand {
  /** Its arguments and what it does. */
  usage: string;
  /** Whether instructors can give it, too. */
  instructors?: boolean;
  /** Does it; throws a ProtocolError in words for whoever gave it when it cannot. */
  act(room: Room, order: Order): Promise<void> | void;
}

const COMMANDS: Record<string, OperatorCommand> = {
  help: {
    usage: "- show this list",
    act: (_room, { show }) => {
      for (const [name, { usage }] of Object.entries(COMMANDS)) show(safe`/${name} ${usage}`);
      show(safe`exit ends the server; anything else goes to everyone`);
    },
  },
  who: {
    usage: "[-v] - who is here, from where, in which dialect; -v: what is known of them",
    instructors: true,
    act: who,
  },
  status: {
    usage: "- everybody who was ever here",
    act: (room, { show }) => room.roster.lines().forEach((line) => show(safeText(line))),
  },
  say: {
    usage: "TEXT - say something to everyone",
    act: (room, { argument }) => room.say(argument),
  },
  kick: { usage: "NAME - send somebody away", instructors: true, act: kick },
  ban: {
    usage: "NAME|ADDRESS [TIME] - keep somebody out: an account, or an address; /ban Eve 10m",
    instructors: true,
    act: ban,
  },
  unban: { usage: "NAME|ADDRESS - let somebody in again", instructors: true, act: unban },
  bans: { usage: "- who is kept out", instructors: true, act: bans },
  mute: {
    usage: "NAME [TIME] - pass nothing on that somebody says",
    instructors: true,
    act: mute,
  },
  unmute: { usage: "NAME - let somebody speak again", instructors: true, act: unmute },
  lock: { usage: "- let nobody new in", instructors: true, act: lock },
  unlock: { usage: "- let people in again", instructors: true, act: unlock },
  limits: {
    usage: "- the bounds, and how far they are used",
    instructors: true,
    act: (room, { show }) =>
      (room.options.limits?.() ?? []).forEach((line) => show(safeText(line))),
  },
  reload: {
    usage: "- read the users and the lists of addresses again, and reopen the audit log",
    act: async (room, { show }) =>
      show(safeText(await room.options.reload?.() ?? "Nothing to read")),
  },
};

/** Acts on one line: a slash command, `exit`, an answer to who waits longest, or words for everyone. */
export async function actOnLine(
  room: Room,
  line: string,
  { show, stop }: ConsoleOptions,
): Promise<void> {
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
    await command.act(room, { argument, by: "operator", show });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    show(safe`Cannot do that: ${error.message}`);
  }
}

/** The orders that a participant may give, by name; none without the right to. */
export function orderOf(seat: Seat, { name, argument }: Command): OperatorCommand | undefined {
  if (!may(seat.account, "moderate") || !Object.hasOwn(COMMANDS, name)) return undefined;
  const plain = name === "who" && argument === ""; // as everybody has it
  return COMMANDS[name].instructors && !plain ? COMMANDS[name] : undefined;
}

/** The help for these orders; nothing for those without the right to. */
export function orderLines({ account }: Seat): string[] {
  if (!may(account, "moderate")) return [];
  return Object.entries(COMMANDS).filter(([, { instructors }]) => instructors)
    .map(([name, { usage }]) => `/${name} ${usage}`);
}

function who(room: Room, { argument, show }: Order): void {
  if (room.hub.size === 0) show(safe`Nobody is here`);
  for (const seat of room.hub.seats) {
    const { record, name, origin, dialect, account, inbox, mutedUntil } = seat;
    const more = argument !== "-v" ? "" : [
      "",
      account?.role ?? "no account",
      `since ${record.start.toISOString().slice(11, 19)} UTC`,
      `${seat.come} bytes in, ${seat.taken} out, ${inbox.bytes} waiting`,
      ...mutedUntil > Date.now() ? ["muted"] : [],
    ].join(", ");
    show(safe`Client ${record.number}: ${name} - ${origin}, ${dialect}${more}`);
  }
}
