import { defineCommand, flag, short, text } from "../lib/cli/command.ts";
import { existsOf } from "./shared/exists.ts";
import { withFiles } from "./shared/files.ts";
import { reachOptions } from "./shared/reach.ts";
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
    recursive: short("r", flag("put whole folders")),
    ...transferOptions,
    ...reachOptions,
  },
  examples: [
    ["labwire put 10.0.0.5:9000 report.pdf --name Ada", "hand in a file"],
    ["labwire put 10.0.0.5:9000 -r lab1 --into week3", "a whole folder, as week3/lab1"],
    ["labwire put 10.0.0.5:9000 report.pdf --rename", "beside the one that is there"],
  ],
  async run(values, [address, ...paths], context) {
    const exists = existsOf(values);
    const { into, recursive } = values;
    return await withFiles(address, values, context, async (client) => {
      const { openSource } = await import("../lib/files/local.ts");
      const { putPaths } = await import("../lib/files/put_paths.ts");
      using report = new Report(values, "sent", context);
      const here = await putPaths(client, paths, { into, recursive, exists }, report);
      return await report.close(async ({ path }) => {
        const from = here.get(path)!;
        return [await openSource(from), from];
      });
    });
  },
});
