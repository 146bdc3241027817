import { may } from "../base/account.ts";
import { ProtocolError } from "../base/errors.ts";
import type { EventFields } from "../base/events.ts";
import { LINE_BYTES, MESSAGE_LINES } from "../base/limits.ts";
import { checkedName } from "../base/names.ts";
import { safe } from "../base/safe_text.ts";
import { onAbort } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { Guard } from "../net/guard.ts";
import type { Meeting } from "../net/meeting.ts";
import type { ByeCode, Chat, Message, Welcome } from "../wire/message.ts";
import { isExit, PROTOCOL_VERSION } from "../wire/message.ts";
import { textLines } from "../wire/dialect.ts";
import { runCommand } from "./commands.ts";
import { Hub } from "./hub.ts";
import { type Mode, MODES } from "./modes.ts";
import { Offers } from "./offers.ts";
import { Questions } from "./questions.ts";
import type { RoomOptions } from "./room_options.ts";
import { Roster } from "./roster.ts";
import { Seat } from "./seat.ts";

/** Where somebody comes from. */
export interface Origin {
  /** `host:port`. */
  origin: string;
  /** The host of it. */
  address: string;
}

/** The participants and what is done with their words: everything between sockets and modes. */
export class Room {
  /** Who is present. */
  readonly hub: Hub;
  /** Who ever was. */
  readonly roster = new Roster();
  /** Files that they have for each other. */
  readonly offers: Offers;
  /** See {@linkcode RoomOptions}. */
  readonly options: RoomOptions;
  /** Who is kept out. */
  readonly guard: Guard;
  /** What waits for the operator. */
  readonly questions = new Questions();
  readonly #mode: Mode;

