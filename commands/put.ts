import { defineCommand, flag, short, text } from "../lib/cli/command.ts";
import { existsOf } from "./shared/exists.ts";
import { withFiles } from "./shared/files.ts";
import { reachOptions } from "./shared/reach.ts";
import { Spool, wantsInput } from "./shared/spool.ts";
import { Report, transferOptions } from "./shared/transfer.ts";

/** `labwire put`. */
export const put = defineCommand({
  name: "put",
  summary: "Put files, verified, into the folder of a labwire server",
  args: ["ADDRESS", "FILE..."],
  about:
    "The server must have been started with --writable or --dropbox; port 9000 unless ADDRESS says\n" +
    "otherwise. A file stands there only once it is whole and its hash is ours. What breaks off is\n" +
    "kept for a while, and the same command goes on with it.",
  options: {
    into: short("d", text("FOLDER", "the folder of the server in which they are to stand")),
    as: text("NAME", "the name that one file is to have there; - as FILE is standard input"),
    recursive: short("r", flag("put whole folders")),
    ...transferOptions,
    ...reachOptions,
  },
  examples: [
    ["labwire put 10.0.0.5:9000 report.pdf --name Ada", "hand in a file"],
    ["labwire put 10.0.0.5:9000 -r lab1 --into week3", "a whole folder, as week3/lab1"],
    ["labwire put 10.0.0.5:9000 report.pdf --rename", "beside the one that is there"],
    ["date | labwire put 10.0.0.5:9000 - --as now.txt", "what another program writes"],
  ],
  async run(values, [address, ...paths], context) {
    const exists = existsOf(values);
    const { into, recursive, as } = values;
    await using spool = wantsInput(as, paths) ? await Spool.make() : undefined;
    const from = spool ? [await spool.takeInput(as!, context.signal)] : paths;
    return await withFiles(address, values, context, async (client) => {
      const { openSource } = await import("../lib/files/local.ts");
      const { putPaths } = await import("../lib/files/put_paths.ts");
      using report = new Report(values, "sent", context);
      const here = await putPaths(client, from, { into, recursive, exists, as }, report);
      return await report.close(async ({ path }) => {
        const file = here.get(path)!;
        return [await openSource(file), spool ? "-" : file];
      });
    });
  },
});
