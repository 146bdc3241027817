/**
 * labwire: the socket lab in one executable. Arguments to command to exit code; this file alone
 * touches `Deno.args`, signals and the end of the process. What only some arguments need is loaded
 * where they lead, so that help comes at once.
 *
 * @module
 */
import { COMMANDS } from "./commands/mod.ts";
import { showPage } from "./commands/shared/page.ts";
import { type Event, stamped } from "./lib/base/events.ts";
import { Exit, Failure, reasonOf } from "./lib/base/errors.ts";
import { INTERRUPT_ECHO_MS, LOG_CHARACTERS } from "./lib/base/limits.ts";
import { safe, safeJson } from "./lib/base/safe_text.ts";
import { helpPage, overviewPage } from "./lib/cli/help.ts";
import { TOPICS } from "./lib/cli/topics.ts";
import { note, print } from "./lib/term/screen.ts";

const stop = new AbortController(), cut = new AbortController();
let interruptedAt = -Infinity;
let telling = false; // programs read what we print: --json

/** Ctrl-C: the first asks to stop, a second one cuts short; `npx` delivers each twice. */
function interrupt(): void {
  const now = performance.now();
  if (now - interruptedAt < INTERRUPT_ECHO_MS) return;
  if (stop.signal.aborted) cut.abort();
  interruptedAt = now;
  stop.abort();
}

/** SIGHUP ends a program, as the system has it, unless somebody wants to hear of it. */
function onReload(act: () => void): Disposable {
  if (Deno.build.os === "windows") return { [Symbol.dispose]: () => {} };
  Deno.addSignalListener("SIGHUP", act);
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGHUP", act) };
}

function environment(name: string): string | undefined {
  return Deno.env.get(name);
}

/** Prints an event, with the version of its form and the time. */
function emit(event: Event): void {
  print([safeJson(stamped(event))]);
}

/** Whether events are asked for, as far as can be told before the options have been read. */
function asksForEvents(args: string[]): boolean {
  const words = args.slice(0, args.indexOf("--") >>> 0);
  return words.includes("--json") || /^(true|1|yes|on)$/i.test(environment("LABWIRE_JSON") ?? "");
}

/** The last event says how it ended; whoever reads them may have gone. */
function tellEnd(code: number, reason: string | undefined): void {
  try {
    emit({ event: "end", code, reason });
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-V") {
    if (telling) return await main(["version", "--json"]);
    const { default: { version } } = await import("./deno.json", { with: { type: "json" } });
    print([safe`labwire ${version}`]);
    return Exit.done;
  }
  if (name === undefined || name === "--help" || name === "-h") {
    showPage(overviewPage(COMMANDS, TOPICS), { emit: telling ? emit : undefined });
    return name === undefined ? Exit.usage : Exit.done;
  }
  const entry = COMMANDS.find((each) => each.name === name) ??
    (await import("./lib/cli/command_named.ts")).commandNamed(name, COMMANDS);
  if (rest.includes("--version")) return await main(["--version"]);
  const command = await entry.load();
  const asked = rest.slice(0, rest.indexOf("--") >>> 0);
  if (asked.includes("--help") || asked.includes("-h")) {
    showPage(helpPage(command), { emit: telling ? emit : undefined });
    return Exit.done;
  }
  const { parseCommandLine } = await import("./lib/cli/parse.ts");
  const { values, args: positionals } = parseCommandLine(command, rest, environment);
  telling = values.json === true;
  Deno.addSignalListener("SIGINT", interrupt);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", interrupt);
  return await command.run(values, positionals, {
    signal: stop.signal,
    cut: cut.signal,
    stop: interrupt,
    emit: telling ? emit : undefined,
    log: (line) => {
      const most = LOG_CHARACTERS;
      note(line.length > most ? safe`${line.slice(0, most)}…` : line, "faint");
    },
    onReload,
  });
}

if (import.meta.main) {
  let code: number, reason: string | undefined;
  try {
    telling = asksForEvents(Deno.args);
    code = await main(Deno.args);
  } catch (error) {
    code = error instanceof Failure ? error.exit : Exit.failed;
    reason = reasonOf(error);
    const brokenPipe = error instanceof Deno.errors.BrokenPipe;
    if (!brokenPipe && code !== Exit.interrupted) note(safe`labwire: ${reason}`, "alarm");
  }
  if (cut.signal.aborted) code = Exit.interrupted;
  if (telling) tellEnd(code, reason);
  Deno.exit(code);
}
