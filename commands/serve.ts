import { type Errand, refusalFor, turnAway } from "../lib/auth/door.ts";
import { exchangeWith, relayWith } from "../lib/auth/exchange.ts";
import { reasonOf } from "../lib/base/errors.ts";
import { safe, type SafeText, safeText } from "../lib/base/safe_text.ts";
import { Room, type RoomFiles } from "../lib/chat/room.ts";
import { MODES } from "../lib/chat/modes.ts";
import { actOnLine } from "../lib/chat/operator.ts";
import { runSession } from "../lib/chat/session.ts";
import { choice, type Context, defineCommand, flag, text } from "../lib/cli/command.ts";
import { openInput } from "../lib/term/input.ts";
import { print } from "../lib/term/screen.ts";
import type { Connection } from "../lib/net/connection.ts";
import { Refusal } from "../lib/net/meeting.ts";
import type { Hello } from "../lib/wire/message.ts";
import {
  fileOptions,
  listenAddress,
  readKeying,
  runServer,
  serverOptions,
} from "./shared/options.ts";
import { SharedFolder } from "./shared/service.ts";

const MODE_NAMES = Object.keys(MODES) as (keyof typeof MODES)[];

/** `labwire serve`. */
export const serve = defineCommand({
  name: "serve",
  summary: "Run a chat room, or another server of the lab, that every client can join",
  args: ["[ADDRESS]"],
  about:
    "Listens on 127.0.0.1:8000 unless an ADDRESS says otherwise; :8000 is all interfaces, and\n" +
    "port 0 any free port. labwire, nc, telnet and the courses' Python clients share one port.\n" +
    "Modes: chat relays to everyone else; ack answers `<message> ACK` and knows status, list, get\n" +
    "and exit; operator lets you type each answer; log prints what comes. At a terminal you are\n" +
    "the operator: what you type goes to everyone, /help lists your commands, exit ends the server.",
  options: {
    mode: choice(MODE_NAMES, "what is done with a message", "chat"),
    ...serverOptions,
    files: text("DIR", "share a folder, as fileserver does, with browsers, too"),
    ...fileOptions,
    motd: text("TEXT", "greet those who come with this text"),
    operator: flag("read the operator's lines from standard input though it is no terminal"),
  },
  examples: [
    ["labwire serve", "a chat room on this machine"],
    ["labwire serve :8000 --motd 'Welcome to lab 1'", "a chat room for the whole network"],
    [
      "labwire serve --mode ack --max-clients 3 --files .",
      "acknowledge, for three clients, with files",
    ],
    ["labwire serve --mode operator --cipher vigenere --key LEMON", "answer by hand, in cipher"],
    ["labwire serve 127.0.0.1:65432 --mode log", "print what JSON clients send"],
  ],
  async run(values, [address], context) {
    const keying = await readKeying(values, context.log);
    const listening = listenAddress(address, 8000);
    const { mode, motd, files: folder } = values;
    await using shared = folder === undefined
      ? undefined
      : await SharedFolder.open(folder, values, keying, context);
    const console = values.operator || mode === "operator" || Deno.stdin.isTerminal();
    const show = console || mode === "log" ? print : undefined;
    const room = new Room({
      mode,
      motd,
      show,
      cipher: keying.cipher,
      log: context.log,
      files: shared && await roomFiles(shared),
      web: shared?.web,
    });
    const errand: Errand = ({ conn }, hello) => runErrand(conn, hello, room, shared, context);
    return await runServer({
      address: listening,
      keying,
      values,
      errand,
      serve: async (visitor, door) => {
        const { conn, origin, meet } = visitor;
        door.inside++;
        await runSession(conn, room, {
          origin,
          meet,
          refusal: refusalFor,
          signal: context.signal,
          leave: () => door.inside--,
          errand: (purpose) =>
            purpose === "http"
              ? door.runErrand(visitor, () => shared!.serveWeb(visitor), "http")
              : door.runErrand(visitor, () => errand(visitor, purpose)),
        });
      },
      ready: () => {
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
  hello: Hello,
  room: Room,
  shared: SharedFolder | undefined,
  { signal }: Context,
): Promise<void> {
  if (hello.purpose === "relay") {
    const relay = room.offers.redeem(hello.ticket ?? "");
    if (!relay) {
      return await turnAway(conn, new Refusal("denied", "the ticket is used up or too old"));
    }
    return await relayWith(conn, hello, (conn) => relay.join(conn));
  }
  if (hello.purpose !== "files" || !shared) {
    return await turnAway(conn, new Refusal("denied", "this server shares no files"));
  }
  await using answering = shared.answering(conn);
  const { answer } = answering;
  await exchangeWith(conn, hello, { mode: "files", features: ["files"], signal, answer });
}

async function runConsole(room: Room, context: Context): Promise<void> {
  const prompt = room.options.mode === "operator" ? safe`answer> ` : safe`server> `;
  using input = await openInput({ signal: context.signal, prompt, interrupt: context.stop });
  const show = (line: SafeText) => print([line]);
  for await (const line of input.lines()) actOnLine(room, line, { show, stop: context.stop });
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
