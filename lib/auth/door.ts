import { ProtocolError } from "../base/errors.ts";
import { REFUSAL_WAIT_MS, REFUSALS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { onAbort, sleep } from "../base/tasks.ts";
import { formatAddress } from "../net/address.ts";
import { Connection } from "../net/connection.ts";
import { sayGoodbye } from "../net/farewell.ts";
import { type Meeting, Refusal } from "../net/meeting.ts";
import { packFor } from "../net/send_message.ts";
import { none } from "../wire/ciphers/none.ts";
import type { Dialect } from "../wire/dialect.ts";
import { encodeText } from "../wire/utf8.ts";
import { meet } from "./greeting.ts";
import type { Keying } from "./keying.ts";

/** What a server wants of those who come in. */
export interface DoorOptions {
  /** The cipher they must share. */
  keying: Keying;
  /** The one dialect served, if it is pinned. */
  dialect?: Dialect;
  /** How many may be in at once. */
  maxClients: number;
  /** Gets a line for each connection that was turned away. */
  log: Log;
  /** Cuts every connection short. */
  cut: AbortSignal;
}

/** One that has come in: its connection, where it comes from, and how to learn its dialect. */
export interface Visitor {
  /** Nothing has been read from it. */
  conn: Connection;
  /** `host:port`. */
  origin: string;
  /** See `meet` of `greeting.ts`. */
  meet(): Promise<Meeting | null>;
}

/** Counts who is in, and tells the one too many, and whoever cannot be served, why not. */
export class Door {
  /** How many are in; the server counts them up and down, so that a freed place is usable at once. */
  inside = 0;
  #refusing = 0;
  readonly #options: DoorOptions;

  /** A door through which nobody has come yet. */
  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Serves one socket to its end, if there is a place. */
  async admit(socket: Deno.TcpConn, serve: (visitor: Visitor) => Promise<void>): Promise<void> {
    const { keying, dialect, maxClients, log, cut } = this.#options;
    using conn = new Connection(socket);
    using _cut = onAbort(cut, () => conn.close());
    const origin = formatAddress(socket.remoteAddr);
    const visitor = { conn, origin, meet: () => meet(conn, keying, dialect) };
    if (this.inside < maxClients) return await serve(visitor);
    log(`Max clients reached. Rejecting ${origin}`);
    if (this.#refusing >= REFUSALS) return;
    this.#refusing++;
    try {
      await this.#refuseBusy(visitor);
    } finally {
      this.#refusing--;
    }
  }

  async #refuseBusy({ conn, meet }: Visitor): Promise<void> {
    const enough = new AbortController();
    const words = meet().then(async (meeting) => {
      if (meeting && meeting.dialect !== "native") await conn.receive(); // shows how messages end
    });
    try {
      await Promise.race([words, sleep(REFUSAL_WAIT_MS, enough.signal)]);
      await turnAway(conn, new Refusal("busy", "the server is busy, please try again later"));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      await turnAway(conn, error);
    } finally {
      enough.abort();
    }
  }
}

/** Tells a client that it is not taken in, and ends the connection so that it can be read. */
export async function turnAway(conn: Connection, why: ProtocolError): Promise<void> {
  await conn.write(refusalFor(conn, why)).catch(() => {}); // the client may be gone already
  await sayGoodbye(conn);
}

/** What to send to a client that is not taken in: in its own dialect, a text line while unknown. */
export function refusalFor(conn: Connection, why: ProtocolError): Uint8Array {
  const { code, foreign } = why instanceof Refusal ? why : new Refusal("protocol", why.message);
  if (foreign === "tls") return new Uint8Array();
  if (foreign === "http") {
    return encodeText(
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n" +
        `Connection: close\r\n\r\nThis is a labwire server: ${why.message}\n`,
    );
  }
  // A native refusal before the welcome is in clear, so that it is read whatever the keys are;
  // under a record cipher the connection seals it.
  if (conn.dialect === "native" && !conn.cipher.records) conn.cipher = none;
  return packFor(conn, { type: "refused", code, reason: why.message });
}
