import { Exit, Failure, isClosed, ProtocolError, reasonOf } from "../lib/base/errors.ts";
import { LINGER_MS, PACE_MS } from "../lib/base/limits.ts";
import { safe, type SafeText } from "../lib/base/safe_text.ts";
import { onAbort, sleep } from "../lib/base/tasks.ts";
import { Client, type LineKind } from "../lib/chat/client.ts";
import { choice, type Context, defineCommand, duration, text } from "../lib/cli/command.ts";
import { type Address, formatAddress, parseAddress } from "../lib/net/address.ts";
import { Connection } from "../lib/net/connection.ts";
import { ask, type LineSource, openInput } from "../lib/term/input.ts";
import { note, print, type Tone } from "../lib/term/screen.ts";
import { DIALECTS, framingOf, textLines } from "../lib/wire/dialect.ts";
import { prepare, reach, reachFiles, reachOptions } from "./shared/reach.ts";

const LOCAL: Address = { hostname: "127.0.0.1", port: 8000 };

const TONES: Record<LineKind, Tone> = {
  message: "plain",
  private: "bright",
  notice: "faint",
  error: "alarm",
  result: "faint",
};

/** `labwire connect`. */
export const connect = defineCommand({
  name: "connect",
  summary: "Join a server and talk to it, at a terminal or in a script",
  args: ["[ADDRESS]"],
  about:
    "At a terminal, lines are edited with history and messages come in above what you type; in\n" +
    "a pipe, lines go in and messages come out. Without an ADDRESS a terminal is asked for one.\n" +
    "Commands begin with a slash: /help /who /status /nick /msg /list /get /put /send /accept\n" +
    "/decline /exit; //text says /text. /get -r FOLDER takes --overwrite, --rename and --resume, too;\n" +
    "/send NAME FILE offers a file to one person, /send all FILE to everyone.\n" +
    "Without --dialect the server must be labwire; any other wants --dialect raw, text or json.",
  options: {
    dialect: choice(DIALECTS, "how the server speaks", "native"),
    name: text("NAME", "your name; over raw and text it is sent as the first message"),
    "accept-files": text("DIR", "take every file that is offered, and save it there"),
    ...reachOptions,
    pace: duration("TIME", "least time between messages over raw and json", PACE_MS),
    linger: duration("TIME", "how long to wait in silence after the end of input", LINGER_MS),
  },
  examples: [
    ["labwire connect", "join the room on this machine"],
    ["labwire connect 10.0.0.5:8000 --name Ada", "join somebody else's"],
    ["labwire connect 10.0.0.5:8000 --secret", "join where a passphrase is asked for"],
    [
      "echo hello | labwire connect 127.0.0.1:5000 --dialect raw",
      "ask a course program, print its answer",
    ],
    ["labwire connect 127.0.0.1:8000 --dialect raw --cipher vigenere --key LEMON", "in cipher"],
    ["echo '/get notes.txt' | labwire connect 127.0.0.1:9000", "fetch a file"],
    [
      "echo '/send Ron report.pdf' | labwire connect 10.0.0.5:8000",
      "pass a file on, once Ron accepts",
    ],
  ],
  async run(values, [address], context) {
    const way = await prepare(values, context);
    const { signal } = context;
    const { dialect } = values;
    let name = values.user ?? values.name;
    let target = address === undefined ? LOCAL : targetOf(address, LOCAL);
    if (address === undefined && Deno.stdin.isTerminal()) {
      const hostname = await ask(safe`Server address`, LOCAL.hostname);
      target = targetOf(await ask(safe`Server port`, `${LOCAL.port}`), { ...LOCAL, hostname });
      // Over raw and text a name would be sent as a message, which not every server expects.
      if (dialect === "native" || dialect === "json") {
        name ??= await ask(safe`Your name`, defaultName());
      }
    }
    const where = { target, ...way };
    const reached = dialect === "native"
      ? await reach(where, { name, features: ["ping"] })
      : { conn: new Connection(await way.dial(target, signal)), welcome: undefined };
    using conn = reached.conn;
    using _stop = onAbort(signal, () => conn.close());
    let features: string[] = [];
    try {
      if (reached.welcome) {
        ({ name, features } = reached.welcome);
        show(textLines(reached.welcome), "message");
      } else {
        conn.speak(dialect, framingOf(dialect, { client: true }));
        conn.cipher = way.credentials.shown.keying.cipher;
      }
      using input = await openInput({
        signal: context.signal,
        prompt: promptOf(name ?? "you"),
        interrupt: context.stop,
      });
      let self = name ?? "you", status = "";
      const draw = () => input.setPrompt(promptOf(self, status));
      const files = async () => {
        const { Courier } = await import("./shared/courier.ts");
        return new Courier({
          open: (hello) => reachFiles(where, { ...hello, name: self }),
          signal,
          passesOn: features.includes("offers"),
          acceptInto: values["accept-files"],
          status: (text) => {
            status = text;
            draw();
          },
        });
      };
      const paced = dialect === "raw" || dialect === "json";
      const client = new Client(conn, {
        name: name ?? defaultName(),
        paceMs: paced ? values.pace : 0,
        files,
        renamed: (name) => {
          self = name;
          draw();
        },
        show: (lines, kind) => {
          if (!context.signal.aborted) show(lines, kind); // Ctrl-C needs no explanation
        },
      });
      if (input.interactive) note(safe`Connected to ${formatAddress(target)}`, "faint");
      if (name !== undefined && (dialect === "raw" || dialect === "text")) await client.say(name);
      try {
        await converse(client, conn, input, values.linger, context);
      } finally {
        if (context.signal.aborted) await client.filesDone(); // what has come is kept for another time
      }
      await client.filesDone();
      context.signal.throwIfAborted(); // input ends at Ctrl-C as well, which is no end of the work
      if (client.unsent || client.expecting) {
        throw new Failure("Cannot go on: the server closed the connection", Exit.lost);
      }
      return client.failed ? Exit.failed : Exit.done;
    } catch (error) {
      throw context.signal.aborted ? new Failure("Interrupted", Exit.interrupted) : lost(error);
    }
  },
});

