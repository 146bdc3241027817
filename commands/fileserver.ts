import { exchange } from "../lib/auth/exchange.ts";
import { ProtocolError } from "../lib/base/errors.ts";
import { defineCommand } from "../lib/cli/command.ts";
import { sendFile } from "../lib/files/send.ts";
import { Share } from "../lib/files/share.ts";
import type { Connection } from "../lib/net/connection.ts";
import { sendMessage } from "../lib/net/send_message.ts";
import { readMessage } from "../lib/wire/dialect.ts";
import { type Command, type Message, parseCommand, replyOf } from "../lib/wire/message.ts";
import { listenAddress, readKeying, runServer, serverOptions } from "./options.ts";

const HELP = "Commands: list [FOLDER], get FILE, exit";

/** `labwire fileserver`. */
export const fileserver = defineCommand({
  name: "fileserver",
  summary: "Let others list and fetch the files of a folder",
  args: ["[DIR]", "[ADDRESS]"],
  about: "Shares the current directory on 127.0.0.1:9000 unless DIR and ADDRESS say otherwise.\n" +
    "Nothing outside DIR can be reached, by any name or link; names that begin with a dot are\n" +
    "not served. labwire clients get size and SHA-256 with every file; over text and raw a file\n" +
    "ends with the marker EOF, which is unsafe (docs/protocol.md says why).",
  options: serverOptions,
  examples: [
    ["labwire fileserver", "share the current directory on this machine"],
    ["labwire fileserver handouts :9000", "share a folder with the network"],
    ["printf '/list\\n/get notes.txt\\n' | labwire connect 127.0.0.1:9000", "list and fetch"],
  ],
  async run(values, [folder = ".", address], context) {
    const keying = await readKeying(values, context.log);
    const listening = listenAddress(address, 9000);
    await using share = await Share.open(folder);
    return await runServer({
      address: listening,
      keying,
      values,
      serve: (visitor, door) =>
        exchange(visitor, door, {
          mode: "files",
          signal: context.signal,
          answer: (conn, batch) => answerRequests(conn, batch, share),
        }),
    }, context);
  },
});

async function answerRequests(
  conn: Connection,
  batch: Uint8Array[],
  share: Share,
): Promise<boolean> {
  for (const payload of batch) {
    let request: Command | undefined;
    try {
      request = commandIn(readMessage(conn.dialect, payload));
      if (request.name === "exit") return false;
      await answerRequest(conn, request, share);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      await sendMessage(conn, { type: "error", text: error.message, id: request?.id });
    }
  }
  return true;
}

async function answerRequest(
  conn: Connection,
  { name, argument, id = 0 }: Command,
  share: Share,
): Promise<void> {
  if (name === "get") return await sendFile(share, conn, argument, id);
  if (name !== "list") return await sendMessage(conn, { type: "reply", text: HELP });
  const names = await share.list(argument);
  await sendMessage(conn, replyOf(names.length > 0 ? names : ["No files"]));
}

function commandIn(message: Message): Command {
  if (message.type === "command") return message;
  if (message.type === "chat") return parseCommand(message.text);
  throw new ProtocolError(`a client does not send "${message.type}" here`);
}
