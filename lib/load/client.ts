import { isClosed, plainReason, ProtocolError, reasonOf } from "../base/errors.ts";
import { EXTRA_MS, LOAD_TICK_MS } from "./limits.ts";
import { safe, type SafeText, safeText } from "../base/safe_text.ts";
import { Deadline } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { none } from "../wire/ciphers/none.ts";
import type { Dialect } from "../wire/dialect.ts";
import { addOne, type Figures } from "./figures.ts";
import { FrameIntake } from "./frame_intake.ts";
import { type Intake, LineIntake, RawIntake } from "./intake.ts";
import type { Jury } from "./jury.ts";
import { Outgoing } from "./outgoing.ts";
import type { SendTimes } from "./send_times.ts";

/** What {@linkcode LoadClient} needs. */
export interface ClientOptions {
  /** Its number, from 1. */
  client: number;
  /** How the server speaks. */
  dialect: Dialect;
  /** Characters of a message. */
  length: number;
  /** Messages in flight; `Infinity` where a schedule says when they leave. */
  depth: number;
  /** Messages in all. */
  quota: number;
  /** Who looks at the answers. */
  jury: Jury;
  /** When messages left. */
  times: SendTimes;
  /** Where all is counted. */
  figures: Figures;
  /** Whether the others need this one no longer, to hear them. */
  mayEnd?: () => boolean;
}

/** One client: sends numbered messages, and gives what comes to its jury. One write for one read. */
export class LoadClient {
  /** Whether the connection is over. */
  ended = false;
  readonly #conn: Connection;
  readonly #options: ClientOptions;
  readonly #intake: Intake;
  readonly #outgoing: Outgoing;
  readonly #streams: boolean; // chunks, not payloads
  #sent = 0; // of those that are due
  #started = false;
  #stopped = false;
  #pumping = false;
  #leaving = 0; // bytes of what is being written
  #extra?: Deadline; // runs once all is answered
  #come = 0; // bytes that were counted
  #cut = false;
  #writeFault: unknown;

  /** Speaks over a connection that is open and greeted; closing the client closes it. */
  constructor(conn: Connection, options: ClientOptions) {
    const { dialect, jury, client, length } = options;
    this.#conn = conn;
    this.#options = options;
    const plain = dialect === "text" || dialect === "raw";
    this.#streams = dialect === "raw" || (dialect === "text" && conn.cipher === none);
    this.#intake = dialect === "raw"
      ? new RawIntake(jury, conn.cipher)
      : this.#streams
      ? new LineIntake(jury)
      : new FrameIntake(jury, plain ? "text" : dialect);
    this.#outgoing = new Outgoing(conn, dialect, client, length);
  }

