/**
 * Ending a connection so that the last sentence arrives: closing with unread bytes would reset it.
 *
 * @module
 */
import { isClosed } from "../base/errors.ts";
import { DRAIN_MS } from "../base/limits.ts";
import { Deadline } from "../base/tasks.ts";
import type { Connection } from "./connection.ts";

/** Half-closes, reads on to the peer's end for at most {@linkcode DRAIN_MS}, and closes. */
export async function sayGoodbye(conn: Connection): Promise<void> {
  using _conn = conn;
  using _deadline = new Deadline(DRAIN_MS, () => conn.close()).start();
  await conn.closeWrite();
  await readToEnd(conn);
}

/** Reads and drops what still comes, until the peer's end or a broken connection. */
export async function readToEnd(conn: Connection): Promise<void> {
  try {
    while (await conn.receiveChunk() !== null);
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}

/** What a {@linkcode Watchdog} looks at. */
export interface WatchdogOptions {
  /** Whether bytes that come from the peer show that it lives, too. */
  bothWays?: boolean;
}

/** Once started, closes a connection whose peer has taken nothing for `ms`, until disposed. */
export class Watchdog implements Disposable {
  /** Whether it has closed the connection. */
  barked = false;
  readonly #conn: Connection;
  readonly #ms: number;
  readonly #bothWays: boolean;
  #timer?: ReturnType<typeof setInterval>;

  /** Watches nothing yet. */
  constructor(conn: Connection, ms: number, { bothWays = false }: WatchdogOptions = {}) {
    this.#conn = conn;
    this.#ms = ms;
    this.#bothWays = bothWays;
  }

  /** Starts watching; a second call changes nothing. */
  start(): this {
    let last = this.#moved();
    this.#timer ??= setInterval(() => {
      const moved = this.#moved();
      if (moved === last) {
        this.barked = true;
        this.#conn.close();
      }
      last = moved;
    }, this.#ms);
    return this;
  }

  /** Stops watching. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #moved(): number {
    const { bytesTaken, bytesCome } = this.#conn;
    return this.#bothWays ? bytesTaken + bytesCome : bytesTaken;
  }
}
