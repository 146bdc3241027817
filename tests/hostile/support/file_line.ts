/**
 * A share and a native client of it in one process, to ask thousands of things.
 *
 * @module
 */
import type { FileService } from "../../../lib/files/service.ts";
import { FileSession } from "../../../lib/files/session.ts";
import { Share } from "../../../lib/files/share.ts";
import { type UploadOptions, Uploads } from "../../../lib/files/uploads.ts";
import { Connection } from "../../../lib/net/connection.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { decodeNative, encodeNative } from "../../../lib/wire/native_message.ts";
import { socketPair } from "../../support/sockets.ts";

/** How a share is served to a {@linkcode FileLine}. */
export interface LineOptions extends UploadOptions {
  /** As in {@linkcode Share.open}. */
  byPath?: boolean;
  /** Whether clients may put files. */
  writable?: boolean;
  /** Who asks. */
  owner?: string;
}

/** Questions sent before their answers are read. */
const AHEAD = 256;

/** A client's line to a share, served by a session of its own; dispose to end both. */
export class FileLine implements AsyncDisposable {
  /** The client's end. */
  readonly conn: Connection;
  /** What is served. */
  readonly service: FileService;
  readonly #serving: Promise<void>;
  readonly #owned: boolean;

  private constructor(
    conn: Connection,
    service: FileService,
    serving: Promise<void>,
    owned: boolean,
  ) {
    this.conn = conn;
    this.service = service;
    this.#serving = serving;
    this.#owned = owned;
  }

  /** Opens a share, and a line to it. */
  static async open(folder: string, options: LineOptions = {}): Promise<FileLine> {
    const { byPath, writable, dropbox = false, owner } = options;
    const share = await Share.open(folder, { byPath });
    const uploads = writable || dropbox ? new Uploads(share, options) : undefined;
    const log = () => {};
    const close = () => share[Symbol.asyncDispose]();
    const service = { share, uploads, dropbox, log, [Symbol.asyncDispose]: close } as FileService;
    return await FileLine.to(service, owner, true);
  }

  /** One more line to a service that is another's. */
  static async to(service: FileService, owner?: string, owned = false): Promise<FileLine> {
    const [near, far] = await socketPair();
    const conn = new Connection(near);
    conn.speak("native");
    return new FileLine(conn, service, serve(new Connection(far), service, owner), owned);
  }

  /** Sends messages. */
  async send(...messages: Message[]): Promise<void> {
    await this.conn.send(messages.map(encodeNative));
  }

  /** Calls `each` with every message that comes, until it says true. */
  async hear(each: (message: Message) => boolean | void): Promise<void> {
    for (;;) {
      const batch = await this.conn.receive();
      if (batch === null) throw new Error("the server has closed");
      let over = false;
      // Bytes of blocks are views: whoever keeps them copies them.
      for (const payload of batch) over = each(decodeNative(payload)) || over;
      if (over) return;
    }
  }

  /**
   * Asks all of these, whose ids are their positions, and calls `told` with each message that comes
   * for one of them. What a `want` asks for is `content`.
   */
  async askAll(
    questions: readonly Message[],
    told: (question: number, message: Message) => void,
    content = "",
  ): Promise<void> {
    const bytes = new TextEncoder().encode(content);
    for (let at = 0; at < questions.length; at += AHEAD) {
      const some = questions.slice(at, at + AHEAD);
      let open = some.length;
      const wanted: Promise<void>[] = [];
      const hearing = this.hear((message) => {
        const { id } = message as { id: number };
        told(id, message);
        if (message.type === "want") wanted.push(this.#give(id, bytes));
        const over = /^(error|end|saved)$/.test(message.type) ||
          (message.type === "listing" && !message.more);
        return over && --open === 0;
      });
      await Promise.all([this.send(...some), hearing]);
      await Promise.all(wanted);
    }
  }

  async #give(id: number, bytes: Uint8Array): Promise<void> {
    const { hash } = await import("node:crypto");
    const root = hash("sha256", bytes.length > 0 ? hash("sha256", bytes, "buffer") : bytes);
    await this.send(
      { type: "file", id, name: "x", size: bytes.length, from: 0 },
      ...(bytes.length > 0 ? [{ type: "block", id, bytes } as const] : []),
      { type: "end", id, hash: root },
    );
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.conn.close();
    await this.#serving;
    if (this.#owned) await this.service[Symbol.asyncDispose]();
  }
}

async function serve(conn: Connection, service: FileService, owner?: string): Promise<void> {
  using _conn = conn;
  conn.speak("native");
  await using session = new FileSession(conn, service);
  try {
    for (;;) {
      const batch = await conn.receive();
      if (batch === null || !await session.answer(batch, owner)) return;
    }
  } catch (error) {
    if (
      !(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset)
    ) {
      throw error;
    }
  }
}
