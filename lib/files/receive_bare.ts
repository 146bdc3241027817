/**
 * A file over text or raw: bytes, and a marker behind them (docs/protocol.md).
 *
 * @module
 */
import { concat } from "../base/bytes.ts";
import { Exit, Failure } from "../base/errors.ts";
import { BLOCK_BYTES, MARKER_GAP_MS, MARKER_STALL_MS } from "../base/limits.ts";
import { safeText } from "../base/safe_text.ts";
import type { Connection } from "../net/connection.ts";
import { encodeText } from "../wire/utf8.ts";
import { END_MARKER, NOT_FOUND } from "./bare.ts";
import type { Part } from "./part.ts";

const MARKER = encodeText(END_MARKER);
const SENTENCE_BYTES = 200;

/**
 * Receives the answer to a bare `get`: bytes until `EOF` and a quiet gap, or until the server's
 * close with `EOF` at the end. Nothing says whether they are the right ones; the number of them.
 *
 * @throws {Failure} exit 1 when the server has no such file, 5 when it closes before the marker, 6
 * when it stalls.
 */
export async function receiveBare(
  conn: Connection,
  part: Part,
  onProgress: (bytes: number) => void,
): Promise<number> {
  const blocks = new Blocks(part);
  await part.restart(); // a bare file cannot be gone on with
  let tail = new Uint8Array(); // may be the marker: held back until more comes
  let waited = 0;
  for (;;) {
    const chunk = await conn.receiveChunk(MARKER_GAP_MS);
    if (chunk instanceof Uint8Array) {
      waited = 0;
      // A short answer is held back whole: it may be a sentence instead of a file.
      const short = blocks.bytes === 0 && tail.length + chunk.length <= SENTENCE_BYTES;
      const keep = short ? SENTENCE_BYTES : MARKER.length;
      const joined = concat([tail, chunk]);
      const ready = Math.max(0, joined.length - keep);
      await blocks.add(joined.subarray(0, ready));
      tail = joined.slice(ready);
      onProgress(blocks.bytes);
      continue;
    }
    if (endsInMarker(tail)) {
      await blocks.add(tail.subarray(0, tail.length - MARKER.length));
      await blocks.flush();
      await part.keep({});
      return blocks.bytes;
    }
    if (blocks.bytes === 0 && text(tail) === NOT_FOUND) {
      throw new Failure("Cannot get the file: File not found", Exit.failed);
    }
    if (chunk === null) {
      throw new Failure("Cannot get the file: the server closed before its end", Exit.lost);
    }
    waited += MARKER_GAP_MS;
    if (waited >= MARKER_STALL_MS) {
      const said = blocks.bytes === 0 ? `; it sent "${safeText(text(tail))}"` : "";
      throw new Failure(`Cannot get the file: no EOF marker came${said}`, Exit.timedOut);
    }
  }
}

/** Bytes as they come, into the whole blocks that a part takes. */
class Blocks {
  bytes = 0;
  readonly #part: Part;
  readonly #block = new Uint8Array(BLOCK_BYTES);
  #filled = 0;

  constructor(part: Part) {
    this.#part = part;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#block.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === BLOCK_BYTES) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#filled > 0) await this.#part.write(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trimEnd();
}

function endsInMarker(bytes: Uint8Array): boolean {
  return MARKER.every((byte, i) => bytes[bytes.length - MARKER.length + i] === byte);
}
