import { exchange } from "../lib/auth/exchange.ts";
import { defineCommand } from "../lib/cli/command.ts";
import { listenAddress, runServer, serverOptions } from "./shared/server.ts";
import { fileOptions, SharedFolder } from "./shared/service.ts";
import { Trust } from "./shared/trust.ts";

/** `labwire fileserver`. */
export const fileserver = defineCommand({
  name: "fileserver",
  summary: "Let others list and fetch the files of a folder, or put files there",
  args: ["[DIR]", "[ADDRESS]", "[PORT]"],
  about:
    "Shares the current directory on 127.0.0.1:9000 unless DIR and ADDRESS say otherwise, with\n" +
    "labwire get, ls and put, with browsers, curl and wget, and with nc. Nothing outside DIR can\n" +
    "be reached, by any name or link; names that begin with a dot are not served. labwire\n" +
    "clients verify every file and go on with one that broke off; over text and raw a file ends\n" +
    "with the marker EOF, which is unsafe (docs/protocol.md says why). Nothing can be put there\n" +
    "without --writable or --dropbox.",
  options: { ...serverOptions, ...fileOptions },
  examples: [
    ["labwire fileserver", "share the current directory on this machine"],
    ["labwire fileserver handouts :9000", "share a folder with the network"],
    ["labwire fileserver handins :9000 --dropbox", "collect what students hand in"],
    ["labwire get 127.0.0.1:9000 notes.txt", "fetch a file"],
    ["curl -O http://127.0.0.1:9000/notes.txt", "the same, without labwire"],
    ["printf '/list\\n/get notes.txt\\n' | labwire connect 127.0.0.1:9000", "list and fetch"],
  ],
  async run(values, [folder = ".", ...address], context) {
    using trust = await Trust.open(values, context);
    const listening = listenAddress(address, 9000);
    await using shared = await SharedFolder.open(folder, values, trust, context);
    return await runServer({
      address: listening,
      trust,
      values,
      serve: async (visitor, door) => {
        await using answering = shared.answering(visitor.conn);
        await exchange(visitor, door, {
          mode: "files",
          features: ["files"],
          signal: context.signal,
          rate: trust.rate,
          idleMs: trust.idleMs,
          answer: answering.answer,
          web: shared.web ? (visitor) => shared.serveWeb(visitor) : undefined,
        });
      },
    }, context);
  },
});
