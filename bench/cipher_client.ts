/**
 * Native clients of `labwire echo-reverse`, made of the library's own connection and greeting.
 *
 * @module
 */

import { greet } from "../lib/auth/greeting.ts";
import type { Keying } from "../lib/auth/keying.ts";
import { Connection } from "../lib/net/connection.ts";
import { dial } from "../lib/net/dial.ts";
import { secureClient } from "../lib/net/tls_client.ts";
import { decodeNative, encodeNative } from "../lib/wire/native_message.ts";

/** How a server is reached. */
export interface Way {
  readonly keying: Keying;
  /** SHA-256 of its certificate, where it speaks TLS. */
  readonly fingerprint?: string;
}

/** A block of messages that are in flight together. */
export interface Block {
  readonly depth: number;
  readonly bytes: number;
}

/** One client that has been taken in. */
export class CipherClient implements Disposable {
  readonly #conn: Connection;

  private constructor(conn: Connection) {
    this.#conn = conn;
  }

  static async connect(port: number, { keying, fingerprint }: Way): Promise<CipherClient> {
    const address = { hostname: "127.0.0.1", port };
    const plain = await dial(address);
    const socket = fingerprint ? await secureClient(plain, address, { fingerprint }) : plain;
    const client = new CipherClient(new Connection(socket));
    try {
      await greet(client.#conn, { keying });
      return client;
    } catch (error) {
      client[Symbol.dispose]();
      throw error;
    }
  }

  /** Sends a block over and over until `over`; `tell` hears of the answers as they come. */
  async exchange(block: Block, over: () => boolean, tell: (count: number) => void): Promise<void> {
    const payloads = texts(block).map((text) => encodeNative({ type: "chat", text }));
    while (!over()) {
      await this.#conn.send(payloads);
      for (let owed = block.depth; owed > 0;) {
        const batch = await this.#receive();
        owed -= batch.length;
        tell(batch.length);
      }
    }
  }

  /** Sends a block and compares every answer. */
  async check(block: Block): Promise<void> {
    const sent = texts(block);
    await this.#conn.send(sent.map((text) => encodeNative({ type: "chat", text })));
    for (let at = 0; at < sent.length;) {
      for (const payload of await this.#receive()) {
        const answer = decodeNative(payload);
        const wanted = [...sent[at++]].reverse().join("");
        if (answer.type === "reply" && answer.text === wanted) continue;
        throw new Error(`Cannot trust echo-reverse: it answers ${JSON.stringify(answer)}`);
      }
    }
  }

  async #receive(): Promise<Uint8Array[]> {
    const batch = await this.#conn.receive();
    if (batch === null) throw new Error("Cannot go on: echo-reverse has closed the connection");
    return batch;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

function texts({ depth, bytes }: Block): string[] {
  return Array.from({ length: depth }, (_, i) => `message ${i} `.padEnd(bytes, "abcdefgh"));
}
