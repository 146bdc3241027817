/**
 * Memory of a file server whose many clients read slowly from a large file.
 *
 * @module
 */

import { readExactly, sleep, STEP_MS, within, writeAll } from "./measure.ts";
import { freePort, Process, untilListening } from "./process.ts";
import { LABWIRE } from "./peers.ts";

/** Memory of the server, in KiB. */
export interface SlowResult {
  readonly way: string;
  readonly samples: { readonly before: number; readonly peak: number }[];
}

export const SLOW_READERS = 50;
export const READ_BYTES = 64 * 1024;
export const PAUSE_MS = 100;

const FILE_BYTES = 1024 ** 3;
const NAME = "sparse.bin";
/** After this the server has started what it starts late. */
const SETTLE_MS = 1500;

const WAYS: Record<string, (conn: Deno.Conn) => Promise<void>> = {
  "native": askNative,
  "HTTP": (conn) => {
    return writeAll(conn, new TextEncoder().encode(`GET /${NAME} HTTP/1.1\r\nHost: x\r\n\r\n`));
  },
};

/** Measures each way once in each run, with readers that go on for `readMs`. */
export async function slowReaders(readMs: number, runs: number): Promise<SlowResult[]> {
  const folder = await Deno.makeTempDir({ prefix: "labwire-bench-" });
  try {
    await Deno.writeTextFile(`${folder}/${NAME}`, "");
    await Deno.truncate(`${folder}/${NAME}`, FILE_BYTES);
    const results = Object.keys(WAYS).map((way): SlowResult => ({ way, samples: [] }));
    for (let run = 0; run < runs; run++) {
      for (const { way, samples } of results) samples.push(await measure(folder, way, readMs));
    }
    return results;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(folder: string, way: string, readMs: number) {
  const port = freePort();
  await using server = await Process.start({
    args: [...LABWIRE, "fileserver", folder, `127.0.0.1:${port}`],
  });
  await untilListening(port, server);
  await sleep(SETTLE_MS);
  const before = memoryKiB(server.pid, "VmRSS");
  const readers = Array.from({ length: SLOW_READERS }, () => readSlowly(port, WAYS[way], readMs));
  await within(STEP_MS + readMs, `read slowly over ${way}`, Promise.all(readers));
  return { before, peak: memoryKiB(server.pid, "VmHWM") };
}

async function readSlowly(
  port: number,
  ask: (conn: Deno.Conn) => Promise<void>,
  readMs: number,
): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await ask(conn);
  const buffer = new Uint8Array(READ_BYTES);
  for (let elapsed = 0; elapsed < readMs; elapsed += PAUSE_MS) {
    if (await conn.read(buffer) === null) throw new Error("Cannot read on: the server closed");
    await sleep(PAUSE_MS);
  }
}

/** Greets and asks; what comes then is the file. */
async function askNative(conn: Deno.Conn): Promise<void> {
  await writeAll(conn, frame({ type: "hello", version: 1, cipher: "none", purpose: "files" }));
  const length = new DataView((await readExactly(conn, 4)).buffer).getUint32(0);
  const welcome = new TextDecoder().decode(await readExactly(conn, length));
  if (!welcome.includes('"welcome"')) throw new Error(`Cannot read on: no welcome, ${welcome}`);
  await writeAll(conn, frame({ type: "command", name: "get", argument: NAME, id: 1 }));
}

/** A native control message: a length of 4 bytes, kind 1, JSON. */
function frame(message: object): Uint8Array {
  const payload = new TextEncoder().encode(`\x01${JSON.stringify(message)}`);
  const bytes = new Uint8Array(4 + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length);
  bytes.set(payload, 4);
  return bytes;
}

function memoryKiB(pid: number, field: "VmRSS" | "VmHWM"): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const size = status.match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"))?.[1];
  if (size === undefined) throw new Error(`Cannot read the memory of process ${pid}`);
  return Number(size);
}
