/**
 * The client's side of a conversation, in every dialect.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import { MARKER_GAP_MS, MARKER_STALL_MS } from "../base/limits.ts";
import { sleep } from "../base/tasks.ts";
import type { Connection } from "../net/connection.ts";
import { Outbox } from "../net/outbox.ts";
import { decodeJson, encodeJson } from "../wire/json_message.ts";
import { isExit, type Message, parseCommand } from "../wire/message.ts";
import { decodeNative, encodeNative } from "../wire/native_message.ts";
import { textLines } from "../wire/dialect.ts";
import { encodeText } from "../wire/utf8.ts";

/** How a line of the conversation is meant. */
export type LineKind = "message" | "notice" | "error" | "private" | "result";

/** What a client needs to save files; the command joins the two. */
export interface ClientFiles {
  /** Prepares for a file; the number of the transfer. */
  expect(name: string): Promise<number>;
  /** Takes a native message of a transfer. */
  take(message: Message): Promise<{ line: string; failed: boolean } | undefined>;
  /** Receives a bare file over text or raw. */
  receiveBare(conn: Connection, id: number): Promise<{ line: string; failed: boolean }>;
}

/** What a client is made of. */
export interface ClientOptions {
  /** One's own name; json puts it into every message. */
  name: string;
  /** Milliseconds between messages, 0 for none. */
  paceMs: number;
  /** Shows lines of the conversation. */
  show: (lines: string[], kind: LineKind) => void;
  /** We have a new name. */
  renamed: (name: string) => void;
  /** Where files go. */
  files: ClientFiles;
}

/** One conversation: what is typed goes out, what comes is shown. */
export class Client {
  /** Whether a file that was asked for did not come. */
  failed = false;
  /** When something last came or went, by `performance.now()`. */
  activeAt: number = performance.now();
  readonly #conn: Connection;
  readonly #options: ClientOptions;
  readonly #outbox: Outbox;
  #bare?: { id: number; done: () => void };

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

  /** Acts on a typed line; false when it asks to leave. Resolves when the next may be typed. */
  async type(line: string): Promise<boolean> {
    if (isExit(line)) return false;
    if (!line.startsWith("/") || line.startsWith("//")) await this.say(line.replace(/^\/\//, "/"));
    else await this.#command(line);
    return true;
  }

  /** Says a text. */
  async say(text: string): Promise<void> {
    const { name } = this.#options;
    this.activeAt = performance.now();
    if (this.#conn.dialect === "native") {
      await this.#outbox.put(encodeNative({ type: "chat", text }));
    } else if (this.#conn.dialect === "json") {
      await this.#outbox.put(encodeJson(name, text, Date.now() / 1000));
    } else await this.#outbox.put(encodeText(text));
  }

  /** Sends all that waits, and closes the sending side. */
  async end(): Promise<void> {
    await this.#outbox.flush();
    await this.#conn.closeWrite();
  }

  /**
   * Shows what comes, to the server's close.
   *
   * @throws {Failure} exit 4 when we are sent away.
   * @throws {ProtocolError} when the server breaks the rules of the dialect.
   */
  async receive(): Promise<void> {
    for (;;) {
      // Waits without taking: the next bytes may be a file that is asked for meanwhile.
      await this.#conn.peek((bytes) => bytes.length > 0 || undefined);
      this.activeAt = performance.now();
      if (this.#bare) {
        const { id, done } = this.#bare;
        this.#tell(await this.#options.files.receiveBare(this.#conn, id));
        this.#bare = undefined;
        done();
        continue;
      }
      const batch = await this.#conn.receive();
      if (batch === null) return;
      this.activeAt = performance.now();
      if (this.#conn.dialect === "native") await this.#takeNative(batch);
      else this.#options.show(batch.flatMap((payload) => this.#linesOf(payload)), "message");
    }
  }

  async #command(line: string): Promise<void> {
    const command = parseCommand(line);
    const { dialect } = this.#conn;
    if (dialect === "json") return await this.say(line);
    if (command.name === "get") return await this.#get(command.argument);
    if (dialect === "native") return await this.#outbox.put(encodeNative(command));
    const bare = dialect === "raw" && /^(status|list)$/.test(command.name);
    await this.say(bare ? line.slice(1) : line);
  }

  async #get(name: string): Promise<void> {
    let id: number;
    try {
      id = await this.#options.files.expect(name);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return this.#tell({ line: error.line, failed: true });
    }
    if (this.#conn.dialect === "native") {
      const get: Message = { type: "command", name: "get", argument: name, id };
      return await this.#outbox.put(encodeNative(get));
    }
    // Bare bytes follow: what was asked before must have been answered first.
    await this.#outbox.flush();
    const patience = performance.now() + MARKER_STALL_MS; // a busy room may never be quiet
    while (performance.now() < Math.min(patience, this.activeAt + MARKER_GAP_MS)) {
      await sleep(MARKER_GAP_MS / 5);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#bare = { id, done: resolve };
    await this.say(this.#conn.dialect === "raw" ? `get ${name}` : `/get ${name}`);
    await promise;
  }

  async #takeNative(batch: Uint8Array[]): Promise<void> {
    for (const payload of batch) {
      const message = decodeNative(payload);
      const outcome = await this.#options.files.take(message);
      if (outcome) this.#tell(outcome);
      else if (message.type === "bye") bye(message.code, message.reason, this.#options.show);
      else if (message.type !== "block" && message.type !== "file" && message.type !== "end") {
        this.#options.show(textLines(message), kindOf(message));
        if (message.type === "reply" && message.name) this.#options.renamed(message.name);
      }
    }
  }

  #linesOf(payload: Uint8Array): string[] {
    if (this.#conn.dialect === "json") {
      const { from, text } = decodeJson(payload);
      return textLines({ type: "chat", from, text });
    }
    // A server of any make: what is no UTF-8 is shown as far as it goes.
    const text = new TextDecoder().decode(payload);
    return textLines({ type: "reply", text });
  }

  #tell({ line, failed }: { line: string; failed: boolean }): void {
    this.failed ||= failed;
    this.#options.show([line], failed ? "error" : "result");
  }
}

function bye(code: string, reason: string, show: ClientOptions["show"]): void {
  if (code === "kicked") throw new Failure(`Cannot stay: ${reason}`, Exit.refused);
  if (code === "protocol") throw new Failure(`Cannot go on: ${reason}`, Exit.lost);
  show([reason], "notice");
}

function kindOf(message: Message): LineKind {
  if (message.type === "chat") return message.private ? "private" : "message";
  if (message.type === "notice" || message.type === "error") return message.type;
  return "message";
}
