/**
 * The servers under test, as child processes. What a child prints goes to a file, so that it never
 * waits for a reader and reading it costs the load generator nothing.
 *
 * @module
 */

import { sleep } from "./measure.ts";
import type { Peer } from "./peers.ts";
import { freePort, isListening } from "./process.ts";

const ROOT = new URL("..", import.meta.url);
const START_MS = 15_000;
const ACCEPT_MS = 30_000;
const POLL_MS = 5;

/**
 * RUST_BACKTRACE makes Deno print stacks; ten thousand clients are as many descriptors; exec keeps
 * the process id that memory is read from.
 */
const SCRIPT =
  'unset RUST_BACKTRACE; ulimit -n "$(ulimit -Hn)"; log=$1; shift; exec "$@" >"$log" 2>&1';

/** Those that run now: an interrupted benchmark must not leave them. */
const running = new Set<Server>();

/** A running server; disposing of it ends it, with what it started, and removes its log. */
export class Server implements AsyncDisposable {
  readonly peer: Peer;
  readonly port = freePort();
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  #ended: Deno.CommandStatus | undefined;

  private constructor(peer: Peer, folder: string) {
    this.peer = peer;
    this.#folder = folder;
    this.#child = new Deno.Command("setsid", { // a group of its own, to be counted and ended whole
      args: ["sh", "-c", SCRIPT, "sh", this.#log, ...peer.command(this.port)],
      cwd: ROOT,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child.status.then((status) => this.#ended = status);
    running.add(this);
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

  get #log(): string {
    return `${this.#folder}/log`;
  }

  async #untilReady(): Promise<void> {
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      if (isListening(this.port)) return;
      if (this.#ended) break;
      await sleep(POLL_MS);
    }
    throw new Error(`Cannot start ${this.peer.name}: ${this.state()}`);
  }

  /** How it fares, in words, with the last of what it printed. */
  state(): string {
    const how = this.#ended
      ? `it ended with ${this.#ended.signal ?? `code ${this.#ended.code}`}`
      : "it runs";
    return `${how}\n${this.#printed().slice(-500)}`.trimEnd();
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
    const late = performance.now() + ACCEPT_MS;
    while (performance.now() < late && !this.#ended) {
      if (this.sockets() >= before + count) return;
      await sleep(POLL_MS * 10);
    }
    const accepted = this.#ended ? 0 : this.sockets() - before;
    const how = `${accepted} of ${count} were accepted, and ${this.state()}`;
    throw new Error(`Cannot connect to ${this.peer.name}: ${how}`);
  }

  /** Resident memory (VmRSS) in KiB. */
  residentKiB(): number {
    const status = Deno.readTextFileSync(`/proc/${this.pid}/status`);
    const size = status.match(/^VmRSS:\s+(\d+) kB/m)?.[1];
    if (size === undefined) throw new Error(`Cannot read the memory of ${this.peer.name}`);
    return Number(size);
  }

  /** Ends all that run, and removes their logs. */
  static endAll(): void {
    for (const server of running) server.#end();
  }

  #end(): void {
    if (!running.delete(this)) return;
    try {
      Deno.kill(-this.pid, "SIGKILL"); // the group: also those that serve single clients
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    Deno.removeSync(this.#folder, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.#child.status;
  }
}

function linkTarget(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return ""; // closed since the folder was listed
  }
}
