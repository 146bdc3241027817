import { Exit, Failure, ProtocolError } from "../base/errors.ts";
import type { Exists, FileBlock, FileEnd, FileHead, Want } from "../wire/file_message.ts";
import { blockLength } from "./block_hashes.ts";
import type { Outcome } from "./outcome.ts";
import type { Part } from "./part.ts";

/** What a file on its way in may be. */
export interface IncomingOptions {
  /** What becomes of a file that has the name already. */
  exists?: Exists;
  /** The size that was agreed on, if one was. */
  size?: number;
}

/** A message of whoever has the file. */
export type Piece = FileHead | FileBlock | FileEnd;

/** Whether a message is one of those. */
export function isPiece(message: { type: string }): message is Piece {
  return message.type === "file" || message.type === "block" || message.type === "end";
}

/** The receiving side of a transfer: takes its messages one by one, and keeps what verifies. */
export class IncomingFile implements AsyncDisposable {
  /** How it began; absent until then. */
  head?: FileHead;
  /** Bytes that have come. */
  fetched = 0;
  /** The name that it got. */
  name?: string;
  readonly #part: Part;
  readonly #options: IncomingOptions;
  #startedOver = false;

  /** Takes over the part. */
  constructor(part: Part, options: IncomingOptions = {}) {
    this.#part = part;
    this.#options = options;
  }

  /** Bytes that are there, those of another time included. */
  get bytes(): number {
    return this.#part.size;
  }

  /** What came of it, once {@linkcode take} has said true. `start` by `performance.now()`. */
  outcome(path: string, folders: readonly string[], start: number): Outcome {
    return {
      path,
      name: [...folders, this.name].join("/"),
      size: this.head!.size,
      moved: this.fetched,
      hashed: this.#part.hashed,
      seconds: (performance.now() - start) / 1000,
      hash: this.#part.hashes.root(),
      startedOver: this.#startedOver,
    };
  }

  /** What to ask for: all that is not there. */
  want(id: number): Want {
    return { type: "want", id, ...this.#part.there };
  }

  /**
   * Takes the next message; true once the file has come whole, verifies and has its name.
   *
   * @throws {ProtocolError} when it is not what should come next.
   * @throws {Failure} exit 1 when it does not verify, or cannot be saved.
   */
  async take(message: Piece): Promise<boolean> {
    switch (message.type) {
      case "file":
        await this.#begin(message);
        return false;
      case "block":
        await this.#append(message.bytes);
        return false;
      case "end":
        await this.#finish(message.hash);
        return true;
    }
  }

  /** Closes it; what has come stays for another time, unless it was found to be wrong. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#part[Symbol.asyncDispose]();
  }

  async #begin(head: FileHead): Promise<void> {
    const { from } = this.#part.there;
    if (this.head) throw new ProtocolError("a file began twice");
    if (!Number.isSafeInteger(head.size)) throw new ProtocolError("a size is no whole number");
    const { size } = this.#options;
    if (size !== undefined && head.size !== size) {
      throw new ProtocolError(`the file has ${head.size} bytes, not ${size} as was said`);
    }
    if (head.from !== from) {
      if (head.from !== 0) throw new ProtocolError("a file goes on where nobody asked for it");
      this.#startedOver = true;
      await this.#part.restart();
    } else await this.#part.agree();
    if (this.#part.size > head.size) throw new ProtocolError("a file is smaller than its part");
    this.head = head;
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (!this.head) throw new ProtocolError("a block came before its file");
    const due = blockLength(this.head.size, this.#part.blocks);
    if (this.#part.size === this.head.size || bytes.length !== due) {
      throw new ProtocolError(`a block has ${bytes.length} bytes where ${due} are due`);
    }
    await this.#part.write(bytes);
    this.fetched += bytes.length;
  }

  async #finish(hash: string): Promise<void> {
    const { head } = this;
    if (!head) throw new ProtocolError("a file ended before it began");
    if (this.#part.size !== head.size) {
      throw new Failure(
        `Cannot keep the file: ${this.#part.size} bytes came of ${head.size}`,
        Exit.failed,
      );
    }
    if (this.#part.hashes.root() !== hash) {
      await this.#part.drop(); // some block is wrong, and nothing tells which
      throw new Failure("Cannot keep the file: its hash is not the announced one", Exit.failed, {
        remedy: "it may have changed while it was sent; try again",
      });
    }
    this.name = await this.#part.keep(head, this.#options.exists);
  }
}
