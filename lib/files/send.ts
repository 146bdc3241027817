/**
 * A file onto a connection, in constant memory, the next block read while the last is written.
 *
 * @module
 */
import { ProtocolError } from "../base/errors.ts";
import { BLOCK_BYTES, PACE_MS, TRANSFER_STALL_MS } from "../base/limits.ts";
import { sleep } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { Watchdog } from "../net/farewell.ts";
import { encodeNative, KIND_BLOCK } from "../wire/native_message.ts";
import { encodeText } from "../wire/utf8.ts";
import { END_MARKER } from "./bare.ts";
import { blocksOf } from "./block_hashes.ts";
import type { Source } from "./source.ts";

/** Frame length, kind and transfer number: what stands before the bytes of a block. */
const HEADER_BYTES = 9;

/** What a native transfer is about. */
export interface Sending {
  /** The number of the transfer. */
  id: number;
  /** How many blocks the other side has. */
  from?: number;
  /** Their hash. */
  hash?: string;
  /** Whether other blocks than ours are an error, rather than a reason to start over. */
  strict?: boolean;
  /** Called with the bytes that are at the other side so far. */
  onProgress?: (bytes: number) => void;
  /** Aborts when the other side wants no more of it. */
  signal?: AbortSignal;
}

/** What was sent. */
export interface Sent {
  /** Bytes of blocks. */
  bytes: number;
  /** The hash of the file; absent when the other side wanted no more of it. */
  hash?: string;
}

/**
 * Sends a file announced, in blocks and with its hash. What the other side has already is not sent
 * again, if its hash says that it is the same.
 *
 * @throws {ProtocolError} when the file can no longer be read, or changed while it was sent.
 */
export async function sendNative(
  conn: Connection,
  source: Source,
  { id, from = 0, hash = "", strict = false, onProgress, signal }: Sending,
): Promise<Sent> {
  const { name, size, modified, executable, hashes } = source;
  const agreed = from > 0 && await source.beginsWith(from, hash);
  if (from > 0 && !agreed && strict) {
    throw new ProtocolError("Cannot go on with the file: what is there already is something else");
  }
  const first = agreed ? from : 0;
  using _watchdog = new Watchdog(conn, TRANSFER_STALL_MS).start();
  await conn.send([
    encodeNative({ type: "file", id, name, size, from: first, modified, executable }),
  ]);
  const start = first * BLOCK_BYTES;
  let bytes = start;
  await pump(source, first, async (buffer, length, number) => {
    if (signal?.aborted) return false;
    const view = new DataView(buffer.buffer);
    view.setUint32(0, HEADER_BYTES - 4 + length);
    buffer[4] = KIND_BLOCK;
    view.setUint32(5, id);
    const frame = buffer.subarray(0, HEADER_BYTES + length);
    const framed = conn.cipher.name === "none" || conn.cipher.records;
    const writing = framed ? conn.write(frame) : conn.send([frame.subarray(4)]);
    // Known already, to whoever reads it too, or hashed while the system takes it.
    if (hashes.count === number) hashes.add(frame.subarray(HEADER_BYTES));
    await writing;
    bytes += length;
    onProgress?.(bytes);
    return true;
  });
  if (signal?.aborted) return { bytes: bytes - start };
  const root = hashes.root(blocksOf(size));
  if (await source.changed() || !await source.stillHas(root)) {
    throw new ProtocolError("Cannot send the file: it was changed meanwhile");
  }
  await conn.send([encodeNative({ type: "end", id, hash: root })]);
  return { bytes: bytes - start, hash: root };
}

/**
 * Sends a file bare over text or raw, with {@linkcode END_MARKER} behind it.
 *
 * @throws {ProtocolError} before anything was sent when it cannot go over this dialect; after that,
 * when the file can no longer be read.
 */
export async function sendBare(conn: Connection, source: Source): Promise<void> {
  using _watchdog = new Watchdog(conn, TRANSFER_STALL_MS).start();
  await pump(source, 0, async (buffer, length) => {
    await conn.write(buffer.subarray(HEADER_BYTES, HEADER_BYTES + length));
    return true;
  });
  await sleep(PACE_MS); // a course client may look for the marker in a chunk of its own
  await conn.write(encodeText(END_MARKER));
}

/**
 * Whether a file can go over the connection at all.
 *
 * @throws {ProtocolError} when it cannot.
 */
export function checkDialect(conn: Connection): void {
  if (conn.dialect === "native") return;
  if (conn.dialect === "json") {
    throw new ProtocolError("Cannot send a file over json: use the native dialect");
  }
  if (conn.cipher.name !== "none") {
    throw new ProtocolError(
      `Cannot send a file over ${conn.dialect} under a cipher: use the native dialect`,
    );
  }
}

/**
 * Reads from block `first` on, each behind room for a header, while `write` has the last one; until
 * the end, or until `write` says false.
 */
async function pump(
  source: Source,
  first: number,
  write: (buffer: Uint8Array, length: number, number: number) => Promise<boolean>,
): Promise<void> {
  const room = HEADER_BYTES + Math.min(BLOCK_BYTES, source.size);
  let buffer = new Uint8Array(room);
  let other = new Uint8Array(source.size > BLOCK_BYTES ? room : 0);
  let number = first;
  let length = await source.read(number, buffer, HEADER_BYTES);
  while (length > 0) {
    const [read, written] = await Promise.allSettled([
      source.read(number + 1, other, HEADER_BYTES),
      write(buffer, length, number),
    ]);
    if (written.status === "rejected") throw written.reason;
    if (read.status === "rejected") throw read.reason;
    if (!written.value) return;
    number++;
    length = read.value;
    [buffer, other] = [other, buffer];
  }
}
