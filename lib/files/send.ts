/**
 * A file onto a connection, in constant memory, the next block read while the last is written.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { ProtocolError } from "../base/errors.ts";
import { BLOCK_BYTES, PACE_MS, TRANSFER_STALL_MS } from "../base/limits.ts";
import { sleep } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { Watchdog } from "../net/farewell.ts";
import { encodeNative, KIND_BLOCK } from "../wire/native_message.ts";
import { encodeText } from "../wire/utf8.ts";
import { END_MARKER } from "./bare.ts";
import type { Share } from "./share.ts";

/** Frame length, kind and transfer number: what stands before the bytes of a block. */
const HEADER_BYTES = 9;

/**
 * Sends a file of the share as the connection's dialect has it: announced, in blocks and with its
 * SHA-256 over native; over text and raw bare, with {@linkcode END_MARKER} behind it.
 *
 * @throws {ProtocolError} before anything was sent when there is no such file, or when it cannot go
 * over this dialect; after that, when the file can no longer be read.
 */
export async function sendFile(
  share: Share,
  conn: Connection,
  name: string,
  id: number,
): Promise<void> {
  const native = conn.dialect === "native";
  if (!native && conn.dialect === "json") {
    throw new ProtocolError("Cannot send a file over json: use the native dialect");
  }
  if (!native && conn.cipher.name !== "none") {
    throw new ProtocolError(
      `Cannot send a file over ${conn.dialect} under a cipher: use the native dialect`,
    );
  }
  const { handle, size } = await share.openFile(name);
  using _watchdog = new Watchdog(conn, TRANSFER_STALL_MS).start();
  try {
    if (native) await sendNative(conn, handle, { name, size, id });
    else await sendBare(conn, handle, size);
  } finally {
    await handle.close();
  }
}

async function sendNative(
  conn: Connection,
  handle: FileHandle,
  { name, size, id }: { name: string; size: number; id: number },
): Promise<void> {
  const base = name.split("/").at(-1)!;
  await conn.send([encodeNative({ type: "file", id, name: base, size })]);
  const hash = createHash("sha256");
  await pump(handle, size, async (buffer, length) => {
    hash.update(buffer.subarray(HEADER_BYTES, HEADER_BYTES + length));
    const view = new DataView(buffer.buffer);
    view.setUint32(0, HEADER_BYTES - 4 + length);
    buffer[4] = KIND_BLOCK;
    view.setUint32(5, id);
    const frame = buffer.subarray(0, HEADER_BYTES + length);
    const framed = conn.cipher.name === "none" || conn.cipher.records;
    await (framed ? conn.write(frame) : conn.send([frame.subarray(4)]));
  });
  await conn.send([encodeNative({ type: "end", id, sha256: hash.digest("hex") })]);
}

async function sendBare(conn: Connection, handle: FileHandle, size: number): Promise<void> {
  await pump(handle, size, async (buffer, length) => {
    await conn.write(buffer.subarray(HEADER_BYTES, HEADER_BYTES + length));
  });
  await sleep(PACE_MS); // a course client may look for the marker in a chunk of its own
  await conn.write(encodeText(END_MARKER));
}

/** Reads `size` bytes block by block, each behind room for a header, while `write` has the last. */
async function pump(
  handle: FileHandle,
  size: number,
  write: (buffer: Uint8Array, length: number) => Promise<void>,
): Promise<void> {
  const room = HEADER_BYTES + Math.min(BLOCK_BYTES, size);
  let buffer = new Uint8Array(room), other = new Uint8Array(size > BLOCK_BYTES ? room : 0);
  let at = 0;
  let length = await readBlock(handle, buffer, at, size);
  while (length > 0) {
    at += length;
    const [written, read] = await Promise.allSettled([
      write(buffer, length),
      at < size ? readBlock(handle, other, at, size) : Promise.resolve(0),
    ]);
    if (written.status === "rejected") throw written.reason;
    if (read.status === "rejected") throw read.reason;
    length = read.value;
    [buffer, other] = [other, buffer];
  }
}

/** Fills one block; fails when the file has become shorter than was announced. */
async function readBlock(
  handle: FileHandle,
  buffer: Uint8Array,
  position: number,
  size: number,
): Promise<number> {
  const wanted = Math.min(BLOCK_BYTES, size - position);
  let length = 0;
  while (length < wanted) {
    const { bytesRead } = await handle.read(
      buffer,
      HEADER_BYTES + length,
      wanted - length,
      position + length,
    );
    if (bytesRead === 0) throw new ProtocolError("Cannot send the file: it has become shorter");
    length += bytesRead;
  }
  return length;
}
