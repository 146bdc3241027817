import { refusalFor } from "../lib/auth/door.ts";
import { reasonOf } from "../lib/base/errors.ts";
import { Room, type RoomFiles } from "../lib/chat/room.ts";
import { MODES } from "../lib/chat/modes.ts";
import { actOnLine } from "../lib/chat/operator.ts";
import { runSession } from "../lib/chat/session.ts";
import { choice, type Context, defineCommand, flag, text } from "../lib/cli/command.ts";
import { openInput } from "../lib/term/input.ts";
import { print } from "../lib/term/screen.ts";
import { listenAddress, readKeying, runServer, serverOptions } from "./options.ts";

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
    files: text("DIR", "let clients list and get the files of a folder"),
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
    await using share = values.files === undefined ? undefined : await openShare(values.files);
    const { mode, motd } = values;
    const console = values.operator || mode === "operator" || Deno.stdin.isTerminal();
    const show = console || mode === "log" ? print : undefined;
    const room = new Room({
      mode,
      motd,
      show,
      cipher: keying.cipher,
      log: context.log,
      files: share?.files,
    });
    return await runServer({
      address: listening,
      keying,
      values,
      serve: async ({ conn, origin, meet }, door) => {
        door.inside++;
        const leave = () => door.inside--;
        const options = { origin, meet, refusal: refusalFor, signal: context.signal, leave };
        await runSession(conn, room, options);
      },
      ready: () => {
        if (console) runConsole(room, context).catch((error) => context.log(reasonOf(error)));
      },
    }, context);
  },
});

async function runConsole(room: Room, context: Context): Promise<void> {
  const prompt = room.options.mode === "operator" ? "answer> " : "server> ";
  using input = await openInput({ signal: context.signal, prompt, interrupt: context.stop });
  const show = (line: string) => print([line]);
  for await (const line of input.lines()) actOnLine(room, line, { show, stop: context.stop });
  if (input.interactive) context.stop(); // Ctrl-D ends what a person runs; a script's end does not
}

/** The share joined to a room: files know nothing of chat. */
async function openShare(folder: string): Promise<AsyncDisposable & { files: RoomFiles }> {
  const { Share } = await import("../lib/files/share.ts");
  const { sendFile } = await import("../lib/files/send.ts");
  const share = await Share.open(folder);
  return {
    files: {
      list: (folder) => share.list(folder),
      send: (conn, name, id) => sendFile(share, conn, name, id),
    },
    [Symbol.asyncDispose]: () => share[Symbol.asyncDispose](),
  };
}
