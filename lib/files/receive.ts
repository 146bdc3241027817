/**
 * A file from a connection onto the disk: nothing stands under its final name before it is whole.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { concat } from "../base/bytes.ts";
import { Exit, Failure } from "../base/errors.ts";
import { MARKER_GAP_MS, MARKER_STALL_MS } from "../base/limits.ts";
import { safeText } from "../base/safe_text.ts";
import type { Connection } from "../net/connection.ts";
import { encodeText } from "../wire/utf8.ts";
import { END_MARKER, NOT_FOUND } from "./bare.ts";

const MARKER = encodeText(END_MARKER);
const SENTENCE_BYTES = 200;

/** Called with the bytes so far, and with the size where it is known. */
export type OnProgress = (bytes: number, size?: number) => void;

/** A file on its way: bytes go to a part beside its place, which {@linkcode keep} renames. */
export class IncomingFile implements Disposable {
  /** Where it will stand. */
  readonly path: string;
  /** Bytes written so far. */
  bytes = 0;
  readonly #part: string;
  readonly #file: Deno.FsFile;
  readonly #hash = createHash("sha256");
  #open = true;

  private constructor(path: string, part: string, file: Deno.FsFile) {
    this.path = path;
    this.#part = part;
    this.#file = file;
  }

  /**
   * Begins a file in `folder` under the last component of `name`, which the user chose.
   *
   * @throws {Failure} exit 1 when something of that name exists, or the folder cannot be written.
   */
  static async create(folder: string, name: string): Promise<IncomingFile> {
    const base = name.split(/[\\/]/).at(-1)!;
    if (base === "" || base === "." || base === ".." || base.includes("\0")) {
      throw new Failure(`Cannot save "${name}": it is no file name`, Exit.failed);
    }
    const path = `${folder}/${base}`;
    if (await exists(path)) throw alreadyThere(base);
    const part = `${folder}/.${base.slice(0, 200)}.${crypto.randomUUID().slice(0, 8)}.part`;
    try {
      return new IncomingFile(path, part, await Deno.open(part, { write: true, createNew: true }));
    } catch (cause) {
      throw new Failure(`Cannot save "${base}": the folder cannot be written`, Exit.failed, {
        cause,
      });
    }
  }

  /** Appends bytes; they may be changed once it resolves. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    this.bytes += bytes.length;
  }

  /**
   * Gives the file its name, after checking it against what was announced; the SHA-256 in hex.
   *
   * @throws {Failure} exit 1 when size or hash differ, or the name is taken by now.
   */
  async keep(announced: { size?: number; sha256?: string } = {}): Promise<string> {
    const { size = this.bytes, sha256 } = announced;
    if (this.bytes !== size) {
      throw new Failure(`Cannot keep the file: ${this.bytes} bytes came of ${size}`, Exit.failed);
    }
    const actual = this.#hash.digest("hex");
    if (sha256 !== undefined && sha256 !== actual) {
      throw new Failure("Cannot keep the file: its SHA-256 is not the announced one", Exit.failed);
    }
    await this.#file.syncData();
    try {
      await Deno.link(this.#part, this.path); // unlike a rename, it never replaces
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) throw alreadyThere(this.path);
      await Deno.rename(this.#part, this.path); // no hard links here
    }
    return actual;
  }

  /** Closes it, and removes the part. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#file.close();
    try {
      Deno.removeSync(this.#part);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/**
 * Receives the answer to a bare `get`: bytes until `EOF` and a quiet gap, or until the server's
 * close with `EOF` at the end. Its SHA-256 is returned, though there is nothing to check it against.
 *
 * @throws {Failure} exit 1 when the server has no such file, 5 when it closes before the marker, 6
 * when it stalls.
 */
export async function receiveBare(
  conn: Connection,
  file: IncomingFile,
  onProgress: OnProgress,
): Promise<string> {
  let tail = new Uint8Array(); // may be the marker: held back until more comes
  let waited = 0;
  for (;;) {
    const chunk = await conn.receiveChunk(MARKER_GAP_MS);
    if (chunk instanceof Uint8Array) {
      waited = 0;
      // A short answer is held back whole: it may be a sentence instead of a file.
      const short = file.bytes === 0 && tail.length + chunk.length <= SENTENCE_BYTES;
      const keep = short ? SENTENCE_BYTES : MARKER.length;
      const joined = concat([tail, chunk]);
      const ready = Math.max(0, joined.length - keep);
      await file.write(joined.subarray(0, ready));
      tail = joined.slice(ready);
      onProgress(file.bytes);
      continue;
    }
    if (endsInMarker(tail)) {
      await file.write(tail.subarray(0, tail.length - MARKER.length));
      return await file.keep();
    }
    if (file.bytes === 0 && text(tail) === NOT_FOUND) {
      throw new Failure("Cannot get the file: File not found", Exit.failed);
    }
    if (chunk === null) {
      throw new Failure("Cannot get the file: the server closed before its end", Exit.lost);
    }
    waited += MARKER_GAP_MS;
    if (waited >= MARKER_STALL_MS) {
      const said = file.bytes === 0 ? `; it sent "${safeText(text(tail))}"` : "";
      throw new Failure(`Cannot get the file: no EOF marker came${said}`, Exit.timedOut);
    }
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trimEnd();
}

function endsInMarker(bytes: Uint8Array): boolean {
  return MARKER.every((byte, i) => bytes[bytes.length - MARKER.length + i] === byte);
}

function alreadyThere(name: string): Failure {
  return new Failure(`Cannot save "${name}": it exists already`, Exit.failed, {
    remedy: "move it away, or get the file in another folder",
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
