import { Exit, Failure, isClosed, plainReason, ProtocolError } from "../lib/base/errors.ts";
import { LINGER_MS, PACE_MS, RETRY_MS } from "../lib/base/limits.ts";
import { safe } from "../lib/base/safe_text.ts";
import { choice, type Context, defineCommand, duration, flag, text } from "../lib/cli/command.ts";
import { type Address, formatAddress, parseWords, type TcpAddress } from "../lib/net/address.ts";
import { Connection } from "../lib/net/connection.ts";
import { ask } from "../lib/term/input.ts";
import { type Dialect, DIALECTS, framingOf, textLines } from "../lib/wire/dialect.ts";
import {
  converse,
  defaultName,
  type Lost,
  type Reached,
  show,
  type Talk,
} from "./shared/conversation.ts";
import { mayComeBack, Patience } from "./shared/patience.ts";
import { type Destination, prepare, reachFiles, reachOnce, reachOptions } from "./shared/reach.ts";
import { scriptOf, stepOptions } from "./shared/steps.ts";

const LOCAL: TcpAddress = { hostname: "127.0.0.1", port: 8000 };

/** Where to go; `quiet`: what is said there is not shown. */
type Server = Destination & { quiet: boolean };

/** `labwire connect`. */
export const connect = defineCommand({
  name: "connect",
  summary: "Join a server and talk to it, at a terminal or in a script",
  args: ["[ADDRESS]", "[PORT]"],
  about:
    "At a terminal, lines are edited with history and messages come in above what you type; in\n" +
    "a pipe, lines go in and messages come out. Without an ADDRESS a terminal is asked for one.\n" +
    "Commands begin with a slash: /help /who /status /nick /msg /list /get /put /send /accept\n" +
    "/decline /exit; //text says /text. /get -r FOLDER takes --overwrite, --rename and --resume, too;\n" +
    "/send NAME FILE offers a file to one person, /send all FILE to everyone.\n" +
    "Without --dialect the server must be labwire; any other wants --dialect raw, text or json.\n" +
    "With --send, --expect and the other steps nothing is read and nothing is asked: they are done in\n" +
    "the order in which they stand, under --cipher like all else (docs/scripting.md).",
  options: {
    dialect: choice(DIALECTS, "how the server speaks", "native"),
    name: text("NAME", "your name; over raw and text it is sent as the first message"),
    "accept-files": text("DIR", "take every file that is offered, and save it there"),
    ...reachOptions,
    pace: duration("TIME", "least time between messages over raw and json", PACE_MS),
    reconnect: flag("come back when the connection is lost, until --retry gives up"),
    linger: duration("TIME", "how long to wait in silence after the end of input", LINGER_MS),
    ...stepOptions,
  },
  examples: [
    ["labwire connect", "join the room on this machine"],
    ["labwire connect 10.0.0.5:8000 --name Ada", "join somebody else's"],
    ["labwire connect 10.0.0.5 8000 --reconnect", "come back whenever the connection is lost"],
    ["labwire connect 10.0.0.5:8000 --secret", "join where a passphrase is asked for"],
    [
      "echo hello | labwire connect 127.0.0.1:5000 --dialect raw",
      "ask a course program, print its answer",
    ],
    ["labwire connect 127.0.0.1:8000 --dialect raw --cipher vigenere --key LEMON", "in cipher"],
    ["labwire connect 127.0.0.1:5000 --dialect raw --send hello --expect olleh", "check an answer"],
    ["labwire connect 127.0.0.1:5000 --dialect text --script lab.steps", "the same from a file"],
    ["echo '/get notes.txt' | labwire connect 127.0.0.1:9000", "fetch a file"],
    [
      "echo '/send Ron report.pdf' | labwire connect 10.0.0.5:8000",
      "pass a file on, once Ron accepts",
    ],
  ],
  async run(values, address, context) {
    const script = await scriptOf(values);
    const way = await prepare(values, context, script?.open);
    const { signal } = context;
    const { dialect } = values;
    let name = values.user ?? values.name;
    let target = targetOf(address, LOCAL);
    if (address.length === 0 && !script && Deno.stdin.isTerminal()) {
      target = await askTarget();
      // Over raw and text a name would be sent as a message, which not every server expects.
      if (dialect === "native" || dialect === "json") {
        name ??= await ask(safe`Your name`, defaultName());
      }
    }
    const where: Server = { target, ...way, quiet: values.quiet };
    const reached = await way.patience().persist(() => open(where, dialect, name), signal);
    try {
      const talk: Talk = {
        paceMs: values.pace,
        lingerMs: values.linger,
        again: values.reconnect
          ? comingBack(where, values, name !== undefined, context)
          : undefined,
        files: async ({ features }, name, status) => {
          const { Courier } = await import("./shared/courier.ts");
          return new Courier({
            open: (hello) => reachFiles(where, { ...hello, name: name() }),
            signal,
            passesOn: features.includes("offers"),
            acceptInto: values["accept-files"],
            status,
          });
        },
      };
      if (script) return await script.perform(reached, talk, context);
      return await converse(reached, talk, context);
    } catch (error) {
      throw signal.aborted ? new Failure("Interrupted", Exit.interrupted) : lost(error);
    }
  },
});

