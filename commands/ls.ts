import { Exit } from "../lib/base/errors.ts";
import { ANSWER_MS } from "../lib/base/limits.ts";
import { safe, type SafeText } from "../lib/base/safe_text.ts";
import { defineCommand, duration, flag, short } from "../lib/cli/command.ts";
import { print } from "../lib/term/screen.ts";
import type { ListingEntry } from "../lib/wire/file_message.ts";
import { withFiles } from "./shared/files.ts";
import { reachOptions } from "./shared/reach.ts";

/** The end of the year 9999, in seconds: a server may say anything. */
const LAST_DATE = 253402300799;

/** `labwire ls`. */
export const ls = defineCommand({
  name: "ls",
  summary: "List the files of a labwire server",
  args: ["ADDRESS", "[FOLDER]"],
  about:
    "The server is labwire fileserver, or serve --files; port 9000 unless ADDRESS says otherwise.\n" +
    "One name a line; folders end in a slash.",
  options: {
    long: short("l", flag("with size, time of the last change, and * on what can be executed")),
    timeout: duration("TIME", "give up when nothing comes for so long", ANSWER_MS),
    ...reachOptions,
  },
  examples: [
    ["labwire ls 10.0.0.5:9000", "the names"],
    ["labwire ls 10.0.0.5:9000 lab1 --long", "what is in a folder, with sizes"],
    ["labwire ls 10.0.0.5:9000 --json | grep '\"size\":0'", "for a script"],
  ],
  async run(values, [address, folder = ""], context) {
    return await withFiles(address, values, context, async (client) => {
      const entries = await client.list(folder);
      const { emit } = context;
      for (const { name, size, modified, executable } of emit ? entries : []) {
        emit?.({ event: "entry", name, size, modified, executable });
      }
      if (!emit) print(entries.map(values.long ? longLine : shortLine));
      return Exit.done;
    });
  },
});

function shortLine({ name, size }: ListingEntry): SafeText {
  return size === undefined ? safe`${name}/` : safe`${name}`;
}

function longLine(entry: ListingEntry): SafeText {
  const { size, modified, executable } = entry;
  const date = new Date(Math.min(modified, LAST_DATE) * 1000);
  const time = date.toISOString().slice(0, 16).replace("T", " ");
  return safe`${String(size ?? "-").padStart(12)}  ${time}  ${shortLine(entry)}${
    executable ? "*" : ""
  }`;
}