  /** An empty room. */
  constructor(options: RoomOptions) {
    this.options = options;
    this.hub = new Hub(options.cipher, options.log);
    this.guard = options.guard ?? new Guard();
    this.#mode = MODES[options.mode];
    if (options.signal) onAbort(options.signal, () => this.hub.seats.forEach(this.#shutDown));
    this.offers = new Offers({
      tell: (seat, message) => this.hub.tell(seat, message),
      receivers: (name, sender) => this.#receivers(name, sender),
    });
  }

  /** Gives a seat to a new connection; `seat.leave()` is owed, and calls `left` once. */
  enter(conn: Connection, { origin, address }: Origin, left: () => void): Seat {
    const { log, motd, cipher, budget, signal } = this.options;
    const record = this.roster.add((number) => this.#guestName(number));
    const onLeave = () => {
      this.#left(seat);
      left();
    };
    const seat: Seat = new Seat(conn, { cipher, budget, record, origin, address, onLeave });
    conn.evicted = () =>
      log(safe`Client ${record.number}: ${seat.name} holds too much memory; let go`);
    log(safe`Connection from ${origin} as Client ${record.number}`);
    this.hub.add(seat);
    this.hub.claim(seat, record.name);
    log(safe`Client count: ${this.hub.size}`);
    if (this.#mode.notices && motd !== undefined) seat.offer({ type: "reply", text: motd });
    if (signal?.aborted) this.#shutDown(seat);
    return seat;
  }

  /**
   * Takes in a native client: gives it the name it asks for, and welcomes it. A name that belongs to
   * its account is free at once: whoever has it came in with the same account before.
   *
   * @throws {ProtocolError} when the name is no name, or taken.
   */
  welcome(seat: Seat, { hello, account }: Meeting): void {
    const wish = hello?.name;
    seat.answersPings = hello?.features?.includes("ping") ?? false;
    const before = account && this.hub.find(account.name);
    if (before?.account) this.dismiss(before, "kicked", `You came in again from ${seat.origin}`);
    seat.account = account;
    if (account) seat.mutedUntil = this.guard.mutedUntil(account);
    if (wish !== undefined) this.#name(seat, wish, true);
    seat.named = true;
    this.hub.clear(seat);
    const { mode, motd, files } = this.options;
    const features = [...files ? ["files"] : [], ...this.#mode.notices ? ["offers"] : []];
    const { name } = seat, version = PROTOCOL_VERSION;
    const welcome: Welcome = { type: "welcome", version, name, mode, features, motd };
    this.hub.tell(seat, welcome);
    seat.greeted.open();
    this.announce(seat);
  }

  /** Takes out a connection that turned out to be no participant's. */
  withdraw(seat: Seat): void {
    this.hub.remove(seat);
    this.roster.forget(seat.record);
    seat.withdraw();
    this.options.log(safe`Client ${seat.record.number}: here for files only`);
  }

  /**
   * Does with a message what the mode says. A promise is returned only for work that takes time.
   *
   * @throws {ProtocolError} when the message cannot be taken; it is fit to be told to the sender.
   */
  handle(seat: Seat, message: Message): Promise<void> | void {
    if (message.type === "pong") return;
    seat.said++;
    if (message.type === "offer") {
      this.checkVoice(seat);
      this.announce(seat);
      return this.offers.offer(seat, message);
    }
    if (message.type !== "chat" && message.type !== "command") {
      throw new ProtocolError(`a client does not send "${message.type}" here`);
    }
    const words = message.type === "chat" ? message.text : message.argument;
    const { messageCharacters = LINE_BYTES } = this.options;
    if (words.length > messageCharacters) {
      throw new ProtocolError(`a message is over the limit of ${messageCharacters} characters`);
    }
    if (words.includes("\n") && words.split("\n", MESSAGE_LINES + 1).length > MESSAGE_LINES) {
      throw new ProtocolError(`a message is over the limit of ${MESSAGE_LINES} lines`);
    }
    if (message.type === "command") return runCommand(this, seat, message);
    if (seat.dialect === "json") this.#nameFromJson(seat, message);
    const command = seat.dialect === "native" ? undefined : this.#mode.command(seat, message.text);
    if (command) return runCommand(this, seat, command);
    this.checkVoice(seat);
    return this.#mode.chat(this, seat, message);
  }

  /** Whether a message asks to leave: `exit`, in any case, everywhere. */
  isExit(message: Message): boolean {
    return message.type === "chat"
      ? isExit(message.text)
      : message.type === "command" && message.name === "exit";
  }

  /**
   * Holds that somebody may say something.
   *
   * @throws {ProtocolError} when it may not, or not now.
   */
  checkVoice(seat: Seat): void {
    if (!may(seat.account, "speak")) throw new ProtocolError("guests only listen here");
    if (seat.mutedUntil > 0 && seat.mutedUntil > Date.now()) {
      throw new ProtocolError("you are muted; nobody hears you");
    }
  }

  /**
   * Gives a new name.
   *
   * @throws {ProtocolError} when it is no name, or somebody else has it, or names belong to accounts.
   */
  rename(seat: Seat, wish: string): void {
    if (this.options.accounts) throw new ProtocolError("names belong to accounts here");
    this.checkVoice(seat); // a name is heard by everybody, too
    this.#name(seat, wish, this.#mode.notices);
  }

  #name(seat: Seat, wish: string, unique: boolean): void {
    const name = checkedName(wish);
    const before = seat.name;
    if (!this.hub.claim(seat, name)) {
      if (unique) throw new ProtocolError(`the name "${name}" is taken`);
      seat.record.name = name;
    }
    seat.named = true;
    if (seat.announced && before !== name) {
      this.options.audit?.({ event: "renamed", ...personOf(seat), before });
      this.options.log(safe`Client ${seat.record.number}: ${before} is now ${name}`);
      if (this.#mode.notices) {
        this.hub.publish({ type: "notice", text: `${before} is now ${name}` }, seat);
      }
    } else this.announce(seat);
  }

  /** Tells the room, once, that somebody is here who has said something. */
  announce(seat: Seat): void {
    if (seat.announced) return;
    seat.announced = true;
    this.options.audit?.({ event: "joined", ...personOf(seat) });
    this.options.log(safe`Client connected as Client ${seat.record.number}: ${seat.name}`);
    if (this.#mode.notices) {
      this.hub.publish({ type: "notice", text: `${seat.name} joined` }, seat);
    }
  }

  /** Says something to everybody in the server's name. */
  say(text: string): void {
    this.hub.publish({ type: "chat", from: "Server", text }, null);
  }

  /** Tells somebody, once, that more is coming from it than is taken; nothing of it is lost. */
  slowDown(seat: Seat): void {
    if (seat.slowed) return;
    seat.slowed = true;
    this.options.log(safe`Client ${seat.record.number}: ${seat.name} sends too fast; slowed down`);
    if (!this.#mode.notices && seat.dialect !== "native") return; // one request, one answer
    this.hub.tell(seat, { type: "error", text: "You send too fast: what you say is taken slowly" });
  }

  readonly #shutDown = (seat: Seat): void => {
    this.dismiss(seat, "shutdown", "The server is shutting down");
  };

  /** Ends one participant's stay, with a reason. */
  dismiss(seat: Seat, code: ByeCode, reason: string): void {
    // Outside chat, one request gets one answer: a course program must not read this as one.
    if (this.#mode.notices || seat.dialect === "native" || code !== "shutdown") {
      this.hub.tell(seat, { type: "bye", code, reason });
    }
    if (code === "shutdown" && seat.announced) {
      this.options.audit?.({ event: "left", ...personOf(seat) });
      seat.announced = false; // when all leave, nobody is told of each
    }
    seat.leave();
  }

  /** Puts a message before the operator, who answers in order of arrival. */
  ask(seat: Seat, text: string): void {
    this.questions.add(seat);
    this.options.show?.(textLines({ type: "chat", from: seat.name, text }));
  }

  /** Sends the operator's answer to whoever has waited longest; false when nobody waits. */
  answer(text: string): boolean {
    return this.questions.answer((seat) => this.hub.tell(seat, { type: "reply", text }));
  }

  #receivers(name: string, sender: Seat): Seat[] {
    if (!this.#mode.notices) throw new ProtocolError("files are passed on in chat only");
    const able = (seat: Seat) =>
      seat !== sender && seat.dialect === "native" && seat.greeted.isOpen;
    if (name === "all") {
      const all = this.hub.seats.filter(able);
      if (all.length === 0) throw new ProtocolError("nobody else here can take files");
      return all;
    }
    const seat = this.hub.find(name);
    if (!seat || seat === sender) {
      throw new ProtocolError(`nobody else here is called "${name}"; /who lists the names`);
    }
    if (!able(seat)) throw new ProtocolError(`${seat.name} cannot take files: no labwire client`);
    return [seat];
  }

  #nameFromJson(seat: Seat, { from }: Chat): void {
    if (from === undefined || from === seat.wish) return;
    seat.wish = from;
    seat.named = true; // a message of its own is never a name
    try {
      this.rename(seat, from);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.hub.tell(seat, { type: "error", text: `Cannot take the name: ${error.message}` });
    }
  }

  #guestName(number: number): string {
    let name = `guest${number}`;
    while (this.hub.find(name)) name += "_";
    return name;
  }

  #left(seat: Seat): void {
    const { log } = this.options;
    seat.record.end = new Date();
    this.hub.remove(seat);
    this.offers.left(seat);
    if (seat.announced) this.options.audit?.({ event: "left", ...personOf(seat) });
    log(safe`Client ${seat.record.number}: ${seat.name} has disconnected`);
    log(safe`Client count: ${this.hub.size}`);
    if (seat.announced && this.#mode.notices) {
      this.hub.publish({ type: "notice", text: `${seat.name} left` }, null);
    }
  }
}

/** Who it is, for programs. */
function personOf({ name, origin, account, record: { number } }: Seat): EventFields<"joined"> {
  return { origin, name, number, role: account?.role };
}
