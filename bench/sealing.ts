/**
 * Where to seal: in the loop that moves the bytes, or in a worker beside it.
 *
 * @module
 */

import { chaCha20Poly1305 } from "../lib/wire/ciphers/chacha20_poly1305.ts";
import { cpuSeconds, type Sample, writeAll } from "./measure.ts";
import { beside, PYTHON } from "./process.ts";

type Seal = (batch: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> | Uint8Array;

/** Batches that wait to come back from the worker while others are written. */
export const UNDER_WAY = 4;

/** Batches a second that are sealed and sent over loopback to a program, the load, that drops them. */
export async function sealAndSend(inWorker: boolean, bytes: number, ms: number): Promise<Sample> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const args = [beside("recv_into.py"), `${listener.addr.port}`];
  const reader = new Deno.Command(PYTHON, { args, stdout: "null" }).spawn();
  const seal = inWorker ? new SealingWorker() : undefined;
  const key = new Uint8Array(32);
  const cipher = chaCha20Poly1305({ key, context: key, role: "server" });
  try {
    using conn = await listener.accept();
    const way: Seal = (batch) => seal ? seal.seal(batch) : cipher.seal(batch);
    await move(conn, way, bytes, ms / 4);
    const start = performance.now(), own = cpuSeconds(Deno.pid), load = cpuSeconds(reader.pid);
    const count = await move(conn, way, bytes, ms);
    const seconds = (performance.now() - start) / 1000;
    return {
      perSecond: count / seconds,
      serverCores: (cpuSeconds(Deno.pid) - own) / seconds, // the worker is a thread of this process
      loadCores: (cpuSeconds(reader.pid) - load) / seconds,
    };
  } finally {
    seal?.[Symbol.dispose]();
    await reader.status; // it ends with its connection
  }
}

/** Seals and sends for so long; how many batches it were. */
async function move(conn: Deno.Conn, seal: Seal, bytes: number, ms: number): Promise<number> {
  const end = performance.now() + ms;
  const waiting: ReturnType<Seal>[] = [];
  let count = 0;
  for (; performance.now() < end; count++) {
    waiting.push(seal(new Uint8Array(bytes))); // each is gathered anew, as a room does
    const ready = !(waiting[0] instanceof Promise) || waiting.length === UNDER_WAY;
    if (ready) await writeAll(conn, await waiting.shift()!);
  }
  for (const record of waiting) await writeAll(conn, await record);
  return count;
}

/** Batches are transferred there, and records back, not copied; they come back in order. */
class SealingWorker implements Disposable {
  readonly #worker = new Worker(new URL("seal_worker.ts", import.meta.url), { type: "module" });
  readonly #waiting: ((record: Uint8Array) => void)[] = [];

  constructor() {
    this.#worker.onmessage = ({ data }) => this.#waiting.shift()!(data);
  }

  seal(batch: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    this.#waiting.push(resolve);
    this.#worker.postMessage(batch, [batch.buffer]);
    return promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
