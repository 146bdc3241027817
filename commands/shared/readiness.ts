/**
 * How a server tells those who have started it that clients can come: by files, and by the socket of
 * a supervisor (sd_notify(3)).
 *
 * @module
 */
import { Exit, Failure, plainReason } from "../../lib/base/errors.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { type Context, text } from "../../lib/cli/command.ts";
import { type Address, formatAddress } from "../../lib/net/address.ts";
import type { Notifier } from "./notifier.ts";

/** Options of every server. */
export const readinessOptions = {
  "ready-file": text(
    "FILE",
    "write the address there once clients can come, and remove it in the end",
  ),
  "port-file": text("FILE", "write the port there once clients can come, and remove it in the end"),
};

/** The values of {@linkcode readinessOptions}. */
export interface ReadinessValues {
  "ready-file"?: string;
  "port-file"?: string;
}

/** What is told of one server; dispose to take it back. */
export class Readiness implements AsyncDisposable {
  readonly #addresses?: Mark;
  readonly #ports?: Mark;
  readonly #notifier?: Notifier;

  private constructor(addresses?: Mark, ports?: Mark, notifier?: Notifier) {
    this.#addresses = addresses;
    this.#ports = ports;
    this.#notifier = notifier;
  }

  /**
   * Removes what an earlier server has left there.
   *
   * @throws {Failure} with the usage exit code when a file cannot be written.
   */
  static async open(values: ReadinessValues, { log }: Pick<Context, "log">): Promise<Readiness> {
    const { "ready-file": ready, "port-file": port } = values;
    const socket = Deno.env.get("NOTIFY_SOCKET");
    const notifier = socket
      ? (await import("./notifier.ts")).Notifier.open(socket, log)
      : undefined;
    const addresses = ready === undefined ? undefined : new Mark("ready-file", ready);
    try {
      const ports = port === undefined ? undefined : new Mark("port-file", port);
      return new Readiness(addresses, ports, notifier);
    } catch (error) {
      addresses?.[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Clients can come.
   *
   * @throws {Failure} with the usage exit code when a file cannot be written.
   */
  ready(address: Address): void {
    const where = formatAddress(address);
    this.#addresses?.set(where);
    if ("port" in address) this.#ports?.set(`${address.port}`);
    else if (this.#ports) {
      throw new Failure(`Cannot use --port-file: ${where} has no port`, Exit.usage);
    }
    this.#notifier?.tell(`READY=1\nSTATUS=${safe`listening on ${where}`}`);
  }

  /** Settings are being read again, or have been. */
  readonly reloading = (over: boolean): void => {
    this.#notifier?.tell(over ? "READY=1" : "RELOADING=1");
  };

  /** The server stops. */
  stopping(): void {
    this.#notifier?.tell("STOPPING=1");
  }

  /** Removes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#addresses?.[Symbol.dispose]();
    this.#ports?.[Symbol.dispose]();
    await this.#notifier?.settled();
  }
}

/** A file of one line that is there as long as something is true, and never in part. */
class Mark implements Disposable {
  readonly #option: string;
  readonly #path: string;
  readonly #new: string;
  #line?: string;

  constructor(option: string, path: string) {
    this.#option = option;
    this.#path = path;
    this.#new = `${path}.${crypto.randomUUID().slice(0, 8)}`; // beside it: a rename stays on its disk
    try {
      Deno.openSync(this.#new, { write: true, createNew: true }).close();
      remove(path);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  set(line: string): void {
    try {
      Deno.writeTextFileSync(this.#new, `${line}\n`);
      Deno.renameSync(this.#new, this.#path);
    } catch (cause) {
      throw this.#failure(cause);
    }
    this.#line = line;
  }

  [Symbol.dispose](): void {
    try {
      if (this.#line === undefined) remove(this.#new);
      // Another server may have put its own there.
      else if (Deno.readTextFileSync(this.#path) === `${this.#line}\n`) remove(this.#path);
    } catch {
      // it is gone, or out of reach
    }
  }

  #failure(cause: unknown): Failure {
    try {
      remove(this.#new);
    } catch {
      // it was never there
    }
    const [why] = plainReason(cause).split(":"); // without the name of what is beside it
    const message = `Cannot write "${this.#path}": ${why}`;
    const remedy = `choose a file that can be written for --${this.#option}`;
    return new Failure(message, Exit.usage, { cause, remedy });
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
