/**
 * What every measurement needs: medians, processor time, deadlines, and sockets whose every failure
 * is an error of the run. A peer that refuses, closes early or answers wrongly is never a zero.
 *
 * @module
 */

/** Of one run: the figure, and the processor cores that server and load generator kept busy. */
export interface Sample {
  readonly perSecond: number;
  readonly serverCores: number;
  readonly loadCores: number;
  /** From the first connect until every client had its first answer. */
  readonly connectSeconds?: number;
}

/** Longest wait for one step of a run (connecting, a checked answer, a burst), in milliseconds. */
export const STEP_MS = 30_000;

/** Linux counts processor time in hundredths of a second (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The result of `work`, or an error that names `what` after `ms` milliseconds. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Cannot ${what}: not done in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** User and system time of a process. */
export function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // from field 3, the state
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND; // utime + stime
}

/** Client sockets with TCP_NODELAY that are closed together. */
export class Clients implements Disposable {
  readonly conns: Deno.TcpConn[] = [];

  static async connect(port: number, count: number): Promise<Clients> {
    const clients = new Clients();
    try {
      await within(STEP_MS, `connect ${count} clients`, clients.#dial(port, count));
      return clients;
    } catch (error) {
      clients[Symbol.dispose]();
      throw error;
    }
  }

  async #dial(port: number, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      conn.setNoDelay(true);
      this.conns.push(conn);
    }
  }

  [Symbol.dispose](): void {
    for (const conn of this.conns) conn[Symbol.dispose]();
  }
}

export async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let written = await conn.write(bytes);
  while (written < bytes.length) written += await conn.write(bytes.subarray(written));
}

/** Reads exactly `length` bytes. */
export async function readExactly(conn: Deno.Conn, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = await conn.read(bytes.subarray(filled));
    if (count === null) throw new Error(`Cannot read an answer: closed after ${filled} bytes`);
    filled += count;
  }
  return bytes;
}
