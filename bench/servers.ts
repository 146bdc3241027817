/**
 * The servers under test, as child processes. What a child prints goes to a file, so that it never
 * waits for a reader and reading it costs the load generator nothing.
 *
 * @module
 */

import { sleep } from "./measure.ts";

/** A server program: how it is started, and how its ready line shows the port. */
export interface Peer {
  readonly name: string;
  readonly command: readonly string[];
  readonly ready: RegExp;
  /** Whether a reverse echo server turns each line around, or each chunk that it reads. */
  readonly answers: "lines" | "chunks";
}

/** A labwire to measure instead of main.ts, such as dist/labwire. */
export const EXECUTABLE = Deno.env.get("LABWIRE");

/** The program and its first arguments, whatever the folder it is started in. */
export const LABWIRE: readonly string[] = EXECUTABLE ? [await Deno.realPath(EXECUTABLE)] : [
  Deno.execPath(),
  "run",
  "-A",
  "--v8-flags=--min-semi-space-size=8,--max-semi-space-size=8",
  new URL("../main.ts", import.meta.url).pathname,
];

const ROOT = new URL("..", import.meta.url);
const START_MS = 15_000;
const POLL_MS = 10;

export function labwire(command: string): Peer {
  return {
    name: `labwire ${command}`,
    command: [...LABWIRE, command, "127.0.0.1:0"],
    ready: /labwire: listening on 127\.0\.0\.1:(\d+)/,
    answers: "lines",
  };
}

export function python(seed: "001" | "004", answers: "lines" | "chunks"): Peer {
  const file = `seed${seed}_server.py`;
  const options = ["--backlog", "1024", "--nodelay", ...(answers === "lines" ? ["--lines"] : [])];
  return {
    name: answers === "lines" ? `${file} --lines` : file,
    command: ["python3", `tests/peers/${file}`, "0", ...options],
    ready: /port\s+(\d+)/,
    answers,
  };
}

/** A running server; disposing of it ends the process and removes its log. */
export class Server implements AsyncDisposable {
  readonly peer: Peer;
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  #port = 0;
  #ended: Deno.CommandStatus | undefined;

  private constructor(peer: Peer, folder: string) {
    this.peer = peer;
    this.#folder = folder;
    // RUST_BACKTRACE makes Deno print stacks; exec keeps the process id that memory is read from.
    const script = 'unset RUST_BACKTRACE; log=$1; shift; exec "$@" >"$log" 2>&1';
    this.#child = new Deno.Command("sh", {
      args: ["-c", script, "sh", this.#log, ...peer.command],
      cwd: ROOT,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child.status.then((status) => this.#ended = status);
  }

  /** Resolves when the server listens. */
  static async start(peer: Peer): Promise<Server> {
    const server = new Server(peer, await Deno.makeTempDir({ prefix: "labwire-bench-" }));
    try {
      await server.#untilReady();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  get port(): number {
    return this.#port;
  }

  get #log(): string {
    return `${this.#folder}/log`;
  }

  async #untilReady(): Promise<void> {
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      const port = this.#printed().match(this.peer.ready)?.[1];
      if (port !== undefined) {
        this.#port = Number(port);
        return;
      }
      if (this.#ended) break;
      await sleep(POLL_MS);
    }
    const state = this.#ended ? `it ended with code ${this.#ended.code}` : "it is not ready";
    const printed = this.#printed().slice(-500);
    throw new Error(`Cannot start "${this.peer.command.join(" ")}": ${state}\n${printed}`);
  }

  #printed(): string {
    try {
      return Deno.readTextFileSync(this.#log);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  /** Sockets that the process has open, the listening one included. */
  sockets(): number {
    let count = 0;
    for (const entry of Deno.readDirSync(`/proc/${this.pid}/fd`)) {
      if (linkTarget(`/proc/${this.pid}/fd/${entry.name}`).startsWith("socket:")) count++;
    }
    return count;
  }

  /** Resolves when `count` sockets more than `before` are open. */
  async untilAccepted(before: number, count: number): Promise<void> {
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      if (this.sockets() >= before + count) return;
      await sleep(POLL_MS);
    }
    const accepted = this.sockets() - before;
    throw new Error(`Cannot connect to ${this.peer.name}: ${accepted} of ${count} were accepted`);
  }

  /** Resident memory (VmRSS) in KiB. */
  residentKiB(): number {
    const status = Deno.readTextFileSync(`/proc/${this.pid}/status`);
    const size = status.match(/^VmRSS:\s+(\d+) kB/m)?.[1];
    if (size === undefined) throw new Error(`Cannot read the memory of ${this.peer.name}`);
    return Number(size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) this.#child.kill("SIGKILL");
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function linkTarget(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return ""; // closed since the folder was listed
  }
}
