import { isClosed, ProtocolError } from "../base/errors.ts";
import { TICKET_MS, TRANSFER_STALL_MS } from "../base/limits.ts";
import { allDone, Deadline } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { Watchdog } from "../net/farewell.ts";
import { sendMessage } from "../net/send_message.ts";

/**
 * Two connections, each of whose frames go to the other: what one side takes sets the pace of what is
 * read from the other, so that a file of any size takes no more memory here than a block.
 */
export class Relay {
  #first?: { conn: Connection; other: PromiseWithResolvers<Connection | null> };
  #over?: Promise<void>;

  /**
   * Adds a connection, and resolves when both have ended. The first one waits for the second; it is
   * told when that does not come.
   */
  async join(conn: Connection): Promise<void> {
    const first = this.#first;
    if (first) {
      this.#over ??= between(first.conn, conn);
      first.other.resolve(conn);
      return await this.#over;
    }
    const other = Promise.withResolvers<Connection | null>();
    this.#first = { conn, other };
    using _late = new Deadline(TICKET_MS, () => other.resolve(null)).start();
    if (await other.promise) return await this.#over;
    await sendMessage(conn, { type: "error", id: 1, text: "the other side did not come" });
  }
}

async function between(a: Connection, b: Connection): Promise<void> {
  using _a = new Watchdog(a, TRANSFER_STALL_MS, { bothWays: true }).start();
  using _b = new Watchdog(b, TRANSFER_STALL_MS, { bothWays: true }).start();
  try {
    await allDone([pass(a, b), pass(b, a)]);
  } catch (error) {
    if (!isClosed(error) && !(error instanceof ProtocolError)) throw error;
  }
}

async function pass(from: Connection, to: Connection): Promise<void> {
  try {
    while (await passSome(from, to));
    await to.closeWrite();
  } catch (error) {
    from.close();
    to.close();
    throw error;
  }
}

/**
 * Passes on what has come; false at the end. Records are sealed for each connection apart; all else is
 * the same bytes on both, passed on in the small pieces in which it comes: whole blocks would let the
 * room wait.
 */
async function passSome(from: Connection, to: Connection): Promise<boolean> {
  if (from.cipher.records) {
    const batch = await from.receive();
    if (batch !== null) await to.send(batch);
    return batch !== null;
  }
  const chunk = await from.receiveChunk();
  if (!(chunk instanceof Uint8Array)) return false;
  await to.write(chunk);
  return true;
}
