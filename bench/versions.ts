/**
 * How figures came about: the command, the day, the machine, the programs and how they were started.
 *
 * @module
 */

import { table } from "./page.ts";
import { EXECUTABLE, type Peer } from "./peers.ts";
import { PYTHON } from "./process.ts";
import { COMPILE, type Programs } from "./programs.ts";

/** Programs that take part, and what tells their version in what they print about themselves. */
const PROGRAMS: readonly [name: string, command: string[], version: RegExp][] = [
  ["Python", [PYTHON, "--version"], /Python (\S+)/],
  ["Node", ["node", "--version"], /v(\S+)/],
  ["gcc", ["gcc", "--version"], /([\d.]+)$/m],
  ["ncat", ["ncat", "--version"], /Version (\S+)/],
  ["socat", ["socat", "-V"], /socat version (\S+)/],
  ["curl", ["curl", "--version"], /curl (\S+)/],
];

/** The first words of a section; `task` is the task that measured, with this process's options. */
export async function writtenBy(task: string, runs: number): Promise<string> {
  const command = [`deno task ${task}`, ...Deno.args];
  if (EXECUTABLE) command.unshift(`LABWIRE=${EXECUTABLE}`);
  const day = new Date().toISOString().slice(0, 10);
  const versions = [`Deno ${Deno.version.deno}`];
  for (const [name, command, version] of PROGRAMS) {
    versions.push(`${name} ${version.exec(await printedBy(command))?.[1] ?? "missing"}`);
  }
  return `Written by \`${command.join(" ")}\` on ${day}, medians of ${runs} runs.
${versions.join(", ")};
${Deno.build.os} ${Deno.osRelease()}, ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores.`;
}

async function printedBy([program, ...args]: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await new Deno.Command(program, { args }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** How each server was started, as a table, without the folders of this machine. */
export function commandTable(peers: readonly Peer[], programs: Programs): string {
  const rows = new Map(peers.map((peer) => [peer.name, shortened(peer, programs)]));
  return table(
    ["server", "command"],
    [...rows].map(([name, command]) => [name, `\`${command}\``]),
  );
}

/** How the C programs were compiled. */
export const COMPILED_BY = COMPILE.join(" ");

const PORT = 65_432;

function shortened(peer: Peer, programs: Programs): string {
  return peer.command(PORT).join(" ")
    .replaceAll(`${PORT}`, "PORT")
    .replaceAll(Deno.execPath(), "deno")
    .replaceAll(PYTHON, "python3")
    .replaceAll(programs.path("epoll_echo"), "epoll_echo")
    .replaceAll(programs.path("reverse_lines"), "reverse_lines")
    .replaceAll(new URL("..", import.meta.url).pathname, "");
}
