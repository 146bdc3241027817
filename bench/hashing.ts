/**
 * Where to hash: in the loop that moves the bytes, in WebCrypto's threads, or in a worker.
 *
 * @module
 */

import { createHash, hash } from "node:crypto";
import { median } from "./measure.ts";

/** One way to hash, and what it reached in each run. */
export interface HashResult {
  readonly name: string;
  readonly gigabytesPerSecond: number[];
}

const BLOCK_BYTES = 1024 * 1024;

/** Those that hash elsewhere have two blocks under way, as the transfer has. */
const UNDER_WAY = 2;

/** Hashes `blocks` blocks of 1 MiB in each way and run. */
export async function hashSpeeds(blocks: number, runs: number): Promise<HashResult[]> {
  const remote = new Worker(new URL("hash_worker.ts", import.meta.url), { type: "module" });
  const ways: [name: string, pass: () => Promise<void> | void][] = [
    ["node:crypto hash, inline, each block", () => inline(blocks)],
    ["node:crypto createHash, inline, all blocks", () => stream(blocks)],
    ["crypto.subtle, two blocks under way", () => apart(blocks, subtle)],
    ["node:crypto hash in a worker, two blocks under way", () => apart(blocks, inWorker(remote))],
  ];
  const results = ways.map(([name]) => ({ name, gigabytesPerSecond: [] as number[] }));
  try {
    for (let run = -1; run < runs; run++) { // the first warms up
      for (const [i, [, pass]] of ways.entries()) {
        const start = performance.now();
        await pass();
        const rate = blocks * BLOCK_BYTES / (performance.now() - start) / 1e6;
        if (run >= 0) results[i].gigabytesPerSecond.push(rate);
      }
    }
  } finally {
    remote.terminate();
  }
  return results.toSorted((a, b) => median(b.gigabytesPerSecond) - median(a.gigabytesPerSecond));
}

function inline(blocks: number): void {
  const block = filled();
  for (let i = 0; i < blocks; i++) hash("sha256", block, "buffer");
}

function stream(blocks: number): void {
  const block = filled();
  const all = createHash("sha256");
  for (let i = 0; i < blocks; i++) all.update(block);
  all.digest();
}

/** Hashes a block somewhere else and gives the block back. */
type HashApart = (block: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;

async function apart(blocks: number, hash: HashApart): Promise<void> {
  let started = 0;
  await Promise.all(Array.from({ length: UNDER_WAY }, async () => {
    let block = filled();
    while (started++ < blocks) block = await hash(block);
  }));
}

const subtle: HashApart = async (block) => {
  await crypto.subtle.digest("SHA-256", block);
  return block;
};

/** Blocks are transferred there and back, not copied; they come back in the order they went. */
function inWorker(worker: Worker): HashApart {
  const waiting: ((block: Uint8Array<ArrayBuffer>) => void)[] = [];
  worker.onmessage = ({ data }) => waiting.shift()!(data);
  return (block) => {
    const { promise, resolve } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    waiting.push(resolve);
    worker.postMessage(block, [block.buffer]);
    return promise;
  };
}

function filled(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(BLOCK_BYTES).fill(7);
}
