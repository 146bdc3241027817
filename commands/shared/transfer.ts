/**
 * What the commands that move files share: the connection, and what is told of it.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import { safe, safeJson, safeText } from "../../lib/base/safe_text.ts";
import { onAbort } from "../../lib/base/tasks.ts";
import type { Context } from "../../lib/cli/command.ts";
import { FileClient } from "../../lib/files/client.ts";
import { type Outcome, startedOver, type Watcher } from "../../lib/files/outcome.ts";
import { type Moved, summaryOf } from "../../lib/files/summary.ts";
import type { Source } from "../../lib/files/source.ts";
import { parseAddress } from "../../lib/net/address.ts";
import { Progress } from "../../lib/term/progress.ts";
import { note, print } from "../../lib/term/screen.ts";
import type { CredentialValues } from "./credentials.ts";
import { prepare, reachFiles } from "./reach.ts";

/** What it takes to speak to the files of a server. */
export interface ReachValues extends CredentialValues {
  timeout: number;
  name?: string;
}

/**
 * Does something with the files of a server.
 *
 * @throws {Failure} 3 or 6 when it cannot be reached, 4 when it refuses or has no files, 130 when
 * interrupted, and what `work` throws.
 */
export async function withFiles(
  address: string,
  values: ReachValues,
  context: Context,
  work: (client: FileClient) => Promise<number>,
): Promise<number> {
  const way = await prepare(values, context);
  const target = parseAddress(address, { hostname: "127.0.0.1", port: 9000 }, "127.0.0.1");
  const name = values.name ?? Deno.env.get("USER");
  const { signal } = context;
  try {
    using conn = await reachFiles({ target, ...way }, { name, purpose: "files" });
    using _stop = onAbort(signal, () => conn.close());
    using client = new FileClient(conn, values.timeout);
    return await work(client);
  } catch (error) {
    throw signal.aborted ? new Failure("Interrupted", Exit.interrupted) : error;
  }
}

/** What is to be told, and how. */
export interface ReportValues {
  quiet: boolean;
  json: boolean;
  sha256: boolean;
}

/** Tells how files travel: progress on a terminal, a summary, and what a script asked for. */
export class Report implements Watcher, Disposable {
  /** Whether some file did not come. */
  anyFailed = false;
  readonly #values: ReportValues;
  readonly #moved: Moved;
  readonly #outcomes: Outcome[] = [];
  readonly #start = performance.now();
  #progress?: Progress;
  #expected: { files: number; bytes?: number } = { files: 1 };
  #finished = 0; // bytes of files that are there

  /** `moved` is what travelling bytes are called. */
  constructor(values: ReportValues, moved: Moved) {
    this.#values = values;
    this.#moved = moved;
  }

  /** See {@linkcode Watcher}. */
  expect(files: number, bytes?: number): void {
    this.#expected = { files, bytes };
  }

  /** See {@linkcode Watcher}; of several files, of all of them together. */
  progress(path: string, bytes: number, size: number): void {
    if (this.#values.quiet) return;
    const { files, bytes: all } = this.#expected;
    if (files === 1) return (this.#progress ??= new Progress(safeText(path))).update(bytes, size);
    const label = safe`${this.#outcomes.length + 1} of ${files} files`;
    (this.#progress ??= new Progress(label)).update(this.#finished + bytes, all, label);
  }

  /** See {@linkcode Watcher}. */
  done(outcome: Outcome): void {
    this.#finished += outcome.size;
    this.#outcomes.push(outcome);
    if (outcome.startedOver) this.#note(startedOver(outcome));
    if (!this.#values.json) return;
    const { path, name, size, moved, hashed, hash } = outcome;
    const seconds = Number(outcome.seconds.toFixed(6));
    print([safeJson({ path, name, size, [this.#moved]: moved, hashed, seconds, hash })]);
  }

  /** See {@linkcode Watcher}. */
  failed(path: string, why: Failure): void {
    this.anyFailed = true;
    note(safe`labwire: ${why.line}`, "alarm");
    if (this.#values.json) print([safeJson({ path, error: why.line })]);
  }

  /**
   * The last words; the exit code. `reopen` gives an outcome's file on this machine, to be read once
   * more, and what to call it.
   */
  async close(
    reopen: (outcome: Outcome) => Promise<[file: Source, name: string]>,
  ): Promise<number> {
    this[Symbol.dispose]();
    const seconds = (performance.now() - this.#start) / 1000;
    if (this.#outcomes.length > 0) this.#note(summaryOf(this.#outcomes, this.#moved, seconds));
    for (const outcome of this.#values.sha256 ? this.#outcomes : []) {
      const [file, name] = await reopen(outcome);
      await using source = file;
      print([safe`${await source.sha256()}  ${name}`]);
    }
    return this.anyFailed ? Exit.failed : Exit.done;
  }

  /** Takes the progress off the screen. */
  [Symbol.dispose](): void {
    this.#progress?.[Symbol.dispose]();
    this.#progress = undefined;
  }

  #note(line: string): void {
    if (!this.#values.quiet) note(safeText(line), "faint");
  }
}
