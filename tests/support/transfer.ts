/**
 * File transfers for tests: contents, their hashes worked out anew, a watcher with a memory, and a
 * server of files in this process.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Failure, isClosed } from "../../lib/base/errors.ts";
import { FileClient } from "../../lib/files/client.ts";
import type { Outcome, Watcher } from "../../lib/files/outcome.ts";
import { FileService, type ServiceOptions } from "../../lib/files/service.ts";
import { FileSession } from "../../lib/files/session.ts";
import { Connection } from "../../lib/net/connection.ts";
import { Folder } from "./folder.ts";
import { socketPair } from "./sockets.ts";

/** Bytes in a block, as docs/protocol.md has it. */
export const MIB = 2 ** 20;

/** Bytes without a period that blocks could share; another `seed` gives others at every place. */
export function patterned(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** The SHA-256 of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The hash of a file of these bytes: SHA-256 of the SHA-256 of each MiB. */
export function rootOf(content: Uint8Array): string {
  const all = createHash("sha256");
  for (let at = 0; at < content.length; at += MIB) {
    all.update(createHash("sha256").update(content.subarray(at, at + MIB)).digest());
  }
  return all.digest("hex");
}

/** Remembers what it was told. */
export class Tally implements Watcher {
  readonly outcomes: Outcome[] = [];
  readonly failures: Record<string, Failure> = {};
  readonly told: [path: string, bytes: number, size: number][] = [];
  expected?: [files: number, bytes: number | undefined];
  /** Called with every progress. */
  onProgress?: (path: string, bytes: number) => void;

  expect(files: number, bytes?: number): void {
    this.expected = [files, bytes];
  }

  progress(path: string, bytes: number, size: number): void {
    this.told.push([path, bytes, size]);
    this.onProgress?.(path, bytes);
  }

  done(outcome: Outcome): void {
    this.outcomes.push(outcome);
  }

  failed(path: string, why: Failure): void {
    this.failures[path] = why;
  }

  /** Each path that failed, with the message. */
  get messages(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.failures).map(([path, { message }]) => [path, message]),
    );
  }

  /** The names of what is there, in order. */
  get names(): string[] {
    return this.outcomes.map(({ name }) => name);
  }
}

/** Two ends of a native connection over loopback. */
export async function nativePair(): Promise<[client: Connection, server: Connection]> {
  const ends = (await socketPair()).map((socket) => new Connection(socket));
  for (const conn of ends) conn.speak("native");
  return [ends[0], ends[1]];
}

/** A folder that is served in this process; dispose to close all connections and remove it. */
export class FileServer implements AsyncDisposable {
  readonly folder: Folder;
  readonly service: FileService;
  readonly log: string[];
  readonly #clients: FileClient[] = [];
  readonly #sessions: Promise<void>[] = [];

  private constructor(folder: Folder, service: FileService, log: string[]) {
    this.folder = folder;
    this.service = service;
    this.log = log;
  }

  static async make(
    files: Record<string, string | Uint8Array>,
    options: Omit<ServiceOptions, "log"> = {},
  ): Promise<FileServer> {
    const folder = await Folder.make(files);
    const log: string[] = [];
    const service = await FileService.open(folder.path, {
      ...options,
      log: (line) => void log.push(line),
    });
    return new FileServer(folder, service, log);
  }

  /** A new client of that name, without the greeting. */
  async connect(owner?: string): Promise<FileClient> {
    const [ours, theirs] = await nativePair();
    const client = new FileClient(ours);
    this.#clients.push(client);
    this.#sessions.push(this.#serve(theirs, owner));
    return client;
  }

  /** Closes all connections, and waits until the server has closed what it had open for them. */
  async cut(): Promise<void> {
    for (const client of this.#clients.splice(0)) {
      client[Symbol.dispose]();
      client.conn.close();
    }
    await Promise.all(this.#sessions.splice(0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut();
    await this.service[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }

  async #serve(conn: Connection, owner?: string): Promise<void> {
    using _conn = conn;
    await using session = new FileSession(conn, this.service);
    try {
      for (;;) {
        const batch = await conn.receive();
        if (batch === null || !await session.answer(batch, owner)) return;
      }
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }
}
