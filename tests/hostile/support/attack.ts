/**
 * What attackers share: vanishing, what a server told them, and what they cost it.
 *
 * @module
 */
import { connect } from "node:net";
import { writeAll } from "../../support/peer.ts";
import type { Program } from "../../support/program.ts";
import type { Scene } from "./honest.ts";

/** Connects, sends, and resets the connection once the server has had its turn, or at once. */
export async function sendAndReset(
  scene: Scene,
  bytes: Uint8Array,
  { atOnce = false } = {},
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ port: scene.port, host: "127.0.0.1" });
  // The server may be the first to reset.
  socket.once("error", (error) => socket.pending ? reject(error) : resolve()).once(
    "close",
    resolve,
  );
  socket.write(bytes, async () => {
    if (!atOnce) await scene.round();
    socket.resetAndDestroy();
  });
  await promise;
}

/** Many connections of one attacker, which read nothing unless told to; dispose to close them. */
export class Mob implements Disposable {
  /** The connections. */
  readonly conns: readonly Deno.TcpConn[];

  private constructor(conns: Deno.TcpConn[]) {
    this.conns = conns;
  }

  /** Connects all of them at once. */
  static async connect(scene: Scene, size: number): Promise<Mob> {
    return new Mob(await Promise.all(Array.from({ length: size }, () => scene.connectDeaf())));
  }

  /** All say something, each its own, as far as the server takes it; how many bytes it took. */
  async say(words: (index: number) => string | Uint8Array): Promise<number> {
    const taken = await Promise.all(this.conns.map(async (conn, i) => {
      const said = words(i);
      const bytes = typeof said === "string" ? new TextEncoder().encode(said) : said;
      return await writeAll(conn, bytes).then(() => bytes.length, () => 0);
    }));
    return taken.reduce((sum, each) => sum + each, 0);
  }

  /**
   * All read until what has come to them matches, or to the end: what came to each, and behind it, in
   * clear, what a JSON client was told.
   */
  hear(pattern?: RegExp): Promise<string[]> {
    return Promise.all(this.conns.map(async (conn) => {
      const buffer = new Uint8Array(4096), decoder = new TextDecoder();
      for (let heard = "";;) {
        const inClear = [heard, ...toldOverJson(heard)].join("\n");
        if (pattern?.test(inClear)) return inClear;
        const count = await conn.read(buffer).catch(() => null);
        if (count === null) return inClear;
        heard += decoder.decode(buffer.subarray(0, count), { stream: true });
      }
    }));
  }

  /** All end their sending side. */
  async endSending(): Promise<void> {
    await Promise.all(this.conns.map((conn) => conn.closeWrite().catch(() => {})));
  }

  /** Closes all. */
  [Symbol.dispose](): void {
    for (const conn of this.conns) conn.close();
  }
}

/** What somebody was told beside the honest participants' words and the room's notices. */
export function withoutTheRoom(received: string): string {
  return received.replace(/^(\w+: word \d+|\* .*)\n/gm, "");
}

/** What the server told a JSON client itself, without notices. */
export function toldOverJson(received: string): string[] {
  return Array.from(received.matchAll(/\{"username":"(.*?)".*?"message":"(.*?)"\}/g))
    .filter(([, username]) => username === "Server")
    .map(([, , message]) => new TextDecoder().decode(Uint8Array.fromBase64(message)))
    .filter((text) => !text.startsWith("* "));
}

/** How much memory a program holds (Linux, proc(5)). */
export function residentBytes(program: Program): number {
  return statusBytes(program, "VmRSS");
}

/** How much memory a program ever held (Linux, proc(5)). */
export function peakBytes(program: Program): number {
  return statusBytes(program, "VmHWM");
}

function statusBytes({ pid }: Program, field: string): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)![1]) * 1024;
}

/** How many descriptors a program has open (Linux, proc(5)). */
export function openDescriptors({ pid }: Program): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}