  /** Whether all that is to be sent has been answered, or given up. */
  get isDone(): boolean {
    return this.ended || (this.#hasSentAll && this.#options.jury.isSettled);
  }

  /** Receives until the connection ends; settles then, and never rejects. */
  async run(): Promise<void> {
    let why = safe`closed by the server`;
    try {
      await this.#receive();
      const { goodbye } = this.#intake as { goodbye?: SafeText };
      if (goodbye !== undefined) why = safe`the server said: ${goodbye}`;
    } catch (error) {
      why = whyLost(this.#writeFault ?? error);
    }
    this.ended = true;
    this.#extra?.[Symbol.dispose]();
    this.#conn.close();
    if (this.#cut) return;
    this.#options.jury.now = performance.now();
    this.#intake.flush();
    if (!this.#extra) addOne(this.#options.figures.disconnected, why);
    this.#options.jury.abandon(safe`nothing: the connection was lost`);
  }

  /** Sends as many messages as may be in flight. */
  start(): void {
    this.#started = true;
    this.pump();
  }

  /** A message is due at `time`; {@linkcode pump} sends it. */
  schedule(time: number): void {
    if (this.ended) return;
    this.#options.times.push(time);
    this.#options.figures.sent++;
  }

  /** Sends what may be sent. */
  pump(): void {
    if (this.#pumping || this.ended || !this.#started) return;
    const count = this.#take();
    if (count > 0) {
      const chunk = this.#outgoing.next(count);
      this.#sent += count;
      this.#pumping = true;
      this.#leaving = chunk.length;
      this.#conn.write(chunk).then(this.#written, this.#unwritten);
    } else if (this.#hasSentAll) this.#finishIfDone();
  }

  /** Sends nothing new; what is out may be answered. */
  stop(): void {
    this.#stopped = true;
    this.#finishIfDone();
  }

  /** Ends at once; what is out counts neither way. */
  cut(): void {
    this.#cut = true;
    this.#stopped = true;
    this.#conn.close();
  }

  /** Gives up what left more than `timeoutMs` ago. */
  expire(now: number, timeoutMs: number): void {
    const { jury, times } = this.#options;
    const before = now - timeoutMs;
    const quietMs = now - jury.now;
    if (quietMs > LOAD_TICK_MS && jury.outstanding > 0) {
      this.#intake.rest();
      this.pump();
    }
    if (!(times.of(times.first) < before) || jury.isSettled) return this.#finishIfDone();
    // What has come of an answer stands for it, unless the rest of it is just coming.
    if (quietMs > timeoutMs / 2) this.#intake.flush();
    jury.expire(before, safe`nothing in ${timeoutMs / 1000} s`);
    if (this.ended) return;
    this.pump();
    this.#finishIfDone();
  }

  /** Sends a message that does not count. */
  async probe(): Promise<void> {
    await this.#conn.write(this.#outgoing.probe());
  }

  get #hasSentAll(): boolean {
    const { times, quota } = this.#options;
    return (this.#stopped || times.last >= quota) && this.#sent >= times.last && !this.#pumping;
  }

  // Made once: a message costs no closure.
  readonly #written = () => {
    this.#options.figures.bytesSent += this.#leaving;
    this.#pumping = false;
    this.pump();
  };
  readonly #unwritten = (error: unknown) => {
    this.#writeFault ??= error; // what was answered before is read; then the reader hears of it
    this.#pumping = false;
  };

  /** How many messages may leave in one write now; they are on their way then. */
  #take(): number {
    const { jury, times, depth, quota, figures } = this.#options;
    const { most } = this.#outgoing;
    if (depth === Infinity) return Math.min(most, times.last - this.#sent);
    if (this.#stopped) return 0;
    const count = Math.min(most, depth - jury.outstanding, quota - times.last);
    if (count <= 0) return 0;
    const now = performance.now();
    for (let i = 0; i < count; i++) times.push(now);
    figures.sent += count;
    return count;
  }

  async #receive(): Promise<void> {
    const { jury, figures } = this.#options;
    for (;;) {
      if (this.#streams) {
        const chunk = await this.#conn.receiveChunk();
        if (chunk === null || chunk === "quiet") return;
        this.#note();
        this.#intake.take(chunk);
      } else {
        const batch = await this.#conn.receive();
        if (batch === null) return;
        this.#note();
        for (const payload of batch) this.#intake.take(payload);
      }
      figures.lastAt = jury.now;
      this.pump();
    }
  }

  #note(): void {
    const { jury, figures } = this.#options;
    jury.now = performance.now();
    figures.bytesCome += this.#conn.bytesCome - this.#come;
    this.#come = this.#conn.bytesCome;
  }

  /** Ends the sending side once all is answered, and listens a while for what is too much. */
  #finishIfDone(): void {
    if (this.#extra || this.ended || !this.#started || !this.isDone) return;
    if (this.#options.mayEnd?.() === false) return;
    this.#extra = new Deadline(EXTRA_MS, () => this.#conn.close()).start();
    this.#conn.closeWrite().catch(() => this.#conn.close());
  }
}

function whyLost(error: unknown): SafeText {
  if (error instanceof ProtocolError) {
    return safe`what came cannot be read: ${error.message}`;
  }
  if (error instanceof Deno.errors.ConnectionReset) return safe`reset by the server`;
  if (error instanceof Deno.errors.BrokenPipe) return safe`closed by the server`;
  return safeText(isClosed(error) ? plainReason(error) : reasonOf(error));
}
