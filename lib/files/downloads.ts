import { Exit, Failure } from "../base/errors.ts";
import type { Connection } from "../net/connection.ts";
import { formatBytes, Progress } from "../term/progress.ts";
import type { Message } from "../wire/message.ts";
import { IncomingFile, receiveBare } from "./receive.ts";

interface Download {
  file: IncomingFile;
  progress: Progress;
  announced?: number;
}

/** What {@linkcode Downloads} tells: a finished file, or why there is none. */
export interface Outcome {
  /** For the user. */
  line: string;
  /** Whether there is no file. */
  failed: boolean;
}

/** The files that a client has asked for, saved into one folder. */
export class Downloads implements Disposable {
  readonly #folder: string;
  readonly #running = new Map<number, Download>();
  #last = 0;

  /** `folder` is where files go. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** How many have not ended yet. */
  get pending(): number {
    return this.#running.size;
  }

  /**
   * Prepares for a file that is about to be asked for over native; the number of the transfer.
   *
   * @throws {Failure} exit 1 when it cannot be saved.
   */
  async expect(name: string): Promise<number> {
    const file = await IncomingFile.create(this.#folder, name);
    this.#running.set(++this.#last, { file, progress: new Progress(name) });
    return this.#last;
  }

  /** Takes a native message, if it belongs to a transfer; what there is to tell, once it has ended. */
  async take(message: Message): Promise<Outcome | undefined> {
    if (!("id" in message) || message.id === undefined) return undefined;
    const download = this.#running.get(message.id);
    if (!download) return undefined;
    const { file, progress } = download;
    try {
      switch (message.type) {
        case "file":
          download.announced = message.size;
          return undefined;
        case "block":
          await file.write(message.bytes);
          progress.update(file.bytes, download.announced);
          return undefined;
        case "end": {
          const { announced: size } = download;
          const sha256 = await file.keep({ size, sha256: message.sha256 });
          return this.#end(message.id, saved(file, `SHA-256 ${sha256} verified`));
        }
        case "error":
          throw new Failure(`Cannot get the file: ${message.text}`, Exit.failed);
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return this.#end(message.id, { line: error.line, failed: true });
    }
  }

  /**
   * Receives the answer to a bare `get` that was just sent over text or raw.
   *
   * @throws {Failure} exit 5 when the server closes before the end.
   */
  async receiveBare(conn: Connection, id: number): Promise<Outcome> {
    const { file, progress } = this.#running.get(id)!;
    try {
      const sha256 = await receiveBare(conn, file, (bytes) => progress.update(bytes));
      return this.#end(id, saved(file, `SHA-256 ${sha256}, not verified over this dialect`));
    } catch (error) {
      const goesOn = error instanceof Failure && error.exit !== Exit.lost;
      const outcome = this.#end(id, { line: goesOn ? error.line : "", failed: true });
      if (!goesOn) throw error;
      return outcome;
    }
  }

  /** Gives up what has not ended: no part stays behind. */
  [Symbol.dispose](): void {
    for (const id of this.#running.keys()) this.#end(id, { line: "", failed: true });
  }

  #end(id: number, outcome: Outcome): Outcome {
    const { file, progress } = this.#running.get(id)!;
    this.#running.delete(id);
    progress[Symbol.dispose]();
    file[Symbol.dispose]();
    return outcome;
  }
}

function saved(file: IncomingFile, note: string): Outcome {
  const name = file.path.split("/").at(-1);
  const size = file.bytes < 1024 ? "" : ` (${formatBytes(file.bytes)})`;
  return { line: `Saved ${name}: ${file.bytes} bytes${size}, ${note}`, failed: false };
}
