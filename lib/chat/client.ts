/**
 * The client's side of a conversation, in every dialect.
 *
 * @module
 */
import { isClosed, ProtocolError, reasonOf } from "../base/errors.ts";
import type { Event } from "../base/events.ts";
import { FILES_AT_ONCE, MARKER_GAP_MS, MARKER_STALL_MS } from "../base/limits.ts";
import { safe, safeText } from "../base/safe_text.ts";
import { formatBytes } from "../base/size.ts";
import { Deadline, sleep } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { Outbox } from "../net/outbox.ts";
import { textLines } from "../wire/dialect.ts";
import { encodeJson } from "../wire/json_message.ts";
import { type Command, isExit, type Message, parseCommand } from "../wire/message.ts";
import { decodeNative, encodeNative } from "../wire/native_message.ts";
import { encodeText } from "../wire/utf8.ts";
import type { BareFile, ClientFiles, Told } from "./client_files.ts";
import type { ClientOptions } from "./client_options.ts";
import { eventOf, foreignEvent, foreignLines, kindOf, partingFailure } from "./client_events.ts";
import { ClientOffers } from "./client_offers.ts";

/** One conversation: what is typed goes out, what comes is shown. */
export class Client {
  /** Whether a file that was asked for did not come. */
  failed = false;
  /** When something last came or went, by `performance.now()`. */
  activeAt: number = performance.now();
  readonly #conn: Connection;
  readonly #options: ClientOptions;
  readonly #outbox: Outbox;
  readonly #work = new Set<Promise<void>>();
  readonly #offers = new ClientOffers();
  #files?: Promise<ClientFiles>;
  #bare?: { file: BareFile; begun: () => void; done: () => void; closed: Promise<void> };

  /** Speaks the connection's dialect. */
  constructor(conn: Connection, options: ClientOptions) {
    this.#conn = conn;
    this.#options = options;
    this.#outbox = new Outbox(conn, options.paceMs);
  }

  /** Whether something that was typed has not been sent. */
  get unsent(): boolean {
    return this.#outbox.unsent;
  }

  /** The lines of that: wholly unsent, or torn off in their midst, so that nobody can know. */
  get left(): { unsent: string[]; torn: string[] } {
    return this.#outbox.left;
  }

  /** Whether a file over text or raw has been asked for, and is not there. */
  get expecting(): boolean {
    return this.#bare !== undefined;
  }