/** Both directions until the server closes, or, after our end, a server of another make is silent. */
async function converse(
  client: Client,
  conn: Connection,
  input: LineSource,
  lingerMs: number,
  { signal }: Context,
): Promise<void> {
  const over = new AbortController();
  const receiving = client.receive().finally(() => over.abort());
  const typing = typeAll(client, input).then(async () => {
    if (conn.dialect === "native") return await receiving;
    while (!over.signal.aborted && !signal.aborted) {
      const left = client.activeAt + lingerMs - performance.now();
      if (left <= 0) return;
      await sleep(left, over.signal);
    }
  });
  await Promise.race([receiving, typing]);
}

async function typeAll(client: Client, input: LineSource): Promise<void> {
  let leaving = false;
  for await (const line of input.lines()) {
    if (line === "" && input.interactive) continue;
    leaving = !await client.type(line);
    if (leaving) break;
  }
  // A script that ends has only no more to say; what it has offered can still be taken.
  if (!leaving && !input.interactive) await client.offersDone();
  await client.end();
}

function show(lines: SafeText[], kind: LineKind): void {
  if (kind === "error" || kind === "result") lines.forEach((line) => note(line, TONES[kind]));
  else print(lines, TONES[kind]);
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
  return new Failure(`Cannot go on: the connection was lost (${reasonOf(error)})`, Exit.lost, {
    cause: error,
  });
}

function promptOf(name: string, status = ""): SafeText {
  return safe`${name}${status === "" ? "" : ` [${status}]`}> `;
}

function targetOf(text: string, fallback: Address): Address {
  return parseAddress(text, fallback, fallback.hostname);
}

function defaultName(): string {
  return Deno.env.get("USER") || "guest";
}
