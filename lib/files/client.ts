import { Exit, Failure, isClosed, ProtocolError } from "../base/errors.ts";
import { ANSWER_MS, NAME_BYTES, TREE_ENTRIES } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import { Watchdog } from "../net/farewell.ts";
import type { ListingEntry } from "../wire/file_message.ts";
import type { Message } from "../wire/message.ts";
import { decodeNative, encodeNative } from "../wire/native_message.ts";

/** The client's side of a native connection that is for files; closing that is the caller's. */
export class FileClient implements Disposable {
  /** The connection. */
  readonly conn: Connection;
  readonly #watchdog: Watchdog;
  #batch: Uint8Array[] = [];
  #at = 0;
  #lastId = 0;

  /** Gives up when nothing moves for `timeoutMs`. */
  constructor(conn: Connection, timeoutMs: number = ANSWER_MS) {
    this.conn = conn;
    this.#watchdog = new Watchdog(conn, timeoutMs, { bothWays: true }).start();
  }

  /** A number for the next transfer or question. */
  newId(): number {
    return ++this.#lastId;
  }

  /**
   * Sends a message.
   *
   * @throws {Failure} exit 5 when the connection is lost, 6 when the server takes nothing.
   */
  async send(message: Message): Promise<void> {
    await this.attempt(() => this.conn.send([encodeNative(message)]));
  }

  /**
   * The next message of transfer `id`; what a block holds is valid until the next call.
   *
   * @throws {Failure} exit 5 when the server ends the connection, breaks the rules or answers
   * something else, 6 when it stays silent.
   */
  async answer(id: number): Promise<Message> {
    const message = await this.attempt(() => this.#next());
    if (message.type === "bye") {
      throw new Failure(`Cannot go on: ${message.reason}`, Exit.lost);
    }
    if ("id" in message && message.id === id) return message;
    if (message.type === "error") throw new Failure(`Cannot go on: ${message.text}`, Exit.failed);
    throw unexpected(message);
  }

  /**
   * What a folder of the server holds.
   *
   * @throws {Failure} exit 1 when there is no such folder, 5 or 6 as above.
   */
  async list(path: string): Promise<ListingEntry[]> {
    const id = this.newId();
    await this.send({ type: "command", name: "list", argument: path, id });
    const entries: ListingEntry[] = [];
    let weight = 0; // a message counts, and a long name as often as the longest file name fits in
    for (;;) {
      const answer = await this.answer(id);
      if (answer.type === "error") {
        throw new Failure(`Cannot list "${path}": ${answer.text}`, Exit.failed);
      }
      if (answer.type !== "listing") throw unexpected(answer);
      entries.push(...answer.entries);
      if (!answer.more) return entries;
      for (const { name } of answer.entries) weight += Math.max(1, name.length / NAME_BYTES);
      if (++weight > TREE_ENTRIES) {
        throw new Failure(`Cannot list "${path}": it does not end`, Exit.lost);
      }
    }
  }

  /** Does something with the connection; its errors become what a user is told. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (this.#watchdog.barked) {
        throw new Failure("Cannot go on: nothing moved for too long", Exit.timedOut, {
          cause: error,
        });
      }
      if (!(error instanceof ProtocolError) && !isClosed(error)) throw error;
      const why = error instanceof ProtocolError ? error.message : "the connection was lost";
      throw new Failure(`Cannot go on: ${why}`, Exit.lost, {
        cause: error,
        remedy: "the same command goes on where this one ended",
      });
    }
  }

  /** Stops watching the connection. */
  [Symbol.dispose](): void {
    this.#watchdog[Symbol.dispose]();
  }

  async #next(): Promise<Message> {
    while (this.#at === this.#batch.length) {
      const batch = await this.conn.receive();
      if (batch === null) throw new Deno.errors.UnexpectedEof("the server closed it");
      [this.#batch, this.#at] = [batch, 0];
    }
    return decodeNative(this.#batch[this.#at++]);
  }
}

/** A server that answers something else than it was asked is of no use. */
export function unexpected(message: Message): Failure {
  return new Failure(`Cannot read what the server sent: "${message.type}" out of turn`, Exit.lost);
}
