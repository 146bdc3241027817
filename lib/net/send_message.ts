/**
 * One message of a server to one connection, as its peer's dialect and cipher have it.
 *
 * @module
 */
import { none } from "../wire/ciphers/none.ts";
import type { Message } from "../wire/message.ts";
import { packMessages } from "../wire/pack.ts";
import type { Connection } from "./connection.ts";

/** The chunk to write; under a record cipher the connection seals it as it writes. */
export function packFor(conn: Connection, message: Message): Uint8Array {
  const cipher = conn.cipher.records ? none : conn.cipher;
  return packMessages(conn.dialect, [message], cipher, Date.now() / 1000);
}

/** Packs and writes a message. */
export async function sendMessage(conn: Connection, message: Message): Promise<void> {
  await conn.write(packFor(conn, message));
}
