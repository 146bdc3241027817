import { ProtocolError } from "../base/errors.ts";
import { HANDSHAKES, PROVING_SHARE, REFUSAL_WAIT_MS, REFUSALS } from "../base/limits.ts";
import type { Audit, Log } from "../base/log.ts";
import { safe } from "../base/safe_text.ts";
import { Tally } from "../base/tally.ts";
import { onAbort, sleep } from "../base/tasks.ts";
import { formatAddress, hostOf } from "../net/address.ts";
import { Connection } from "../net/connection.ts";
import { sayGoodbye } from "../net/farewell.ts";
import { type Ban, concerns } from "../net/guard.ts";
import { type Meeting, Refusal, type Visitor } from "../net/meeting.ts";
import type { Memory } from "../net/memory.ts";
import { partyOf } from "../net/party.ts";
import { packFor } from "../net/send_message.ts";
import type { PeerSocket } from "../net/socket.ts";
import { none } from "../wire/ciphers/none.ts";
import { encodeText } from "../wire/utf8.ts";
import { meet, recognise, type Terms, wantsProof } from "./meet.ts";

/** What a server wants of those who come in, and how many it takes. */
export interface DoorOptions {
  /** What they must share, show and be. */
  terms: Terms;
  /** How many may be in at once. */
  maxClients: number;
  /** How many connections one address may have. */
  maxPerAddress: (address: string) => number;
  /** Makes of a socket what is spoken over, such as TLS; null when the client has left. */
  secure?: (socket: PeerSocket) => Promise<PeerSocket | null>;
  /** What is kept in memory for all of them. */
  memory: Memory;
  /** Gets a line for each connection that was turned away. */
  log: Log;
  /** Gets the same for programs. */
  audit: Audit;
  /** Cuts every connection short. */
  cut: AbortSignal;
}

/** Serves a native connection that is for files alone, to its end. */
export type Errand = (visitor: Visitor, meeting: Meeting) => Promise<void>;

/** Counts who is in, and tells whoever cannot be served why not. */
export class Door {
  /** How many are in; the server counts them up and down, so that a freed place is usable at once. */
  inside = 0;
  #refusing = 0;
  readonly #errands = new Map<Visitor, Meeting | undefined>();
  readonly #here = new Tally(); // by party
  readonly #proving = new Tally();
  readonly #options: DoorOptions;

  /** A door through which nobody has come yet. */
  constructor(options: DoorOptions) {
    this.#options = options;
    options.terms.guard.watch((ban) => this.#cutErrands(ban));
  }

  /** How many are showing who they are. */
  get proving(): number {
    return this.#proving.size;
  }

  /**
   * Serves one socket to its end, if there is a place; an errand of those who are in needs none.
   * Where proof is wanted, it is given before anything else, and takes no place.
   */
  async admit(
    accepted: PeerSocket,
    serve: (visitor: Visitor) => Promise<void>,
    errand?: Errand,
  ): Promise<void> {
    const { terms, maxClients, secure, memory, cut } = this.#options;
    const address = hostOf(accepted.remoteAddr);
    const origin = formatAddress(accepted.remoteAddr);
    const why = terms.guard.refusal(address) ?? this.#tooMany(address);
    using _counted = why ? undefined : this.#here.add(partyOf(address));
    const socket = secure ? await secure(accepted) : accepted;
    if (!socket) return;
    using conn = new Connection(socket, memory.buffers);
    using _cut = onAbort(cut, () => conn.close());
    const visitor = new Newcomer(conn, origin, address, terms);
    if (why) return void await this.#refuse(visitor, why, () => recognise(conn, terms));
    if (wantsProof(terms) && !await this.#prove(visitor)) return;
    const full = this.inside >= maxClients ? busy() : terms.guard.locked ? locked() : undefined;
    if (!full) return await serve(visitor);
    const found = await this.#refuse(visitor, full, async () => {
      const meeting = await visitor.meet();
      return errand && meeting?.hello?.purpose ? meeting : undefined;
    });
    if (found) await this.runErrand(visitor, () => errand!(visitor, found), found);
  }

  /** Runs an errand, as many at once as there are places. `meeting` is undefined for a browser. */
  async runErrand(
    visitor: Visitor,
    errand: () => Promise<void>,
    meeting?: Meeting,
  ): Promise<void> {
    if (this.#errands.size >= this.#options.maxClients) {
      return await turnAway(visitor.conn, busy(meeting ? undefined : "http"));
    }
    this.#errands.set(visitor, meeting);
    try {
      await errand();
    } finally {
      this.#errands.delete(visitor);
    }
  }

