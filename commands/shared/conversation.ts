/**
 * What is typed or piped in goes to a server, and what it says is shown: a client's conversation.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import { safe, type SafeText } from "../../lib/base/safe_text.ts";
import { sleep } from "../../lib/base/tasks.ts";
import { Client, type LineKind } from "../../lib/chat/client.ts";
import type { ClientFiles } from "../../lib/chat/client_files.ts";
import type { Context } from "../../lib/cli/command.ts";
import { type Address, formatAddress } from "../../lib/net/address.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { type LineSource, openInput } from "../../lib/term/input.ts";
import { note, print, type Tone } from "../../lib/term/screen.ts";

const TONES: Record<LineKind, Tone> = {
  message: "plain",
  private: "bright",
  notice: "faint",
  error: "alarm",
  result: "faint",
};

/** A server that has been reached, and greeted where its dialect has that. */
export interface Reached {
  /** Speaks the server's dialect. */
  conn: Connection;
  target: Address;
  /** Our name there, as far as there is one. */
  name?: string;
  /** What a labwire server can do. */
  features: string[];
}

/** How to talk. */
export interface Talk {
  /** Milliseconds between messages over raw and json. */
  paceMs: number;
  /** Milliseconds of silence, after the end of input, that end it over a foreign dialect. */
  lingerMs: number;
  /** Makes what moves files, in the name that we have then; `status` shows how far they are. */
  files: (name: () => string, status: (text: string) => void) => Promise<ClientFiles>;
}

/**
 * Talks until either side ends; the exit code.
 *
 * @throws {Failure} exit 4 when we are sent away, 5 when the server closes before all was sent.
 */
export async function converse(
  { conn, target, name }: Reached,
  { paceMs, lingerMs, files }: Talk,
  context: Context,
): Promise<number> {
  const { signal } = context;
  const { dialect } = conn;
  using input = await openInput({
    signal,
    prompt: promptOf(name ?? "you"),
    interrupt: context.stop,
  });
  let self = name ?? "you", status = "";
  const draw = () => input.setPrompt(promptOf(self, status));
  const client = new Client(conn, {
    name: name ?? defaultName(),
    paceMs: dialect === "raw" || dialect === "json" ? paceMs : 0,
    files: () =>
      files(() => self, (text) => {
        status = text;
        draw();
      }),
    renamed: (name) => {
      self = name;
      draw();
    },
    show: (lines, kind) => {
      if (!signal.aborted) show(lines, kind); // Ctrl-C needs no explanation
    },
  });
  if (input.interactive) note(safe`Connected to ${formatAddress(target)}`, "faint");
  if (name !== undefined && (dialect === "raw" || dialect === "text")) await client.say(name);
  try {
    await talk(client, conn, input, lingerMs, context);
  } finally {
    if (signal.aborted) await client.filesDone(); // what has come is kept for another time
  }
  await client.filesDone();
  signal.throwIfAborted(); // input ends at Ctrl-C as well, which is no end of the work
  if (client.unsent || client.expecting) {
    throw new Failure("Cannot go on: the server closed the connection", Exit.lost);
  }
  return client.failed ? Exit.failed : Exit.done;
}

/** Shows lines of the conversation: results on standard output, what concerns us alone as notes. */
export function show(lines: SafeText[], kind: LineKind): void {
  if (kind === "error" || kind === "result") lines.forEach((line) => note(line, TONES[kind]));
  else print(lines, TONES[kind]);
}

/** A name for those who gave none. */
export function defaultName(): string {
  return Deno.env.get("USER") || "guest";
}

/** Both directions until the server closes, or, after our end, a server of another make is silent. */
async function talk(
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

function promptOf(name: string, status = ""): SafeText {
  return safe`${name}${status === "" ? "" : ` [${status}]`}> `;
}
