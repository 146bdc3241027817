import { assert, assertEquals, assertRejects } from "@std/assert";
import { isClosed } from "../../../lib/base/errors.ts";
import { FRAME_BYTES, READ_BUFFER_BYTES } from "../../../lib/base/limits.ts";
import { BufferPool } from "../../../lib/net/buffer_pool.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { LengthFraming } from "../../../lib/wire/length_framing.ts";
import { ScriptedSocket, socketPair } from "../../support/sockets.ts";

const framing = new LengthFraming(FRAME_BYTES);
const LARGE = frameAll(framing, [new Uint8Array(FRAME_BYTES).fill(7)]);
const SMALL = frameAll(framing, [new Uint8Array(10)]);
const BEGUN = LARGE.subarray(0, 100);
const PATIENT = 1e6;

function poolOf(most: number, patienceMs = PATIENT): BufferPool {
  return new BufferPool(FRAME_BYTES + 4, most, patienceMs);
}

/** All that a server has: small buffers without end, and the large ones. */
function poolsWith(pool: BufferPool): BufferPool[] {
  return [new BufferPool(READ_BUFFER_BYTES, Infinity, PATIENT), pool];
}

/** A native connection that has got `chunks`, and waits for more. */
function waiting(pool: BufferPool, chunks: Uint8Array[]) {
  const more = Promise.withResolvers<Uint8Array>();
  const socket = new ScriptedSocket([...chunks, more.promise]);
  const conn = new Connection(socket, poolsWith(pool));
  conn.speak("native");
  let evicted = 0;
  conn.evicted = () => evicted++;
  return { conn, more, socket, evicted: () => evicted };
}

/** Waits until everything that is ready has been read. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

Deno.test("what fits the ordinary buffer borrows nothing", async () => {
  const pool = poolOf(1);
  using conn = waiting(pool, [SMALL, SMALL, SMALL.subarray(0, 9)]).conn;
  await conn.receive();
  await conn.receive();
  conn.receive().catch(() => {});
  await settle();
  assertEquals(pool.lent, 0);
});

Deno.test("a large frame borrows from its first bytes on, and small ones give back", async () => {
  const pool = poolOf(1);
  const { conn, more } = waiting(pool, [BEGUN]);
  using _conn = conn;
  const receiving = conn.receive();
  await settle();
  assertEquals(pool.lent, 1);
  more.resolve(LARGE.subarray(100));
  assertEquals((await receiving)![0], new Uint8Array(FRAME_BYTES).fill(7));
  const small = waiting(pool, [SMALL, SMALL]).conn;
  for (let i = 0; i < 2; i++) await small.receive();
  small.close();
  conn.close();
  assertEquals(pool.lent, 0);
});

Deno.test("one too many waits, and gets the same memory when it is given back", async () => {
  const pool = poolOf(1);
  const first = waiting(pool, [BEGUN]), second = waiting(pool, [BEGUN, LARGE.subarray(100)]);
  first.conn.receive().catch(() => {});
  await settle();
  const receiving = second.conn.receive();
  await settle();
  assertEquals([pool.lent, pool.isWanted], [1, true]);
  first.conn.close();
  first.more.reject(new Deno.errors.Interrupted("closed"));
  assertEquals((await receiving)![0].length, FRAME_BYTES);
  assertEquals([pool.lent, pool.isWanted], [1, false]);
  second.conn.close();
  assertEquals(pool.lent, 0);
});

Deno.test("frames that come one behind the other take turns with who waits", async () => {
  const pool = poolOf(1);
  const busy = waiting(pool, Array(4).fill(LARGE)), other = waiting(pool, Array(4).fill(LARGE));
  let frames = 0;
  const all = async ({ conn }: { conn: Connection }) => {
    for (let i = 0; i < 4; i++, frames++) assertEquals((await conn.receive())!.length, 1);
    conn.close();
  };
  await Promise.all([all(busy), all(other)]);
  assertEquals([frames, pool.lent], [8, 0]);
});

Deno.test("who does not end a frame while others wait is let go, and told so", async () => {
  const pool = poolOf(1, 0);
  const slow = waiting(pool, [BEGUN]);
  const ending = assertRejects(() => slow.conn.receive());
  await settle();
  const second = waiting(pool, [BEGUN, LARGE.subarray(100)]);
  const receiving = second.conn.receive();
  while (!slow.socket.closed) await settle();
  slow.more.reject(new Deno.errors.Interrupted("closed"));
  assert(isClosed(await ending));
  assertEquals((await receiving)![0].length, FRAME_BYTES);
  assertEquals([slow.evicted(), second.evicted()], [1, 0]);
  second.conn.close();
});

Deno.test("who closes while it waits for memory waits no more", async () => {
  const pool = poolOf(1);
  const first = waiting(pool, [BEGUN]), second = waiting(pool, [BEGUN]);
  for (const { conn } of [first]) conn.receive().catch(() => {});
  await settle();
  const ending = assertRejects(() => second.conn.receive());
  await settle();
  second.conn.close();
  assert(isClosed(await ending));
  assertEquals(pool.isWanted, false);
  first.conn.close();
});

Deno.test("memory at which somebody still looks is not lent again", async () => {
  const pool = poolOf(1);
  const { conn } = waiting(pool, [LARGE]);
  const [payload] = (await conn.receive())!;
  conn.close();
  const other = waiting(pool, [frameAll(framing, [new Uint8Array(FRAME_BYTES)])]);
  await other.conn.receive();
  assertEquals([payload[0], payload.at(-1)], [7, 7]);
  other.conn.close();
});

Deno.test("over sockets an unfinished frame is let go, and the next one comes whole", async () => {
  const pool = poolOf(1, 0);
  const pairs = await Promise.all([socketPair(), socketPair()]);
  const [first, second] = pairs.map(([, server]) => {
    const conn = new Connection(server, poolsWith(pool));
    conn.speak("native");
    return conn;
  });
  const ending = assertRejects(() => first.receive());
  await pairs[0][0].write(BEGUN);
  while (pool.lent === 0) await settle();
  const receiving = second.receive();
  await pairs[1][0].write(BEGUN);
  assert(isClosed(await ending));
  const rest = LARGE.subarray(100);
  for (let at = 0; at < rest.length;) at += await pairs[1][0].write(rest.subarray(at));
  assertEquals((await receiving)![0].length, FRAME_BYTES);
  for (const conn of [first, second]) conn.close();
  for (const [client] of pairs) client.close();
  assertEquals(pool.lent, 0);
});
