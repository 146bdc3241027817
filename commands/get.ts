import { type Context, defineCommand, flag, short, text } from "../lib/cli/command.ts";
import { existsOf } from "./shared/exists.ts";
import { type FileValues, withFiles } from "./shared/files.ts";
import { reachOptions } from "./shared/reach.ts";
import { Spool, wantsOutput } from "./shared/spool.ts";
import { Report, type ReportValues, transferOptions } from "./shared/transfer.ts";

/** `labwire get`. */
export const get = defineCommand({
  name: "get",
  summary: "Fetch files, verified, from a labwire server",
  args: ["ADDRESS", "PATH..."],
  about:
    "The server is labwire fileserver, or serve --files; port 9000 unless ADDRESS says otherwise.\n" +
    "A file has its name only once it is whole and its hash is the server's. What breaks off stays\n" +
    "as a hidden part, and the same command goes on with it: only what is missing is fetched.\n" +
    "A file that exists is not touched, unless an option says what to do with it.",
  options: {
    output: short(
      "o",
      text("DIR", "where to save, instead of here; - is standard output, for one file"),
    ),
    recursive: short("r", flag("fetch whole folders")),
    resume: flag("go on with files that exist, if they are the beginning of the server's"),
    ...transferOptions,
    ...reachOptions,
  },
  examples: [
    ["labwire get 10.0.0.5:9000 notes.txt", "into the current directory"],
    ["labwire get 10.0.0.5:9000 -r lab1 -o work", "a whole folder, as work/lab1"],
    ["labwire get 10.0.0.5:9000 big.iso --json", "how many bytes were fetched and hashed"],
    ["labwire get 10.0.0.5:9000 a.txt b.txt --sha256 | sha256sum -c", "check with other tools"],
    ["labwire get 10.0.0.5:9000 notes.txt -o - | wc -l", "to another program, once it is verified"],
  ],
  async run(values, [address, ...paths], context) {
    const exists = existsOf(values);
    const { output = ".", recursive, resume } = values;
    if (wantsOutput({ ...values, json: context.emit !== undefined }, paths)) {
      return await getToOutput(address, paths[0], values, context);
    }
    return await withFiles(address, values, context, async (client) => {
      const { getPaths } = await import("../lib/files/get_paths.ts");
      const { openSource, openTarget } = await import("../lib/files/local.ts");
      await using target = await openTarget(output);
      using report = new Report(values, "fetched", context);
      await getPaths(client, paths, { target, recursive, exists, resume }, report);
      return await report.close(async ({ name }) => {
        const path = output === "." ? name : `${output.replace(/\/+$/, "")}/${name}`;
        return [await openSource(path), path];
      });
    });
  },
});

/** Fetches one file, and writes it to standard output once it is whole and verified. */
async function getToOutput(
  address: string,
  path: string,
  values: FileValues & ReportValues,
  context: Context,
): Promise<number> {
  await using spool = await Spool.make();
  return await withFiles(address, values, context, async (client) => {
    const { getPaths } = await import("../lib/files/get_paths.ts");
    const { openSource, openTarget } = await import("../lib/files/local.ts");
    await using target = await openTarget(spool.folder);
    using report = new Report(values, "fetched", context);
    const names: string[] = [];
    await getPaths(client, [path], { target }, {
      expect: (files, bytes) => report.expect(files, bytes),
      progress: (path, bytes, size) => report.progress(path, bytes, size),
      failed: (path, why) => report.failed(path, why),
      done: (outcome) => {
        names.push(outcome.name);
        report.done(outcome);
      },
    });
    for (const name of names) await spool.giveOutput(name);
    return await report.close(async ({ name }) => [await openSource(name), name]);
  });
}
