import { OUTBOX_BYTES } from "../base/limits.ts";
import { sleep } from "../base/tasks.ts";
import type { Connection } from "./connection.ts";

/**
 * What a client has to send. What piles up during a write leaves in one write; with a pace, each
 * message leaves alone, and the next waits, so that a server that parses what one `recv` gives can
 * tell them apart.
 */
export class Outbox {
  readonly #conn: Connection;
  readonly #paceMs: number;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #sending?: Promise<void>;
  #failed = false;

  /** `paceMs`: 0 for none. */
  constructor(conn: Connection, paceMs: number) {
    this.#conn = conn;
    this.#paceMs = paceMs;
  }

  /** Whether something was not sent, or not to its end. */
  get unsent(): boolean {
    return this.#failed || this.#bytes > 0;
  }

  /** Takes a payload; resolves when there is room for the next. Rejects when sending has failed. */
  async put(payload: Uint8Array): Promise<void> {
    this.#waiting.push(payload);
    this.#bytes += payload.length;
    this.#sending ??= this.#send();
    if (this.#bytes > OUTBOX_BYTES || this.#failed) await this.#sending;
  }

  /** Resolves when all is sent; rejects when that has failed. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const payloads = this.#waiting.splice(0, this.#paceMs > 0 ? 1 : Infinity);
        await this.#conn.send(payloads);
        for (const payload of payloads) this.#bytes -= payload.length;
        if (this.#paceMs > 0) await sleep(this.#paceMs);
      }
      this.#sending = undefined;
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }
}
