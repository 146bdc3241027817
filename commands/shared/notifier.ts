import { reasonOf } from "../../lib/base/errors.ts";
import { NOTIFY_MS } from "../../lib/base/limits.ts";
import type { Log } from "../../lib/base/log.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { Deadline, onAbort } from "../../lib/base/tasks.ts";

/**
 * Tells a supervisor such as systemd how the server is (sd_notify(3)): datagrams to the socket that
 * `NOTIFY_SOCKET` names. What cannot be told is noted once, and stops nothing.
 */
export class Notifier {
  readonly #path: string;
  readonly #log: Log;
  readonly #over = new AbortController();
  #told: Promise<void> = Promise.resolve();
  #failed = false;

  private constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** For the socket of that path; undefined, and noted, where it cannot be told anything. */
  static open(path: string, log: Log): Notifier | undefined {
    const why = path.startsWith("@")
      ? "an abstract socket is not supported"
      : typeof Deno.listenDatagram !== "function"
      ? "this Deno has no Unix datagrams (--unstable-net)"
      : undefined;
    if (why === undefined) return new Notifier(path, log);
    log(safe`labwire: NOTIFY_SOCKET is left alone: ${why}`);
    return undefined;
  }

  /** Tells lines of `NAME=value`, behind those before. */
  tell(lines: string): void {
    this.#told = this.#told.then(() => this.#send(lines)).catch((error) => {
      if (!this.#failed) this.#log(safe`labwire: Cannot notify ${this.#path}: ${reasonOf(error)}`);
      this.#failed = true;
    });
  }

  /** Resolves when all has been told, or nobody takes it. */
  async settled(): Promise<void> {
    using _deadline = new Deadline(NOTIFY_MS, () => this.#over.abort()).start();
    await this.#told;
  }

  async #send(lines: string): Promise<void> {
    if (this.#over.signal.aborted) return;
    const folder = Deno.makeTempDirSync({ prefix: "labwire-" }); // a sender needs a path, too
    const { promise: over, resolve } = Promise.withResolvers<void>();
    using _over = onAbort(this.#over.signal, resolve);
    try {
      const transport = "unixpacket";
      const socket = Deno.listenDatagram({ transport, path: `${folder}/notify` });
      try {
        const bytes = new TextEncoder().encode(lines);
        await Promise.race([socket.send(bytes, { transport, path: this.#path }), over]);
      } finally {
        socket.close();
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  }
}
