/**
 * Child processes whose time, processor time and peak memory are told by bench/measured.py.
 *
 * @module
 */

import { cpuSeconds, sleep } from "./measure.ts";

/** A program with its arguments; standard input and output are files, or nothing. */
export interface Command {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly stdout?: string;
}

/** What a process took, from its start to its end. */
export interface Usage {
  readonly seconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  readonly peakKiB: number;
  /** The exit code; below zero when a signal ended it. */
  readonly code: number;
}

const LISTEN_STATE = "0A";
const START_MS = 15_000;
const POLL_MS = 5;

/** Where a python3 on the path lives: it may be a shell script that looks for the right one. */
const { stdout } = await new Deno.Command("python3", {
  args: ["-c", "import sys; print(sys.executable)"],
}).output();
export const PYTHON = new TextDecoder().decode(stdout).trim();

/** A file beside this one. */
export function beside(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

/** A running process; disposing of it ends it. */
export class Process implements AsyncDisposable {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly usage: Promise<Usage>;
  readonly #measuring: Deno.ChildProcess;
  #over = false;

  private constructor(measuring: Deno.ChildProcess, pid: number, usage: Promise<Usage>) {
    this.#measuring = measuring;
    this.pid = pid;
    this.usage = usage.finally(() => this.#over = true);
  }

  static async start({ args, stdin = "/dev/null", stdout = "/dev/null" }: Command) {
    const { RUST_BACKTRACE: _, ...env } = Deno.env.toObject(); // makes Deno print stacks
    const measuring = new Deno.Command(PYTHON, {
      args: ["-S", "-E", beside("measured.py"), stdin, stdout, ...args],
      clearEnv: true,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const complaint = new Response(measuring.stderr).text();
    const lines = readLines(measuring.stdout);
    const first = await lines.next();
    if (first.done) throw new Error(`Cannot start "${args.join(" ")}": ${await complaint}`);
    const usage = lines.next().then(async ({ value }) => {
      await measuring.status;
      const usage: Usage | undefined = value && JSON.parse(value);
      if (usage && usage.code <= 0) return usage;
      const said = (await complaint).slice(-500);
      throw new Error(`Cannot trust "${args.join(" ")}": exit code ${usage?.code}\n${said}`);
    });
    usage.catch(() => {}); // for whoever awaits it
    return new Process(measuring, Number(first.value), usage);
  }

  /** User and system time so far. */
  get cpuSeconds(): number {
    return this.#over ? 0 : cpuSeconds(this.pid);
  }

  /** Ends it, unless it has ended by itself. */
  async end(): Promise<Usage> {
    try {
      if (!this.#over) this.#measuring.kill("SIGTERM");
    } catch {
      // it has just ended by itself
    }
    return await this.usage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end().catch(() => {}); // a failure is told where the usage is awaited
  }
}

/** Below the ports that the system gives to clients: none of them can take it meanwhile. */
const FIRST_PORT = 20_000, LAST_PORT = 32_000;

/** A port that nobody listens on. */
export function freePort(): number {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    try {
      using _listener = Deno.listen({ hostname: "127.0.0.1", port });
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** Whether somebody listens on the port: looked up, since some servers take one client only. */
export function isListening(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const row = new RegExp(`^ *\\d+: [0-9A-F]+:${hex} [0-9A-F:]+ ${LISTEN_STATE} `, "m");
  return row.test(Deno.readTextFileSync("/proc/net/tcp"));
}

/** Resolves when somebody listens on the port. */
export async function untilListening(port: number, server: Process): Promise<void> {
  const ended = server.usage.then(() => {
    throw new Error("Cannot connect: the server has ended");
  });
  await Promise.race([ended, poll(port)]);
}

async function poll(port: number): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += POLL_MS) {
    if (isListening(port)) return;
    await sleep(POLL_MS);
  }
  throw new Error(`Cannot connect: nobody listens on port ${port} after ${START_MS} ms`);
}

/** Lines of a stream; the last one counts though nothing ends it. */
export async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
