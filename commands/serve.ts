import { type Door, type Errand, refusalFor, turnAway } from "../lib/auth/door.ts";
import { exchangeWith, relayWith } from "../lib/auth/exchange.ts";
import { reasonOf } from "../lib/base/errors.ts";
import { LINE_BYTES } from "../lib/base/limits.ts";
import { safe, type SafeText, safeText } from "../lib/base/safe_text.ts";
import { Room } from "../lib/chat/room.ts";
import type { RoomFiles } from "../lib/chat/room_options.ts";
import { MODES } from "../lib/chat/modes.ts";
import { actOnLine } from "../lib/chat/operator.ts";
import { watchPresence } from "../lib/chat/presence.ts";
import { runSession, type SessionOptions } from "../lib/chat/session.ts";
import { choice, type Context, defineCommand, flag, size, text } from "../lib/cli/command.ts";
import { openInput } from "../lib/term/input.ts";
import { note, print } from "../lib/term/screen.ts";
import type { Connection } from "../lib/net/connection.ts";
import { type Meeting, Refusal } from "../lib/net/meeting.ts";
import { listenAddress, runServer, serverOptions } from "./shared/server.ts";
import { fileOptions, SharedFolder } from "./shared/service.ts";
import { Trust } from "./shared/trust.ts";

const MODE_NAMES = Object.keys(MODES) as (keyof typeof MODES)[];

/** `labwire serve`. */
export const serve = defineCommand({
  name: "serve",
  summary: "Run a chat room, or another server of the lab, that every client can join",
  args: ["[ADDRESS]", "[PORT]"],
  about:
    "Listens on 127.0.0.1:8000 unless an ADDRESS says otherwise; :8000 is all interfaces, and\n" +
    "port 0 any free port. labwire, nc, telnet and the courses' Python clients share one port.\n" +
    "Modes: chat relays to everyone else; ack answers `<message> ACK` and knows status, list, get\n" +
    "and exit; operator lets you type each answer; log prints what comes. At a terminal you are\n" +
    "the operator: what you type goes to everyone, /help lists your commands, exit ends the server.",
  options: {
    mode: choice(MODE_NAMES, "what is done with a message", "chat"),
    ...serverOptions,
    "max-message": size("SIZE", "characters in a message; 64K at most", LINE_BYTES),
    files: text("DIR", "share a folder, as fileserver does, with browsers, too"),
    ...fileOptions,
    motd: text("TEXT", "greet those who come with this text"),
    operator: flag("read the operator's lines from standard input though it is no terminal"),
  },
  examples: [
    ["labwire serve", "a chat room on this machine"],
    ["labwire serve :8000 --motd 'Welcome to lab 1'", "a chat room for the whole network"],
    ["labwire serve :8000 --secret", "for those alone who know a passphrase"],
    ["labwire serve unix:room.sock", "for this user alone, on a socket in the file system"],
    [
      "labwire serve --mode ack --max-clients 3 --files .",
      "acknowledge, for three clients, with files",
    ],
    ["labwire serve --mode operator --cipher vigenere --key LEMON", "answer by hand, in cipher"],
    ["labwire serve 127.0.0.1:65432 --mode log", "print what JSON clients send"],
  ],
  async run(values, address, context) {
    using trust = await Trust.open(values, context);
    const listening = listenAddress(address, 8000);
    const { mode, motd, files: folder } = values;
    await using shared = folder === undefined
      ? undefined
      : await SharedFolder.open(folder, values, trust, context);
    const console = values.operator || mode === "operator" || Deno.stdin.isTerminal();
    const { emit } = context;
    const show = !emit && (console || mode === "log") ? print : undefined;
    let door: Door | undefined;
    const room = new Room({
      mode,
      motd,
      show,
      heard: emit && ((message) => emit({ event: "message", ...message })),
      cipher: trust.terms.keying.cipher,
      log: context.log,
      signal: context.signal,
      files: shared && await roomFiles(shared),
      web: shared?.web,
      guard: trust.terms.guard,
      accounts: trust.terms.accounts !== undefined,
      messageCharacters: values["max-message"],
      rate: trust.rate,
      budget: trust.memory.inboxes,
      audit: trust.audit.write,
      limits: () => trust.limits(door?.inside ?? 0, door?.proving ?? 0),
      reload: () => trust.reload(),
    });
    using _presence = watchPresence(room, { idleMs: trust.idleMs });
    const errand: Errand = ({ conn }, meeting) => runErrand(conn, meeting, room, shared, context);
    const session: SessionOptions = {
      refusal: refusalFor,
      leave: () => door!.inside--,
      errand: (visitor, purpose) =>
        purpose === "http"
          ? door!.runErrand(visitor, () => shared!.serveWeb(visitor))
          : door!.runErrand(visitor, () => errand(visitor, purpose), purpose),
    };
    return await runServer({
      address: listening,
      trust,
      values,
      errand,
      serve: (visitor, door) => {
        door.inside++;
        return runSession(visitor, room, session);
      },
      ready: (opened) => {
        door = opened;
        if (console) {
          runConsole(room, context).catch((error) => context.log(safeText(reasonOf(error))));
        }
      },
    }, context);
  },
});

/** Serves a connection for files alone: to the server's, or to another participant by a ticket. */
async function runErrand(
  conn: Connection,
  meeting: Meeting,
  room: Room,
  shared: SharedFolder | undefined,
  { signal }: Context,
): Promise<void> {
  const { purpose, ticket = "" } = meeting.hello!;
  if (purpose === "relay") {
    const relay = room.offers.redeem(ticket);
    if (!relay) {
      return await turnAway(conn, new Refusal("denied", "the ticket is used up or too old"));
    }
    return await relayWith(conn, meeting, (conn) => relay.join(conn));
  }
  if (purpose !== "files" || !shared) {
    return await turnAway(conn, new Refusal("denied", "this server shares no files"));
  }
  await using answering = shared.answering(conn);
  const { answer } = answering;
  await exchangeWith(conn, meeting, { mode: "files", features: ["files"], signal, answer });
}

async function runConsole(room: Room, context: Context): Promise<void> {
  const prompt = room.options.mode === "operator" ? safe`answer> ` : safe`server> `;
  using input = await openInput({ signal: context.signal, prompt, interrupt: context.stop });
  const show = (line: SafeText) => context.emit ? note(line) : print([line]);
  for await (const line of input.lines()) await actOnLine(room, line, { show, stop: context.stop });
  if (input.interactive) context.stop(); // Ctrl-D ends what a person runs; a script's end does not
}

/** The files joined to a room: they know nothing of chat. */
async function roomFiles({ service }: SharedFolder): Promise<RoomFiles | undefined> {
  if (service.dropbox) return undefined;
  const { sendFile } = await import("../lib/files/session.ts");
  return {
    list: (folder) => service.share.list(folder),
    send: (conn, get) => sendFile(conn, service.share, get),
  };
}
