/**
 * A server command run in this process, with its own Ctrl-C.
 *
 * @module
 */
import type { Command } from "../../lib/cli/command.ts";
import { parseCommandLine } from "../../lib/cli/parse.ts";

/** A command that runs; dispose to stop it. */
export class Running implements AsyncDisposable {
  /** What it logged, line by line. */
  readonly log: string[] = [];
  /** Settles with its exit code. */
  readonly code: Promise<number>;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  #reload?: () => void;
  readonly #ready = Promise.withResolvers<number>();

  /** Runs a command as if these arguments had been typed behind its name. */
  constructor(command: Command, typed: string[]) {
    const { values, args } = parseCommandLine(command, typed);
    this.code = command.run(values, args, {
      signal: this.#stop.signal,
      cut: this.#cut.signal,
      stop: () => this.stop(),
      log: (line) => this.#take(line),
      onReload: (act) => {
        this.#reload = act;
        return { [Symbol.dispose]: () => this.#reload = undefined };
      },
    });
    this.code.then(
      () => this.#ready.reject(new Error("it ended before it was ready")),
      (error) => this.#ready.reject(error),
    );
    this.#ready.promise.catch(() => {}); // whoever asks for the port hears of it
  }

  /** The port that a server says it listens on. */
  port(): Promise<number> {
    return this.#ready.promise;
  }

  /** Ctrl-C. */
  stop(): void {
    this.#stop.abort();
  }

  /** SIGHUP. */
  hangUp(): void {
    this.#reload?.();
  }

  /** A second Ctrl-C. */
  cut(): void {
    this.#cut.abort();
  }

  /** Stops it, cutting short what takes long. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.cut();
    await this.code.catch(() => {});
  }

  #take(line: string): void {
    this.log.push(line);
    const port = /^labwire: listening on \S*:(\d+)$/.exec(line)?.[1];
    if (port !== undefined) this.#ready.resolve(Number(port));
  }
}
