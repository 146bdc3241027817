/**
 * Reverse echo under load: each client writes a block of 32-byte lines, awaits the whole answer and
 * repeats. A block of one line is ping-pong; a longer block keeps that many messages in flight.
 *
 * @module
 */

import { Clients, readExactly, type Sample, sleep, STEP_MS, Stopwatch } from "./measure.ts";
import { within, writeAll } from "./measure.ts";
import type { Server } from "./servers.ts";

export interface EchoLoad {
  readonly clients: number;
  /** Messages that one client has in flight. */
  readonly block: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

const MESSAGE_BYTES = 32;

/** Shared by all clients: what arrives under the clock is counted, not looked at. */
const sink = new Uint8Array(64 * 1024);

/** Messages answered per second. The first and the last block of each client are compared whole. */
export async function echoLoad(server: Server, load: EchoLoad): Promise<Sample> {
  using clients = await Clients.connect(server.port, load.clients);
  const blocks = clients.conns.map((_, client) => messages(client, load.block));
  const check = () =>
    within(
      STEP_MS,
      `check the answers of ${server.peer.name}`,
      Promise.all(clients.conns.map((conn, i) => checkedBlock(conn, blocks[i], server))),
    );

  await check();
  const tally = { bytes: 0, running: true };
  const work = Promise.all(clients.conns.map((conn, i) => exchange(conn, blocks[i], tally)));
  await Promise.race([work, sleep(load.warmUpMs)]);
  const before = tally.bytes;
  const watch = new Stopwatch(server.pid);
  await Promise.race([work, sleep(load.measureMs)]);
  const sample = watch.stop((tally.bytes - before) / MESSAGE_BYTES);
  tally.running = false;
  await within(STEP_MS, `finish with ${server.peer.name}`, work);
  await check();
  return sample;
}

async function exchange(
  conn: Deno.Conn,
  block: Uint8Array,
  tally: { bytes: number; running: boolean },
): Promise<void> {
  while (tally.running) {
    await writeAll(conn, block);
    let owed = block.length;
    while (owed > 0) {
      const count = await conn.read(sink);
      if (count === null) throw new Error(`Cannot go on: closed with ${owed} bytes unanswered`);
      owed -= count;
      tally.bytes += count;
    }
    if (owed < 0) throw new Error(`Cannot go on: ${-owed} bytes more than were asked for`);
  }
}

/** `count` different lines of 31 printable bytes and a newline, in one block. */
function messages(client: number, count: number): Uint8Array {
  let text = "";
  for (let i = 0; i < count; i++) {
    text += `client ${client} message ${i} `.padEnd(MESSAGE_BYTES - 1, "abcdefgh") + "\n";
  }
  return new TextEncoder().encode(text);
}

async function checkedBlock(conn: Deno.Conn, block: Uint8Array, server: Server): Promise<void> {
  await writeAll(conn, block);
  const answer = await readExactly(conn, block.length);
  if (!isReverse(answer, block, server.peer.answers)) {
    const shown = JSON.stringify(new TextDecoder().decode(answer.subarray(0, 2 * MESSAGE_BYTES)));
    throw new Error(`Cannot trust ${server.peer.name}: its answer begins with ${shown}`);
  }
}

function isReverse(answer: Uint8Array, block: Uint8Array, by: "lines" | "chunks"): boolean {
  const expected = block.slice();
  if (by === "lines") {
    for (let start = 0; start < block.length; start += MESSAGE_BYTES) {
      expected.subarray(start, start + MESSAGE_BYTES - 1).reverse();
    }
  } else if (block.length === MESSAGE_BYTES) {
    expected.reverse();
  } else { // where the server's chunks began cannot be known: the same bytes in some order
    expected.sort();
    answer.sort();
  }
  return expected.every((byte, i) => byte === answer[i]);
}
