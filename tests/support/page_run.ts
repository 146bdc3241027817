/**
 * A page's commands, run as a reader would who types all of them, one after the other.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { isListening } from "../../bench/process.ts";
import { EXECUTABLE } from "./executable.ts";
import { Folder } from "./folder.ts";
import { commandsIn, filesIn, type PageCommand } from "./page.ts";
import { labwireCommand, Program } from "./program.ts";

/** What a reader does beside typing a command. */
export interface How {
  /** Typed into it; then its input ends. */
  types?: string;
  /** Its exit code; what the page says, or 0, unless given. */
  code?: number;
  /** Added to the environment: what a person would be asked for. */
  env?: Record<string, string>;
  /** It keeps running, since it is a server; told by the line unless given. */
  stays?: boolean;
  /** It is not run here, but by this line of `.ci/run`. */
  elsewhere?: string;
}

/** How a page is run. */
export interface PageOptions {
  /** Files that its reader has. */
  files?: Record<string, string | Uint8Array>;
  /** Where what it says of a command does not suffice; by the line. */
  how?: Record<string, How>;
  /** Added to the environment of all of them. */
  env?: Record<string, string>;
}

/** A server of a page, and where it listens. */
interface Standing {
  command: PageCommand;
  port: string;
  program: Program;
}

const SERVER =
  /^(?:npx .*task )?labwire (?:serve|echo-reverse|fileserver)\b|^python3 \S*(?:server|tap)/;

/** A client that is left to itself: it has gone on when it has shown what the page says. */
const LEFT = /\s&$/;

/**
 * Types a page's commands into a shell, in an empty folder, with labwire on the path. What stands for
 * another machine is this one. A server runs on until another takes its port, or the page ends; then it
 * must end with 0. Every other command must end with its code, and show what the page says; behind `&`
 * it is waited for until it has shown that, and ends with the page.
 *
 * @throws if one of them does not, or `how` knows a line that the page has not.
 */
export async function runPage(markdown: string, options: PageOptions = {}): Promise<number> {
  await using folder = await Folder.make({
    ...filesIn(markdown),
    ...options.files,
  });
  const env = { ...await withLabwire(folder), ...options.env };
  const commands = commandsIn(markdown);
  const unknown = Object.keys(options.how ?? {})
    .filter((line) => !commands.some((command) => command.line === line));
  assertEquals(unknown, [], "lines that the page has not");
  await using standing = new Servers();
  for (const command of commands) {
    const how = options.how?.[command.line] ?? {};
    if (how.elsewhere === undefined) await run(command, how, folder, standing, env);
  }
  await standing.stop();
  return commands.length;
}

/** The environment of somebody who has labwire, by way of a script in `folder`, which is home, too. */
export async function withLabwire({ path }: Folder): Promise<Record<string, string>> {
  const command = EXECUTABLE
    ? `unset PATH DENO_DIR\nexec '${EXECUTABLE.path}'`
    : `exec ${labwireCommand().map((word) => `'${word}'`).join(" ")}`;
  await Deno.mkdir(`${path}/.path`);
  await Deno.writeTextFile(`${path}/.path/labwire`, `#!/bin/sh\n${command} "$@"\n`);
  await Deno.chmod(`${path}/.path/labwire`, 0o755);
  // Deno's packages are where they were.
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  const DENO_DIR = Deno.env.get("DENO_DIR") ?? `${cache}/deno`;
  return { PATH: `${path}/.path:${Deno.env.get("PATH")}`, HOME: path, DENO_DIR };
}

async function run(
  command: PageCommand,
  how: How,
  folder: Folder,
  standing: Servers,
  env: Record<string, string>,
): Promise<void> {
  const line = here(command.line).replace(/\s*&$/, "");
  const stays = how.stays ?? SERVER.test(command.line);
  if (stays) await standing.makeRoom(portOf(line));
  const program = Program.start("setsid", ["bash", "-c", line], {
    cwd: /^(npx|deno) /.test(line) ? undefined : folder.path, // those are typed in a clone
    env: { ...env, ...how.env },
  });
  if (how.types) await program.type(how.types);
  if (stays) {
    standing.add({ command, port: portOf(line), program });
    if (/labwire/.test(line)) await program.sees(/listening on .*\n/, "stderr");
    else await listening(portOf(line));
  } else if (LEFT.test(command.line)) {
    standing.leave(program);
    for (const wanted of command.sees) await program.sees(lineOf(wanted));
  } else {
    await using client = program;
    await client.endInput();
    const { code, stdout, stderr } = await client.ended();
    assertEquals(code, how.code ?? command.code ?? 0, `${command.line}\n${stdout}\n${stderr}`);
    assertShows(command, stdout + stderr);
  }
}

/** The servers that run, and the clients that were left to themselves. */
class Servers implements AsyncDisposable {
  readonly #all: Standing[] = [];
  readonly #left: Program[] = [];

  add(server: Standing): void {
    this.#all.push(server);
  }

  leave(client: Program): void {
    this.#left.push(client);
  }

  /** Stops what listens on a port. */
  async makeRoom(port: string): Promise<void> {
    for (const server of this.#all.filter((each) => each.port === port)) {
      this.#all.splice(this.#all.indexOf(server), 1);
      await stop(server);
    }
  }

  /** Stops all that still run, each of which must have done well. */
  async stop(): Promise<void> {
    for (const server of this.#all.splice(0)) await stop(server);
  }

  /** Ends them, however they are. */
  async [Symbol.asyncDispose](): Promise<void> {
    const programs = this.#all.splice(0).map(({ program }) => program);
    for (const program of [...this.#left.splice(0), ...programs]) {
      endAll(program, "SIGKILL");
      await program[Symbol.asyncDispose]();
    }
  }
}

async function stop({ command, program }: Standing): Promise<void> {
  await using server = program;
  endAll(server, "SIGINT"); // as Ctrl-C does
  const { code, stdout, stderr } = await server.ended();
  if (/^labwire/.test(command.line)) assertEquals(code, 0, `${command.line}\n${stderr}`);
  assertShows(command, stdout + stderr);
}

/** Sends a signal to all that a line has started. */
function endAll({ pid }: Program, signal: Deno.Signal): void {
  try {
    Deno.kill(-pid, signal);
  } catch {
    // it has ended
  }
}

/** The line for this machine alone. */
function here(line: string): string {
  return line.replaceAll("10.0.0.5", "127.0.0.1").replace(/ :(\d+)/g, " 127.0.0.1:$1");
}

/** The port that a server's line names, or that of its command. */
function portOf(line: string): string {
  const own = { serve: "8000", "echo-reverse": "5000", fileserver: "9000" };
  const [, command] = /labwire (\S+)/.exec(line) ?? [];
  return /[ :](\d{4,5})\b/.exec(line)?.[1] ?? own[command as keyof typeof own] ?? line;
}

/** Waits until somebody listens on a port of this machine: there is no event for that. */
async function listening(port: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (isListening(Number(port))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nobody listens on ${port}`);
}

/** What the page shows must be there, in its order. */
export function assertShows({ line, sees }: PageCommand, output: string): void {
  let rest = output;
  for (const wanted of sees) {
    const match = lineOf(wanted).exec(rest);
    assert(match, `${line}\ndoes not show: ${wanted}\nbut:\n${output}`);
    rest = rest.slice(match.index + match[0].length);
  }
}

/** What matches a line that ends as a page shows it. */
function lineOf(wanted: string): RegExp {
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*");
  return new RegExp(`^.*?${escaped}\\s*$`, "m");
}
