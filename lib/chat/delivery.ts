import { concat } from "../base/bytes.ts";
import { isClosed } from "../base/errors.ts";
import { GREETING_MS, SILENCE_MS } from "../base/limits.ts";
import { Gate } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import type { Hub } from "./hub.ts";
import type { Entry, Seat } from "./seat.ts";

/**
 * Writes what waits in an inbox, all of it in one write, until the seat is left and all is sent. It is
 * a task only while something waits: for thousands who hear nothing there is none.
 */
export class Delivery {
  readonly #conn: Connection;
  readonly #hub: Hub;
  readonly #seat: Seat;
  readonly #over = new Gate();
  #running = false;
  #fault: unknown;

  /** Begins with the first entry, or as the inbox is closed. */
  constructor(conn: Connection, hub: Hub, seat: Seat) {
    this.#conn = conn;
    this.#hub = hub;
    this.#seat = seat;
    seat.inbox.stirred = () => this.#start();
    if (seat.inbox.bytes > 0 || seat.inbox.isClosed) this.#start();
  }

  /** Waits until all is sent, or cannot be; rejects with what is no peer's leaving. */
  async end(): Promise<void> {
    await this.#over.opened;
    if (this.#fault && !isClosed(this.#fault)) throw this.#fault;
  }

  #start(): void {
    if (this.#running || this.#over.isOpen) return;
    this.#running = true;
    this.#run().catch((error) => {
      this.#fault = error;
      this.#conn.close();
      this.#over.open();
      this.#seat.leave();
    });
  }

  async #run(): Promise<void> {
    const { inbox } = this.#seat;
    await this.#mayWrite();
    for (let entries = inbox.take(); entries; entries = inbox.take()) {
      if (this.#seat.withdrawn) break;
      await this.#deliver(entries);
    }
    if (inbox.isClosed) await this.#finish();
    else this.#running = false;
  }

  /** Waits for the peer's first bytes, or a silence; in any case, what is said in one turn leaves together. */
  async #mayWrite(): Promise<void> {
    const { inbox, silence, arrivedAt } = this.#seat;
    const owed = inbox.bytes > 0 ? arrivedAt + SILENCE_MS - performance.now() : 0;
    if (owed > 0) await silence.pass(owed);
    silence.open();
  }

  async #deliver(entries: readonly Entry[]): Promise<void> {
    const seat = this.#seat;
    if (seat.beingGreeted) { // nothing goes before the welcome
      await seat.greeted.pass(2 * GREETING_MS);
      seat.inbox.delivered();
      return;
    }
    let chunks: Uint8Array[] = [];
    for (const entry of entries) {
      if (entry.perform) {
        await this.#write(chunks);
        chunks = [];
        await entry.perform(this.#conn);
      } else chunks.push(entry.encode(seat));
    }
    await this.#write(chunks);
    seat.inbox.delivered();
    this.#hub.delivered(seat);
  }

  async #write(chunks: readonly Uint8Array[]): Promise<void> {
    await this.#conn.write(concat(chunks));
  }

  /** Half-closes after the last word, unless the connection serves another purpose from now on. */
  async #finish(): Promise<void> {
    if (!this.#seat.withdrawn) {
      await this.#seat.transfers;
      await this.#conn.closeWrite();
    }
    this.#over.open();
  }
}