/** How to come back after a lost connection: under the same name, if that was chosen. */
function comingBack(
  where: Server,
  { dialect, retry: times = Infinity, "retry-delay": first }: {
    dialect: Dialect;
    retry?: number;
    "retry-delay": number;
  },
  named: boolean,
  context: Context,
): (lost: Lost) => Promise<Reached> {
  const delayMs = [first, Math.max(first, RETRY_MS[1])] as const;
  let patience: Patience | undefined;
  return async ({ name, reason, heard, signal }) => {
    // A server that takes us in and says nothing before it goes again is not there.
    if (heard || !patience) {
      patience = new Patience({ times, delayMs, worth: mayComeBack }, context);
    }
    context.emit?.({ event: "lost", reason });
    const lost = new Failure(`Cannot go on: ${reason}`, Exit.lost);
    await patience.wait(lost, signal, `* connection lost (${reason})`);
    const wish = named || dialect !== "native" ? name : undefined;
    const reached = await patience.persist(
      () => open({ ...where, signal }, dialect, wish),
      signal,
    );
    const { target, name: now } = reached;
    context.emit?.({ event: "reconnected", address: formatAddress(target), name: now });
    return reached;
  };
}

/** Connects, and greets the server where its dialect has that. */
async function open(where: Server, dialect: Dialect, name?: string): Promise<Reached> {
  const { target, dial, credentials, signal, emit } = where;
  const address = formatAddress(target);
  if (dialect === "native") {
    const { conn, welcome } = await reachOnce(where, { name, features: ["ping"] });
    const greeting = textLines(welcome);
    if (!where.quiet) show(greeting, "message", emit);
    const { name: own, mode, features, motd } = welcome;
    emit?.({ event: "connected", address, dialect, name: own, mode, features, motd });
    return { conn, target, name: own, features, greeting };
  }
  const conn = new Connection(await dial(target, signal));
  conn.speak(dialect, framingOf(dialect, { client: true }));
  conn.cipher = credentials.shown.keying.cipher;
  emit?.({ event: "connected", address, dialect, name });
  return { conn, target, name, features: [] };
}

function lost(error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof ProtocolError) {
    return new Failure(`Cannot read what the server sent: ${error.message}`, Exit.lost, {
      cause: error,
      remedy: "does it speak this --dialect?",
    });
  }
  if (!isClosed(error)) return error;
  return new Failure(`Cannot go on: the connection was lost (${plainReason(error)})`, Exit.lost, {
    cause: error,
  });
}

/** Asks where to go; the port only where that is left open. */
async function askTarget(): Promise<Address> {
  const target = targetOf([await ask(safe`Server address`, LOCAL.hostname)], { ...LOCAL, port: 0 });
  if ("path" in target || target.port !== 0) return target;
  return targetOf([await ask(safe`Server port`, `${LOCAL.port}`)], target);
}

function targetOf(words: readonly string[], fallback: TcpAddress): Address {
  return parseWords(words, fallback, fallback.hostname);
}