  /** Whether a visitor may come in: it has shown what is asked for. */
  async #prove(visitor: Visitor): Promise<boolean> {
    const party = partyOf(visitor.address);
    const most = Math.min(this.#options.maxPerAddress(visitor.address), HANDSHAKES);
    // Two parties, or three, must not keep all others out; this machine's own may.
    const share = most < HANDSHAKES ? most / PROVING_SHARE : HANDSHAKES;
    if (this.#proving.size >= HANDSHAKES || this.#proving.of(party) >= share) {
      await this.#refuse(visitor, busy(), () => recognise(visitor.conn, this.#options.terms));
      return false;
    }
    let why: unknown;
    try {
      using _proving = this.#proving.add(party);
      const meeting = await visitor.meet();
      if (!meeting) return false;
      // That took a while, in which it may have been banned.
      why = this.#options.terms.guard.refusal(visitor.address, meeting.account);
      if (!why) return true;
    } catch (error) {
      why = error;
    }
    if (!(why instanceof ProtocolError)) throw why;
    await this.#refuse(visitor, why, () => Promise.reject(why));
    return false;
  }

  /**
   * Tells a visitor that it is not taken in, in the dialect that `recognised` finds out; unless that
   * finds somebody to be served after all. Only so many are told at once.
   */
  async #refuse<T>(
    visitor: Visitor,
    why: ProtocolError,
    recognised: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    if (this.#refusing >= REFUSALS) {
      recognised().catch(() => {});
      return void this.#rejected(visitor, why);
    }
    this.#refusing++;
    try {
      return await this.#tell(visitor, why, recognised);
    } finally {
      this.#refusing--;
    }
  }

  async #tell<T>(
    visitor: Visitor,
    why: ProtocolError,
    recognised: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { conn } = visitor;
    const enough = new AbortController();
    const words = recognised().then(async (found) => {
      if (found === undefined && conn.dialect !== "native") await conn.receive(); // shows how messages end
      return found;
    });
    try {
      const found = await Promise.race([words, sleep(REFUSAL_WAIT_MS, enough.signal)]);
      if (found) return found;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const foreign = error instanceof Refusal ? error.foreign : undefined;
      if (!(why instanceof Refusal) || !foreign) why = error;
      else why = new Refusal(why.code, why.message, { foreign });
    } finally {
      enough.abort();
    }
    this.#rejected(visitor, why);
    await turnAway(conn, why);
    return undefined;
  }

  #rejected({ origin }: Visitor, why: ProtocolError): void {
    const code = why instanceof Refusal ? why.code : "protocol";
    this.#options.log(
      why.message === BUSY
        ? safe`Max clients reached. Rejecting ${origin}`
        : safe`Rejecting ${origin}: ${why.message}`,
    );
    this.#options.audit({ event: "refused", origin, code, reason: why.message });
  }

  #tooMany(address: string): Refusal | undefined {
    const here = this.#here.of(partyOf(address));
    if (here < this.#options.maxPerAddress(address)) return undefined;
    return new Refusal("busy", "too many connections from your address");
  }

  #cutErrands(ban: Ban): void {
    for (const [{ conn, address }, meeting] of this.#errands) {
      if (concerns(ban, address, meeting?.account)) conn.close();
    }
  }
}

class Newcomer implements Visitor {
  readonly #terms: Terms;
  #meeting?: Promise<Meeting | null>;

  constructor(
    readonly conn: Connection,
    readonly origin: string,
    readonly address: string,
    terms: Terms,
  ) {
    this.#terms = terms;
  }

  meet(): Promise<Meeting | null> {
    return this.#meeting ??= meet(this.conn, this.address, this.#terms);
  }
}

const BUSY = "the server is busy, please try again later";

function busy(foreign?: "http"): Refusal {
  return new Refusal("busy", BUSY, { foreign });
}

function locked(): Refusal {
  return new Refusal("denied", "the server is locked: nobody new comes in now");
}

/** Tells a client that it is not taken in, and ends the connection so that it can be read. */
export async function turnAway(conn: Connection, why: ProtocolError): Promise<void> {
  await conn.write(refusalFor(conn, why)).catch(() => {}); // the client may be gone already
  await sayGoodbye(conn);
}

const STATUS = new Map([["busy", "503 Service Unavailable"], ["denied", "403 Forbidden"]]);

/** What to send to a client that is not taken in: in its own dialect, a text line while unknown. */
export function refusalFor(conn: Connection, why: ProtocolError): Uint8Array {
  const { code, foreign } = why instanceof Refusal ? why : new Refusal("protocol", why.message);
  if (foreign === "tls") return new Uint8Array();
  if (foreign === "http") {
    return encodeText(
      `HTTP/1.1 ${STATUS.get(code) ?? "400 Bad Request"}\r\n` +
        "Content-Type: text/plain; charset=utf-8\r\n" +
        `Connection: close\r\n\r\nThis is a labwire server: ${why.message}\n`,
    );
  }
  // A native refusal before the welcome is in clear, so that it is read whatever the keys are;
  // under a record cipher the connection seals it.
  if (conn.dialect === "native" && !conn.cipher.records) conn.cipher = none;
  return packFor(conn, { type: "refused", code, reason: why.message });
}
