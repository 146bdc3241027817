/**
 * `labwire version`: which labwire this is, of what it was made, and what runs it.
 *
 * @module
 */
import { Exit } from "../lib/base/errors.ts";
import { safe, safeText } from "../lib/base/safe_text.ts";
import { defineCommand } from "../lib/cli/command.ts";
import { print } from "../lib/term/screen.ts";

/** Of what an executable was made, as `release/compile.ts` writes it into it. */
interface Origin {
  /** The git commit; null where none was known. */
  commit: string | null;
  /** Whether the files were other than those of the commit. */
  dirty: boolean;
}

/** `labwire version`. */
export const version = defineCommand({
  name: "version",
  summary: "Say which labwire this is, and of what it was made",
  args: [],
  about:
    "Prints version, commit, runtime and system. The commit is that of the source an executable\n" +
    "was compiled from; labwire that runs from its source says so instead.",
  options: {},
  examples: [
    ["labwire version", "what to write into a report of a fault"],
    ["labwire version --json", "the same for a script"],
    ["labwire version --json | python3 -m json.tool", "the same, a name a line"],
  ],
  async run(_values, _args, { emit }) {
    const { default: { version } } = await import("../deno.json", { with: { type: "json" } });
    const origin = await readOrigin();
    const { os, arch } = Deno.build;
    const { deno, v8 } = Deno.version;
    if (emit) {
      const { commit, dirty } = origin ?? {};
      emit({ event: "version", version, commit: commit ?? undefined, dirty, deno, v8, os, arch });
    } else {
      const changed = origin?.dirty ? ", changed" : "";
      const from = origin
        ? `commit ${origin.commit?.slice(0, 12) ?? "unknown"}${changed}`
        : "from its source";
      print([
        safe`labwire ${version} (${from})`,
        safeText(`Deno ${deno}, V8 ${v8}, ${os} ${arch}`),
      ]);
    }
    return Exit.done;
  },
});

/** Undefined from source, where a file that a compilation left behind says nothing. */
async function readOrigin(): Promise<Origin | undefined> {
  if (!Deno.build.standalone) return undefined;
  return JSON.parse(await Deno.readTextFile(new URL("../dist/origin.json", import.meta.url)));
}
