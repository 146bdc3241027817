/**
 * A server of files that answers as it likes, by hand: no code of labwire's own.
 *
 * @module
 */
import { hash } from "node:crypto";
import { block, frame, writeAll } from "../../e2e/support/fake.ts";

const MiB = 1024 * 1024;

/** A request, as the client wrote it. */
export interface Asked {
  type: string;
  id: number;
  name?: string;
  argument?: string;
  from?: number;
}

/** What to send for a request: frames or parts of them, one after the other; then go on, or close. */
export type Answer = (asked: Asked) => Iterable<Uint8Array>;

/** In an answer: close the connection. */
export const CLOSE = new Uint8Array();

/** Answers every request of a connection until the client goes, or an answer says to close. */
export async function answerBadly(conn: Deno.TcpConn, answer: Answer): Promise<void> {
  let rest = new Uint8Array();
  const buffer = new Uint8Array(65536);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    const bytes = new Uint8Array(rest.length + count);
    bytes.set(rest);
    bytes.set(buffer.subarray(0, count), rest.length);
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = new DataView(bytes.buffer).getUint32(at);
      if (bytes.length - at < 4 + length) break;
      const payload = bytes.subarray(at + 4, at + 4 + length);
      at += 4 + length;
      if (payload[0] !== 1) continue;
      for (const some of answer(JSON.parse(new TextDecoder().decode(payload.subarray(1))))) {
        if (some === CLOSE) return;
        await writeAll(conn, some);
      }
    }
    rest = bytes.slice(at);
  }
}

/** The head of a file of 3 MiB, some of it otherwise. */
export function head(id: number, otherwise: Record<string, unknown> = {}): Uint8Array {
  return frame({ type: "file", id, name: "data.bin", size: 3 * MiB, from: 0, ...otherwise });
}

/** All bytes of that file: block n is full of n + 1. */
export const DATA: Uint8Array<ArrayBuffer> = new Uint8Array(3 * MiB).map((_, i) => i / MiB + 1);

/** Blocks of that file, from one to before another. */
export function blocks(id: number, start = 0, end = 3): Uint8Array[] {
  return Array.from(
    { length: end - start },
    (_, i) => block(id, DATA.subarray((start + i) * MiB, (start + i + 1) * MiB)),
  );
}

/** The hash of a file, as docs/protocol.md has it. */
export function rootOf(bytes: Uint8Array): string {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MiB) {
    hashes.push(hash("sha256", bytes.subarray(at, at + MiB), "buffer"));
  }
  const all = new Uint8Array(32 * hashes.length);
  hashes.forEach((each, i) => all.set(each, 32 * i));
  return hash("sha256", all);
}

/** The end of that file, or with another hash. */
export function end(id: number, hash: string = DATA_HASH): Uint8Array {
  return frame({ type: "end", id, hash });
}

const DATA_HASH = rootOf(DATA);

/** A whole file of these bytes, of one block. */
export function whole(id: number, bytes: Uint8Array, name = "x"): Uint8Array[] {
  return [
    frame({ type: "file", id, name, size: bytes.length, from: 0 }),
    ...(bytes.length > 0 ? [block(id, bytes)] : []),
    end(id, rootOf(bytes)),
  ];
}
