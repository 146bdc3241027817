/**
 * What the commands that move files take, and tell of it.
 *
 * @module
 */
import { Exit, type Failure } from "../../lib/base/errors.ts";
import type { Emit } from "../../lib/base/events.ts";
import { ANSWER_MS } from "../../lib/base/limits.ts";
import { safe, safeText } from "../../lib/base/safe_text.ts";
import { type Context, duration, flag, short, text } from "../../lib/cli/command.ts";
import { type Outcome, startedOver, type Watcher } from "../../lib/files/outcome.ts";
import { fileEvent, type Moved, summaryOf } from "../../lib/files/summary.ts";
import type { Source } from "../../lib/files/source.ts";
import { Progress } from "../../lib/term/progress.ts";
import { note, print } from "../../lib/term/screen.ts";

/** Options of the commands that move files. */
export const transferOptions = {
  overwrite: flag("replace files that exist"),
  rename: flag("number files whose name is taken: a (2).txt"),
  quiet: short("q", flag("no progress, and no summary")),
  sha256: flag("print the SHA-256 of each file, as sha256sum does; it is read for that"),
  timeout: duration("TIME", "give up when nothing moves for so long", ANSWER_MS),
  name: text("NAME", "your name; a dropbox puts your files in a folder of it"),
};

/** What is to be told, and how. */
export interface ReportValues {
  quiet: boolean;
  sha256: boolean;
}

/** Tells how files travel: progress on a terminal, a summary, and what a script asked for. */
export class Report implements Watcher, Disposable {
  /** Whether some file did not come. */
  anyFailed = false;
  readonly #values: ReportValues;
  readonly #moved: Moved;
  readonly #emit?: Emit;
  readonly #outcomes: Outcome[] = [];
  readonly #start = performance.now();
  #progress?: Progress;
  #expected: { files: number; bytes?: number } = { files: 1 };
  #finished = 0; // bytes of files that are there

  /** `moved` is what travelling bytes are called. */
  constructor(values: ReportValues, moved: Moved, { emit }: Pick<Context, "emit">) {
    this.#values = values;
    this.#emit = emit;
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
    this.#emit?.(fileEvent(outcome, this.#moved));
  }

  /** See {@linkcode Watcher}. */
  failed(path: string, why: Failure): void {
    this.anyFailed = true;
    note(safe`labwire: ${why.line}`, "alarm");
    this.#emit?.({ event: "failed", path, reason: why.line });
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
      const sha256 = await source.sha256();
      if (this.#emit) this.#emit({ event: "sum", name, sha256 });
      else print([safe`${sha256}  ${name}`]);
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
