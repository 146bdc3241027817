import { Exit, Failure, reasonOf } from "../../lib/base/errors.ts";
import type { AuditEvent, Log } from "../../lib/base/log.ts";
import { safe, safeJson } from "../../lib/base/safe_text.ts";

/** A file to which events are appended, one JSON object a line; nothing without a file. */
export class AuditLog implements Disposable {
  readonly #path?: string;
  readonly #log: Log;
  #file?: Deno.FsFile;
  #failing = false;

  /** @throws {Failure} with the usage exit code when the file cannot be written to. */
  constructor(path: string | undefined, log: Log) {
    this.#path = path;
    this.#log = log;
    this.reopen();
  }

  /** Opens the file anew: the old one may have been moved away. */
  reopen(): void {
    if (this.#path === undefined) return;
    try {
      const file = Deno.openSync(this.#path, { append: true, create: true, mode: 0o600 });
      this.#file?.close();
      this.#file = file;
    } catch (cause) {
      throw new Failure(`Cannot append to "${this.#path}": ${reasonOf(cause)}`, Exit.usage, {
        cause,
        remedy: "choose a file that can be written for --audit",
      });
    }
  }

  /** Appends an event with its time; whole lines, so that several programs may share a file. */
  readonly write = (event: AuditEvent): void => {
    if (!this.#file) return;
    const line = new TextEncoder().encode(
      `${safeJson({ time: new Date().toISOString(), ...event })}\n`,
    );
    try {
      this.#file.writeSync(line);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log(safe`Cannot write to the audit log: ${reasonOf(error)}`);
      this.#failing = true;
    }
  };

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
