/**
 * Child processes with a memory: what they wrote can be awaited, and they end with their owner.
 *
 * @module
 */
import { EXECUTABLE } from "./executable.ts";

const ROOT = new URL("../../", import.meta.url);

/** How a program is started. */
export interface ProgramOptions {
  /** Working directory; the repository's root unless given, and an executable's own folder. */
  cwd?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
}

/**
 * What starts labwire with these variables: the executable that `LABWIRE` names, which has no others,
 * or the source.
 */
export function labwireCommand(env: Record<string, string> = {}): string[] {
  if (EXECUTABLE) return EXECUTABLE.command(env);
  const main = new URL("main.ts", ROOT).pathname;
  const config = new URL("deno.json", ROOT).pathname;
  return [
    Deno.execPath(),
    "run",
    "-A",
    "--unstable-net",
    "--v8-flags=--min-semi-space-size=8,--max-semi-space-size=8",
    "-c",
    config,
    main,
  ];
}

/** Where labwire runs. */
function placed(options: ProgramOptions): ProgramOptions {
  return { ...options, cwd: options.cwd ?? EXECUTABLE?.folder };
}

/** What a program left behind. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A running child process; dispose to end it. */
export class Program implements AsyncDisposable {
  /** All that it wrote to standard output so far. */
  stdout = "";
  /** All that it wrote to standard error so far. */
  stderr = "";
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<unknown>;
  readonly #what: string;
  #isLabwire = false;
  #changed = Promise.withResolvers<void>();
  #open = 2; // streams that may still bring something

  private constructor(command: string, args: string[], { cwd, env }: ProgramOptions) {
    this.#what = [command, ...args].join(" ");
    this.#child = new Deno.Command(command, {
      args,
      cwd: cwd ?? ROOT,
      env: { NO_COLOR: "1", RUST_BACKTRACE: "0", PYTHONIOENCODING: "utf-8", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#reading = Promise.all([
      this.#read(this.#child.stdout, (text) => this.stdout += text),
      this.#read(this.#child.stderr, (text) => this.stderr += text),
    ]);
  }

  /** Starts labwire. */
  static labwire(args: string[], options: ProgramOptions = {}): Program {
    const [command, ...before] = labwireCommand(options.env);
    const program = new Program(command, [...before, ...args], placed(options));
    program.#isLabwire = true;
    return program;
  }

  /** Starts labwire at a terminal of its own: standard error shows on standard output, too. */
  static labwireAtTerminal(args: string[], options: ProgramOptions = {}): Program {
    const command = labwireCommand({ TERM: "xterm", ...options.env });
    return Program.atTerminal([...command, ...args], placed(options));
  }

  /** Starts any program there. */
  static atTerminal(command: string[], options: ProgramOptions = {}): Program {
    const script = new URL("tests/support/in_pty.py", ROOT).pathname;
    return new Program("python3", [script, ...command], options);
  }

  /** Starts a Python program of `tests/peers`. */
  static python(file: string, args: string[] = [], options: ProgramOptions = {}): Program {
    const path = new URL(`tests/peers/${file}`, ROOT).pathname;
    return new Program("python3", [path, ...args], options);
  }

  /** Starts any program. */
  static start(command: string, args: string[], options: ProgramOptions = {}): Program {
    return new Program(command, args, options);
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Waits until the program has written what `pattern` matches; the match. Fails when it ends before,
   * or after 20 s, and then shows all it wrote.
   */
  async sees(
    pattern: string | RegExp,
    stream: "stdout" | "stderr" = "stdout",
  ): Promise<RegExpMatchArray> {
    const wanted = typeof pattern === "string"
      ? new RegExp(pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      : pattern;
    const { promise: timeout, resolve } = Promise.withResolvers<void>();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      resolve();
    }, 20_000);
    try {
      for (;;) {
        const match = this[stream].match(wanted);
        if (match) return match;
        if (this.#open === 0 || late) {
          throw new Error(
            `${this.#what} did not write ${wanted} to ${stream}\n--- stdout\n${this.stdout}\n` +
              `--- stderr\n${this.stderr}`,
          );
        }
        await Promise.race([this.#changed.promise, timeout]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for what the program brings about elsewhere; fails when it ends before. */
  async until<T>(done: Promise<T>): Promise<T> {
    const ended = this.#child.status.then(async ({ code }) => {
      await this.#reading;
      throw new Error(`${this.#what} ended with ${code}\n${this.stdout}\n${this.stderr}`);
    });
    return await Promise.race([done, ended]);
  }

  /** The port that a server says it listens on: labwire's ready line, or `port N`. */
  async port(): Promise<number> {
    const [, port] = this.#isLabwire
      ? await this.sees(/listening on \S*:(\d+)\n/, "stderr")
      : await this.sees(/port\s+(\d+)/);
    return Number(port);
  }

  /** Types text, as it stands. */
  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Ends its standard input. */
  async endInput(): Promise<void> {
    await this.#input.close();
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for its end; kills it after a minute, which is its failure. */
  async ended(): Promise<Ended> {
    const timer = setTimeout(() => this.#end("SIGKILL"), 60_000);
    const { code } = await this.#child.status;
    await this.#reading;
    clearTimeout(timer);
    return { code, stdout: this.stdout, stderr: this.stderr };
  }

  /** Ends it if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    const timer = setTimeout(() => this.#end("SIGKILL"), 5000);
    this.#end("SIGTERM");
    await this.#child.status;
    clearTimeout(timer);
    await this.#reading;
  }

  #end(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // it has ended
    }
  }

  async #read(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      add(text);
      this.#wake();
    }
    this.#open--;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