  /** Resolves when all files that go over connections of their own have come, or failed. */
  async filesDone(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** The same, once all that we have offered was answered, too. */
  async offersDone(): Promise<void> {
    await this.#offers.settled();
    await this.filesDone();
  }

  /** The connection is lost for good: tells what cannot come any more. */
  abandon(): void {
    if (this.#bare) this.#tell({ line: "Cannot fetch the file: connection lost", failed: true });
    if (this.#offers.open) {
      this.#tell({ line: "Cannot send the file: connection lost", failed: true });
    }
  }

  /** Acts on a typed line; false when it asks to leave. Resolves when the next may be typed. */
  async type(line: string): Promise<boolean> {
    if (isExit(line)) return false;
    const said = !line.startsWith("/") || line.startsWith("//");
    if (said) await this.say(line.replace(/^\/\//, "/"), line);
    else await this.#command(line);
    return true;
  }

  /** Says a text; `line` is what was typed for it. */
  async say(text: string, line?: string): Promise<void> {
    const { name } = this.#options;
    this.activeAt = performance.now();
    if (this.#conn.dialect === "native") {
      await this.#outbox.put(encodeNative({ type: "chat", text }), line);
    } else if (this.#conn.dialect === "json") {
      await this.#outbox.put(encodeJson(name, text, Date.now() / 1000), line);
    } else await this.#outbox.put(encodeText(text), line);
  }

  /** Resolves when all that was said is sent. */
  async flush(): Promise<void> {
    await this.#outbox.flush();
  }

  /** Sends all that waits, and closes the sending side. */
  async end(): Promise<void> {
    await this.flush();
    await this.#conn.closeWrite();
  }

  /**
   * Shows what comes, to the server's close.
   *
   * @throws {Failure} exit 4 when we are sent away.
   * @throws {ProtocolError} when the server breaks the rules of the dialect.
   */
  async receive(): Promise<void> {
    try {
      while (await this.#receiveSome()); // false at the server's close
    } finally {
      const bare = this.#bare;
      bare?.done(); // whoever asked for it waits
      await bare?.closed; // nothing of a file that is not whole stays
    }
  }

  async #receiveSome(): Promise<boolean> {
    // Waits without taking: the next bytes may be a file that is asked for meanwhile.
    await this.#conn.begun();
    this.activeAt = performance.now();
    if (this.#bare) {
      const { file, begun, done } = this.#bare;
      begun();
      this.#tell(await file.receive(this.#conn));
      this.#bare = undefined;
      done();
      return true;
    }
    const batch = await this.#conn.receive();
    if (batch === null) {
      this.#options.emit?.({ event: "closed" });
      return false;
    }
    this.activeAt = performance.now();
    if (this.#conn.dialect === "native") await this.#takeNative(batch);
    else this.#takeForeign(batch);
    return true;
  }

  async #command(line: string): Promise<void> {
    const command = parseCommand(line);
    const { dialect } = this.#conn;
    if (dialect === "json") return await this.say(line, line);
    if (dialect === "native") return await this.#nativeCommand(command, line);
    if (command.name === "get") return await this.#getBare(command.argument);
    const bare = dialect === "raw" && /^(status|list)$/.test(command.name);
    await this.say(bare ? line.slice(1) : line, line);
  }

  async #nativeCommand(command: Command, line: string): Promise<void> {
    const { name, argument } = command;
    if (name === "get" || name === "put") {
      while (this.#work.size >= FILES_AT_ONCE) await Promise.race(this.#work);
      return this.#start((files) => files[name](argument));
    }
    if (name !== "send") return await this.#outbox.put(encodeNative(command), line);
    try {
      const offer = await (await this.#moving()).offer(argument);
      this.#offers.asked();
      await this.#outbox.put(encodeNative(offer), line);
    } catch (error) {
      if (isClosed(error)) throw error;
      this.#tell(toldOf(error));
    }
  }

  #moving(): Promise<ClientFiles> {
    return this.#files ??= this.#options.files();
  }

  /** Lets files travel while the conversation goes on. */
  #start(work: (files: ClientFiles) => Promise<Told[]>): void {
    const done = this.#moving()
      .then(work)
      .then((all) => all.forEach((told) => this.#tell(told)), (error) => this.#tell(toldOf(error)))
      .finally(() => this.#work.delete(done));
    this.#work.add(done);
  }

  async #getBare(name: string): Promise<void> {
    let opened: BareFile;
    try {
      opened = await (await this.#moving()).bare(name);
    } catch (error) {
      return this.#tell(toldOf(error));
    }
    const closed = Promise.withResolvers<void>();
    using _closed = { [Symbol.dispose]: closed.resolve };
    await using file = opened;
    // Bare bytes follow: what was asked before must have been answered first.
    await this.#outbox.flush();
    const patience = performance.now() + MARKER_STALL_MS; // a busy room may never be quiet
    while (performance.now() < Math.min(patience, this.activeAt + MARKER_GAP_MS)) {
      await sleep(MARKER_GAP_MS / 5);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    using late = new Deadline(MARKER_STALL_MS, () => {
      this.#bare = undefined;
      this.#tell({ line: `Cannot get "${name}": the server does not answer`, failed: true });
      resolve();
    });
    const begun = () => late[Symbol.dispose]();
    this.#bare = { file, begun, done: resolve, closed: closed.promise };
    await this.say(this.#conn.dialect === "raw" ? `get ${name}` : `/get ${name}`);
    late.start();
    await promise;
  }

  async #takeNative(batch: Uint8Array[]): Promise<void> {
    for (const payload of batch) {
      const message = decodeNative(payload);
      // What has a number is about a file, and told with what becomes of it.
      if (!("id" in message && message.id !== undefined)) this.#emit(eventOf(message));
      if (message.type === "ping") await this.#outbox.put(encodeNative({ type: "pong" }));
      else if (message.type === "bye") {
        const failure = partingFailure(message);
        if (failure) throw failure;
        this.#options.show([safeText(message.reason)], "notice");
      } else if ("id" in message && message.id !== undefined) await this.#takeOffer(message);
      else {
        this.#options.show(textLines(message), kindOf(message));
        if (message.type === "reply" && message.name) this.#options.renamed(message.name);
      }
    }
  }

  /** What concerns a file that one participant has for another. */
  async #takeOffer(message: Message): Promise<void> {
    const { show } = this.#options;
    switch (message.type) {
      case "offer": {
        const { id, from = "", name, size } = message;
        this.#emit({ event: "offer", id, from, name, size });
        show(
          [safe`${from} offers ${name} (${formatBytes(size)}): /accept ${id} or /decline ${id}`],
          "notice",
        );
        if (!(await this.#moving()).offered(message)) return;
        const accept: Message = { type: "command", name: "accept", argument: `${id}` };
        return await this.#outbox.put(encodeNative(accept));
      }
      case "offered":
        this.#offers.offered(message);
        if (message.to.length > 0) {
          this.#emit({ event: "offered", to: message.to });
          return show([safe`Offered to ${message.to.join(", ")}`], "result");
        }
        return this.#tell({ line: message.reason ?? "Nobody can have it", failed: true });
      case "ticket": {
        const own = this.#offers.answered(message.id);
        return this.#start((files) => files.pass(message, own));
      }
      case "error": {
        const ours = this.#offers.answered(message.id!) !== undefined;
        return this.#tell({ line: message.text, failed: ours });
      }
      default:
        throw new ProtocolError(`"${message.type}" out of turn`);
    }
  }

  #takeForeign(batch: Uint8Array[]): void {
    const { emit, show } = this.#options;
    const { dialect } = this.#conn;
    show(batch.flatMap((payload) => foreignLines(dialect, payload)), "message");
    if (emit) batch.forEach((payload) => emit(foreignEvent(dialect, payload)));
  }

  #tell({ line, failed, events }: Told): void {
    this.failed ||= failed;
    this.#options.show([safeText(line)], failed ? "error" : "result");
    if (events) events.forEach((event) => this.#emit(event));
    else if (failed) this.#emit({ event: "error", text: line });
  }

  #emit(event: Event | undefined): void {
    if (event) this.#options.emit?.(event);
  }
}

function toldOf(error: unknown): Told {
  return { line: reasonOf(error), failed: true };
}
