/**
 * The clients whose endings are compared, and what their standard input may be.
 *
 * @module
 */
import { labwireCommand, Program } from "../../support/program.ts";

/** What their standard input is, by the words of docs/endings.md. */
export const INPUTS = [
  "a pipe, still open",
  "a pipe that ends",
  "`</dev/null`",
  "closed: `<&-`",
  "a terminal",
] as const;

/** One of {@linkcode INPUTS}. */
export type Input = typeof INPUTS[number];

/** `labwire connect` by dialect, and programs of other makes. */
export const CLIENTS = ["native", "text", "raw", "json", "nc", "ncat"] as const;

/** One client, started in one way. */
export interface How {
  client: typeof CLIENTS[number];
  input: Input;
}

/** What is typed, where something is. */
export const TYPED = "good day";

/** Whether it is: at a terminal, and into a pipe. */
export function types({ input }: How): boolean {
  return input === "a terminal" || input.startsWith("a pipe");
}

/** Whether the client closes its sending side: at the end of its input, unless it is `nc` without `-N`. */
export function halfCloses({ client, input }: How): boolean {
  if (input === "a pipe, still open" || input === "a terminal" || client === "nc") return false;
  // With no standard input at all, the connection is what ncat takes for it.
  return client !== "ncat" || input !== "closed: `<&-`";
}

/** The dialect that a client understands. */
export function dialectOf({ client }: How): string {
  return client === "nc" || client === "ncat" ? "text" : client;
}

/** Starts a client towards a port of this machine; `options` are for labwire. */
export function start(how: How, port: string | number, options: string[] = []): Program {
  const { client, input } = how;
  const command = client === "nc" || client === "ncat"
    ? [client, "127.0.0.1", `${port}`]
    : [...labwireCommand(), "connect", `127.0.0.1:${port}`, "--dialect", client, ...options];
  if (input === "a terminal") {
    const script = new URL("at_terminals.py", import.meta.url).pathname;
    return Program.start("python3", [script, ...command]);
  }
  const from = input === "`</dev/null`" ? "</dev/null" : input === "closed: `<&-`" ? "<&-" : "";
  return Program.start("sh", ["-c", `exec "$@" ${from}`, "sh", ...command]);
}

/** Presses Ctrl-C, which at a terminal is a key. */
export async function interrupt(program: Program, { input }: How): Promise<void> {
  if (input === "a terminal") await program.type("\x03");
  else program.signal("SIGINT");
}

/** What a program wrote to standard error, without the prompt of a terminal and what is typed there. */
export function errorsOf({ stderr }: { stderr: string }, { input }: How): string {
  if (input !== "a terminal") return stderr;
  // deno-lint-ignore no-control-regex
  const drawing = /\x1b\[[0-9;?]*[A-Za-z]|\r|\^C/g;
  return stderr.replace(drawing, "")
    .replace(/Connected to .*\n/, "")
    .replace(/\S+> /g, "")
    .replace(new RegExp(`${TYPED}\n?`, "g"), "")
    .replace(/^\n+/, "");
}
