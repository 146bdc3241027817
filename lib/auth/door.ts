import { ProtocolError } from "../base/errors.ts";
import { REFUSAL_WAIT_MS, REFUSALS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { safe } from "../base/safe_text.ts";
import { onAbort, sleep } from "../base/tasks.ts";
import { formatAddress } from "../net/address.ts";
import { Connection } from "../net/connection.ts";
import { sayGoodbye } from "../net/farewell.ts";
import { type Meeting, Refusal } from "../net/meeting.ts";
import { packFor } from "../net/send_message.ts";
import { none } from "../wire/ciphers/none.ts";
import type { Dialect } from "../wire/dialect.ts";
import type { Hello } from "../wire/message.ts";
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

/** Serves a native connection that is for files alone, to its end. */
export type Errand = (visitor: Visitor, hello: Hello) => Promise<void>;

/** Counts who is in, and tells the one too many, and whoever cannot be served, why not. */
export class Door {
  /** How many are in; the server counts them up and down, so that a freed place is usable at once. */
  inside = 0;
  #refusing = 0;
  #errands = 0;
  readonly #options: DoorOptions;

  /** A door through which nobody has come yet. */
  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /**
   * Serves one socket to its end, if there is a place; an errand of those who are in needs none.
   */
  async admit(
    socket: Deno.TcpConn,
    serve: (visitor: Visitor) => Promise<void>,
    errand?: Errand,
  ): Promise<void> {
    const { keying, dialect, maxClients, log, cut } = this.#options;
    using conn = new Connection(socket);
    using _cut = onAbort(cut, () => conn.close());
    const origin = formatAddress(socket.remoteAddr);
    let meeting: Promise<Meeting | null> | undefined;
    const visitor = { conn, origin, meet: () => meeting ??= meet(conn, keying, dialect) };
    if (this.inside < maxClients) return await serve(visitor);
    if (this.#refusing >= REFUSALS) return log(safe`Max clients reached. Rejecting ${origin}`);
    this.#refusing++;
    const hello = await this.#refuseBusy(visitor, !errand).finally(() => this.#refusing--);
    if (hello) await this.runErrand(visitor, () => errand!(visitor, hello));
  }

  /** Runs an errand, as many at once as there are places; `foreign` is how to say that they are taken. */
  async runErrand({ conn }: Visitor, errand: () => Promise<void>, foreign?: "http"): Promise<void> {
    if (this.#errands >= this.#options.maxClients) return await turnAway(conn, busy(foreign));
    this.#errands++;
    try {
      await errand();
    } finally {
      this.#errands--;
    }
  }

  /** Refuses a visitor, unless it turns out to be on an errand and not `all` are refused: its hello. */
  async #refuseBusy({ conn, origin, meet }: Visitor, all: boolean): Promise<Hello | undefined> {
    const enough = new AbortController();
    const words = meet().then(async (meeting) => {
      if (!all && meeting?.hello?.purpose) return meeting.hello;
      if (meeting && meeting.dialect !== "native") await conn.receive(); // shows how messages end
      return undefined;
    });
    let why: ProtocolError = busy();
    try {
      const hello = await Promise.race([words, sleep(REFUSAL_WAIT_MS, enough.signal)]);
      if (hello) return hello;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      why = error instanceof Refusal && error.foreign === "http" ? busy("http") : error;
    } finally {
      enough.abort();
    }
    this.#options.log(safe`Max clients reached. Rejecting ${origin}`);
    await turnAway(conn, why);
    return undefined;
  }
}

function busy(foreign?: "http"): Refusal {
  return new Refusal("busy", "the server is busy, please try again later", { foreign });
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
    const status = code === "busy" ? "503 Service Unavailable" : "400 Bad Request";
    return encodeText(
      `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `Connection: close\r\n\r\nThis is a labwire server: ${why.message}\n`,
    );
  }
  // A native refusal before the welcome is in clear, so that it is read whatever the keys are;
  // under a record cipher the connection seals it.
  if (conn.dialect === "native" && !conn.cipher.records) conn.cipher = none;
  return packFor(conn, { type: "refused", code, reason: why.message });
}
