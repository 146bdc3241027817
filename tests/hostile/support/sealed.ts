/**
 * Clients of the library's own: they greet, and what they say from then on goes through its seals.
 *
 * @module
 */
import { greet, type GreetingOptions } from "../../../lib/auth/greeting.ts";
import { concat } from "../../../lib/base/bytes.ts";
import { Connection } from "../../../lib/net/connection.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import { Peer } from "../../support/peer.ts";

/**
 * Greets over a socket, which is closed when that fails; errors are those of `greet`. The peer says
 * frames, and hears payloads, without the frames around them.
 */
export async function enter(socket: Socket, options: GreetingOptions): Promise<Peer> {
  const conn = new Connection(socket);
  try {
    await greet(conn, options);
  } catch (error) {
    conn.close();
    throw error;
  }
  return Peer.over(unsealed(conn));
}

function unsealed(conn: Connection): Socket {
  let rest: Uint8Array = new Uint8Array();
  return {
    async read(buffer) {
      while (rest.length === 0) {
        const batch = await conn.receive();
        if (batch === null) return null;
        rest = concat(batch).slice(); // the next read overwrites a batch
      }
      const part = rest.subarray(0, buffer.length);
      rest = rest.subarray(part.length);
      buffer.set(part);
      return part.length;
    },
    async write(bytes) {
      await conn.write(bytes);
      return bytes.length;
    },
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
  };
}
