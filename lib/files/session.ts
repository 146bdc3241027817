/**
 * One client's requests to a share, answered one after the other.
 *
 * @module
 */
import { type Account, may } from "../base/account.ts";
import { ProtocolError } from "../base/errors.ts";
import { LISTING_ENTRIES, TRANSFER_STALL_MS, TRANSFERS } from "../base/limits.ts";
import { safe } from "../base/safe_text.ts";
import type { Connection } from "../net/connection.ts";
import { Watchdog } from "../net/farewell.ts";
import { sendMessage } from "../net/send_message.ts";
import { readMessage } from "../wire/dialect.ts";
import type { Put } from "../wire/file_message.ts";
import { type Command, type Message, parseCommand, replyOf } from "../wire/message.ts";
import type { Piece } from "./incoming.ts";
import { IS_FOLDER } from "./bare.ts";
import { checkDialect, sendBare, sendNative } from "./send.ts";
import type { Share } from "./share.ts";
import type { FileService } from "./service.ts";
import type { Upload } from "./uploads.ts";

/** One connection to the files of a server. */
export class FileSession implements AsyncDisposable {
  readonly #conn: Connection;
  readonly #service: FileService;
  readonly #uploads = new Map<number, Upload>();
  #writes = true;
  #watchdog?: Watchdog;

  /** The connection stays the caller's. */
  constructor(conn: Connection, service: FileService) {
    this.#conn = conn;
    this.#service = service;
  }

  /**
   * Answers a batch of payloads; false once it holds an `exit`. `owner` is who asks, which is proven
   * where there is an account.
   */
  async answer(batch: Uint8Array[], owner?: string, account?: Account): Promise<boolean> {
    this.#writes = may(account, "write");
    for (const payload of batch) {
      let id: number | undefined;
      try {
        const message = readMessage(this.#conn.dialect, payload);
        if ("id" in message) id = message.id;
        const request = message.type === "chat" ? parseCommand(message.text) : message;
        if (request.type === "command" && request.name === "exit") return false;
        await this.#take(request, owner);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        await sendMessage(this.#conn, { type: "error", text: error.message, id });
      }
    }
    return true;
  }

  /** Gives up what is under way; parts stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [...this.#uploads.keys()]) await this.#end(id);
  }

  async #take(message: Message, owner?: string): Promise<void> {
    switch (message.type) {
      case "command":
        return await this.#answerCommand(message, owner);
      case "put":
        return await this.#begin(message, owner);
      case "file":
      case "block":
      case "end":
        return await this.#receive(message, owner);
      case "error":
        await this.#end(message.id);
        throw new ProtocolError("given up"); // an upload, by whoever put it
      default:
        throw new ProtocolError(`a client does not send "${message.type}" here`);
    }
  }

  async #answerCommand(command: Command, owner?: string): Promise<void> {
    const { name, argument, id } = command;
    const { share, dropbox } = this.#service;
    if (name !== "get" && name !== "list") {
      return await sendMessage(this.#conn, { type: "reply", text: this.#help() });
    }
    if (dropbox) throw new ProtocolError("this server takes files and shows none");
    if (name === "get") {
      await sendFile(this.#conn, share, command);
      return this.#service.audit?.({ event: "fetched", name: owner, file: argument });
    }
    if (id !== undefined && this.#conn.dialect === "native") return await this.#list(argument, id);
    const names = await share.list(argument);
    await sendMessage(this.#conn, replyOf(names.length > 0 ? names : ["No files"]));
  }

  async #list(folder: string, id: number): Promise<void> {
    const entries = await this.#service.share.entries(folder);
    for (let at = 0; at === 0 || at < entries.length; at += LISTING_ENTRIES) {
      const more = at + LISTING_ENTRIES < entries.length;
      const some = entries.slice(at, at + LISTING_ENTRIES);
      await sendMessage(this.#conn, { type: "listing", id, entries: some, more });
    }
  }

  async #begin(put: Put, owner?: string): Promise<void> {
    const { uploads } = this.#service;
    if (!uploads) {
      throw new ProtocolError("this server takes no files (it was started without --writable)");
    }
    if (!this.#writes) throw new ProtocolError("guests put no files here");
    if (this.#uploads.has(put.id) || this.#uploads.size >= TRANSFERS) {
      throw new ProtocolError("too many transfers at once, or two of one number");
    }
    if (put.name.endsWith("/")) {
      const name = await uploads.makeFolder(put, owner);
      return await sendMessage(this.#conn, { type: "saved", id: put.id, name });
    }
    const upload = await uploads.begin(put, owner);
    this.#uploads.set(put.id, upload);
    // A client that vanished must not keep others, or its own next try, from the file.
    this.#watchdog ??= new Watchdog(this.#conn, TRANSFER_STALL_MS, { bothWays: true }).start();
    await sendMessage(this.#conn, upload.want);
  }

  async #receive(
    message: Piece,
    owner?: string,
  ): Promise<void> {
    const { id } = message;
    const upload = this.#uploads.get(id);
    if (!upload) return; // it was refused or given up, and these were under way
    let name: string | undefined;
    try {
      name = await upload.take(message);
    } catch (error) {
      await this.#end(id);
      throw error;
    }
    if (name === undefined) return;
    await this.#end(id);
    this.#service.audit?.({ event: "put", name: owner, file: name, bytes: upload.fetched });
    this.#service.log(safe`${owner ?? "A client"} put ${name}: ${upload.fetched} bytes`);
    await sendMessage(this.#conn, { type: "saved", id, name });
  }

  async #end(id: number | undefined): Promise<void> {
    const upload = id === undefined ? undefined : this.#uploads.get(id);
    if (!upload) return;
    this.#uploads.delete(id!);
    if (this.#uploads.size === 0) {
      this.#watchdog?.[Symbol.dispose]();
      this.#watchdog = undefined;
    }
    await upload[Symbol.asyncDispose]();
  }

  #help(): string {
    return this.#service.dropbox ? "Commands: exit" : "Commands: list [FOLDER], get FILE, exit";
  }
}

/**
 * Sends a file of a share as the connection's dialect has it.
 *
 * @throws {ProtocolError} before anything was sent when there is no such file, or when it cannot go
 * over this dialect; after that, when it changed or can no longer be read.
 */
export async function sendFile(
  conn: Connection,
  share: Share,
  { argument, id = 0, from, hash, strict }: Command,
): Promise<void> {
  checkDialect(conn);
  const native = conn.dialect === "native";
  await using source = await share.openFile(argument).catch(async (error) => {
    throw native && await share.hasFolder(argument) ? new ProtocolError(IS_FOLDER) : error;
  });
  try {
    if (native) await sendNative(conn, source, { id, from, hash, strict });
    else await sendBare(conn, source);
  } catch (error) {
    if (error instanceof ProtocolError) share.forget(source);
    throw error;
  }
}
