/**
 * Single frames of a greeting, where each side sends one and waits for the other's.
 *
 * @module
 */
import { GREETING_MS } from "../base/limits.ts";
import { within } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { Refusal } from "../net/meeting.ts";

/**
 * The only payload that has come, on the server's side: a client waits for each answer.
 *
 * @throws {Refusal} when more has come, or nothing in {@linkcode GREETING_MS}.
 */
export async function onlyPayload(conn: Connection, what: string): Promise<Uint8Array> {
  const late = () => new Refusal("protocol", `no ${what} in ${GREETING_MS / 1000} s`);
  const batch = await within(GREETING_MS, nextBatch(conn), late);
  if (batch.length > 1) {
    throw new Refusal("protocol", "more than one frame came before the greeting was done");
  }
  return batch[0];
}

/** At least one payload: a record may be empty, or the one behind a fault. */
export async function nextBatch(conn: Connection): Promise<Uint8Array[]> {
  let batch: Uint8Array[] | null;
  do batch = await conn.receive(); while (batch?.length === 0);
  if (batch === null) throw new Deno.errors.UnexpectedEof("the connection was closed");
  return batch;
}

/** Looks out for the end of a connection on which nothing is due; tells whether it has come. */
export function watchEnd(conn: Connection): () => boolean {
  let left = false;
  conn.peek((bytes) => bytes.length > 0 || undefined)
    .then((some) => left = some === null, () => left = true);
  return () => left;
}

/**
 * The bytes of a field in base64.
 *
 * @throws {Refusal} when it is none, or of another length.
 */
export function bytesOf(text: string | undefined, length: number, what: string): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = Uint8Array.fromBase64(text ?? "");
  } catch {
    // what is no base64 is none
  }
  if (bytes?.length === length) return bytes;
  throw new Refusal("protocol", `${what} is not ${length} bytes in base64`);
}
