/**
 * Servers of a few lines that do what no good server does, and native frames made by hand.
 *
 * @module
 */
import { writeAll } from "../../support/peer.ts";

export { writeAll };

/** A server that a test writes itself: each connection is handled, and then closed. */
export class Fake implements AsyncDisposable {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns: Deno.TcpConn[] = [];
  readonly #tasks: Promise<void>[] = [];

  /** Listens; errors of `handle`, such as a client that went away, are of no interest. */
  constructor(handle: (conn: Deno.TcpConn) => Promise<unknown>) {
    this.port = this.#listener.addr.port;
    this.#tasks.push(this.#accept(handle));
  }

  /** Cuts all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) conn[Symbol.dispose]();
    await Promise.allSettled(this.#tasks);
  }

  async #accept(handle: (conn: Deno.TcpConn) => Promise<unknown>): Promise<void> {
    for (;;) {
      const conn = await this.#listener.accept();
      this.#conns.push(conn);
      const handled = handle(conn).then(() => {}, () => {});
      this.#tasks.push(handled.finally(() => conn[Symbol.dispose]()));
    }
  }
}

/** Reads until `text` has come, or the end. */
export async function readTo(conn: Deno.TcpConn, text: string): Promise<string> {
  const decoder = new TextDecoder(), buffer = new Uint8Array(4096);
  let all = "";
  while (!all.includes(text)) {
    const count = await conn.read(buffer);
    if (count === null) break;
    all += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return all;
}

/** Takes a native client's hello, and welcomes it; what it said. */
export async function welcome(conn: Deno.TcpConn): Promise<string> {
  const said = await readTo(conn, "}");
  const features: string[] = ["files"];
  await writeAll(
    conn,
    frame({ type: "welcome", version: 1, name: "Ada", mode: "files", features }),
  );
  return said;
}

/** Welcomes native clients; those that come for files are handled, the others say what they will. */
export function forFiles(
  handle: (conn: Deno.TcpConn) => Promise<unknown>,
): (conn: Deno.TcpConn) => Promise<unknown> {
  return async (conn) => {
    const said = await welcome(conn);
    return said.includes('"purpose":"files"') ? await handle(conn) : await readTo(conn, "its end");
  };
}

/** A native control frame, made by hand: length, kind 1, JSON (docs/protocol.md). */
export function frame(message: Record<string, unknown>): Uint8Array {
  return framed(1, new TextEncoder().encode(JSON.stringify(message)));
}

/** A native frame that holds a block of file bytes. */
export function block(id: number, bytes: Uint8Array): Uint8Array {
  const body = new Uint8Array(4 + bytes.length);
  new DataView(body.buffer).setUint32(0, id);
  body.set(bytes, 4);
  return framed(2, body);
}

function framed(kind: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + body.length);
  new DataView(bytes.buffer).setUint32(0, 1 + body.length);
  bytes[4] = kind;
  bytes.set(body, 5);
  return bytes;
}
