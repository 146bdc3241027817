import { Exit, Failure, reasonOf } from "../../lib/base/errors.ts";
import { stamped } from "../../lib/base/events.ts";
import type { AuditEvent } from "../../lib/base/log.ts";
import { safe, safeJson } from "../../lib/base/safe_text.ts";
import type { Context } from "../../lib/cli/command.ts";

/**
 * What happens at a server, for programs: printed under `--json`, and appended to a file where one is
 * named, one JSON object a line.
 */
export class AuditLog implements Disposable {
  readonly #path?: string;
  readonly #context: Pick<Context, "log" | "emit">;
  #file?: Deno.FsFile;
  #failing = false;

  /** @throws {Failure} with the usage exit code when the file cannot be written to. */
  constructor(path: string | undefined, context: Pick<Context, "log" | "emit">) {
    this.#path = path;
    this.#context = context;
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

  /** Takes an event; the file gets whole lines, so that several programs may share it. */
  readonly write = (event: AuditEvent): void => {
    this.#context.emit?.(event);
    if (!this.#file) return;
    const line = new TextEncoder().encode(`${safeJson(stamped(event))}\n`);
    try {
      this.#file.writeSync(line);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.#context.log(safe`Cannot write to the audit log: ${reasonOf(error)}`);
      }
      this.#failing = true;
    }
  };

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
