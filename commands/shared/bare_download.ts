import { Exit, Failure } from "../../lib/base/errors.ts";
import type { Event } from "../../lib/base/events.ts";
import { formatBytes } from "../../lib/base/size.ts";
import type { BareFile, Told } from "../../lib/chat/client_files.ts";
import { cannotSave } from "../../lib/files/cannot_save.ts";
import type { Folder } from "../../lib/files/folder.ts";
import { baseName, openTarget } from "../../lib/files/local.ts";
import { Part } from "../../lib/files/part.ts";
import { receiveBare } from "../../lib/files/receive_bare.ts";
import type { Connection } from "../../lib/net/connection.ts";
import type { Telling } from "./telling.ts";

/** One file over text or raw, into the current directory. */
export class BareDownload implements BareFile {
  readonly #target: Folder;
  readonly #part: Part;
  readonly #name: string;
  readonly #telling: Telling;

  private constructor(target: Folder, part: Part, name: string, telling: Telling) {
    this.#target = target;
    this.#part = part;
    this.#name = name;
    this.#telling = telling;
  }

  /**
   * Prepares for the file of that name.
   *
   * @throws {Failure} exit 1 when it could not be saved.
   */
  static async prepare(name: string, telling: Telling): Promise<BareDownload> {
    const base = baseName(name);
    if (base === "") throw new Failure(`Cannot save "${name}": it is no file name`, Exit.failed);
    const target = await openTarget(".");
    try {
      if (await target.has(base)) throw cannotSave(base, { code: "EEXIST" });
      return new BareDownload(target, await Part.open(target, base), base, telling);
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** See {@linkcode BareFile}. */
  async receive(conn: Connection): Promise<Told> {
    const { bytes, failure } = await this.#receive(conn);
    const name = this.#name;
    if (failure) {
      const { line } = failure;
      return { line, failed: true, events: [{ event: "failed", path: name, reason: line }] };
    }
    const size = bytes < 1024 ? "" : ` (${formatBytes(bytes)})`;
    const line = `Saved ${name}: ${bytes} bytes${size}, not verified over this dialect`;
    const event: Event = { event: "file", path: name, name, size: bytes, fetched: bytes };
    return { line, failed: false, events: [event] };
  }

  async #receive(conn: Connection): Promise<{ bytes: number; failure?: Failure }> {
    const progress = (bytes: number) => this.#telling.progress(this.#name, bytes);
    try {
      return { bytes: await receiveBare(conn, this.#part, progress) };
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.exit === Exit.lost) throw failure;
      return { bytes: 0, failure };
    } finally {
      this.#telling[Symbol.dispose]();
    }
  }

  /** Closes it; nothing of a file that is not whole stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#telling[Symbol.dispose]();
    await this.#part.drop();
    await this.#part[Symbol.asyncDispose]();
    await this.#target[Symbol.asyncDispose]();
  }
}
