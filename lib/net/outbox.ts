import { OUTBOX_BYTES } from "../base/limits.ts";
import { sleep } from "../base/tasks.ts";
import type { Connection } from "./connection.ts";

interface Item {
  payload: Uint8Array;
  line?: string;
}

/**
 * What a client has to send. What piles up during a write leaves in one write; with a pace, each
 * message leaves alone, and the next waits, so that a server that parses what one `recv` gives can
 * tell them apart.
 */
export class Outbox {
  readonly #conn: Connection;
  readonly #paceMs: number;
  #waiting: Item[] = [];
  #leaving: Item[] = [];
  #bytes = 0;
  #sending?: Promise<void>;
  #failed = false;
  #torn = false;

  /** `paceMs`: 0 for none. */
  constructor(conn: Connection, paceMs: number) {
    this.#conn = conn;
    this.#paceMs = paceMs;
  }

  /** Whether something was not sent, or not to its end. */
  get unsent(): boolean {
    return this.#failed || this.#bytes > 0;
  }

  /**
   * What of the lines has not been sent: none of a line's bytes were taken by the system, or, where that
   * was `torn` off, perhaps some of them.
   */
  get left(): { unsent: string[]; torn: string[] } {
    const torn = this.#torn ? this.#leaving : [];
    const unsent = this.#torn ? this.#waiting : [...this.#leaving, ...this.#waiting];
    const linesOf = (items: Item[]) => items.flatMap(({ line }) => line ?? []);
    return { unsent: linesOf(unsent), torn: linesOf(torn) };
  }

  /**
   * Takes a payload, and the line that it came of, if any; resolves when there is room for the next.
   * Rejects when sending has failed.
   */
  async put(payload: Uint8Array, line?: string): Promise<void> {
    this.#waiting.push({ payload, line });
    this.#bytes += payload.length;
    this.#sending ??= this.#send();
    if (this.#bytes > OUTBOX_BYTES || this.#failed) await this.#sending;
  }

  /** Resolves when all is sent; rejects when that has failed. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    let taken = 0;
    try {
      while (this.#waiting.length > 0) {
        this.#leaving = this.#waiting.splice(0, this.#paceMs > 0 ? 1 : Infinity);
        taken = this.#conn.bytesTaken;
        await this.#conn.send(this.#leaving.map(({ payload }) => payload));
        for (const { payload } of this.#leaving) this.#bytes -= payload.length;
        this.#leaving = [];
        if (this.#paceMs > 0) await sleep(this.#paceMs);
      }
      this.#sending = undefined;
    } catch (error) {
      this.#failed = true;
      this.#torn = this.#conn.bytesTaken > taken;
      throw error;
    }
  }
}
