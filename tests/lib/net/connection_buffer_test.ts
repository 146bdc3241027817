import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import {
  FRAME_BYTES,
  READ_BUFFER_BYTES,
  READ_BUFFER_FIRST_BYTES,
} from "../../../lib/base/limits.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { frameAll } from "../../../lib/wire/framing.ts";
import { LengthFraming } from "../../../lib/wire/length_framing.ts";
import { bytesOf, concat } from "../../support/feed.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

const framing = new LengthFraming(FRAME_BYTES);

/** A frame of which each byte tells its place. */
function frame(length: number): Uint8Array {
  return frameAll(framing, [Uint8Array.from({ length }, (_, i) => i * 7)]);
}

/** Receives to the end; the lengths of the payloads, after looking at every byte. */
async function lengthsOf(socket: ScriptedSocket): Promise<number[]> {
  using conn = new Connection(socket);
  conn.speak("native");
  const lengths: number[] = [];
  for (;;) {
    const batch = await conn.receive();
    if (batch === null) return lengths;
    for (const payload of batch) {
      assert(payload.every((byte, i) => byte === (i * 7 & 0xff)));
      lengths.push(payload.length);
    }
  }
}

Deno.test("a connection starts with a small buffer, and keeps it while reads do not fill it", async () => {
  const socket = new ScriptedSocket([frame(10), frame(20), frame(30)]);
  assertEquals(await lengthsOf(socket), [10, 20, 30]);
  assertEquals(socket.offered, Array(4).fill(READ_BUFFER_FIRST_BYTES));
});

Deno.test("reads that fill the buffer grow it by fours, up to its bound", async () => {
  const small = Array(20_000).fill(frame(16));
  const socket = new ScriptedSocket([concat(small)]);
  assertEquals((await lengthsOf(socket)).length, small.length);
  assertEquals(socket.offered[0], READ_BUFFER_FIRST_BYTES);
  assert(socket.offered[1] > 3 * READ_BUFFER_FIRST_BYTES);
  assert(socket.offered.some((room) => room > READ_BUFFER_BYTES - 20));
  assert(Math.max(...socket.offered) <= READ_BUFFER_BYTES);
});

Deno.test("a frame that is larger than the buffer gets one that holds it, at once", async () => {
  const length = 300_000;
  const big = frame(length);
  const socket = new ScriptedSocket([big.subarray(0, 10), big.subarray(10)]);
  assertEquals(await lengthsOf(socket), [length]);
  assertEquals(socket.offered.slice(0, 2), [READ_BUFFER_FIRST_BYTES, length + 4 - 10]);
});

Deno.test("after a large frame the buffer goes back to its bound", async () => {
  const socket = new ScriptedSocket([frame(FRAME_BYTES), frame(1), frame(2)]);
  assertEquals(await lengthsOf(socket), [FRAME_BYTES, 1, 2]);
  assertEquals(socket.offered.at(-1), READ_BUFFER_BYTES);
});

Deno.test("a length beyond the limit is refused before anything is allocated for it", async () => {
  const socket = new ScriptedSocket([new Uint8Array([0xff, 0xff, 0xff, 0xff]), frame(1)]);
  const limited = `a frame of ${0xffffffff} bytes is over the limit of ${FRAME_BYTES}`;
  await assertRejects(() => lengthsOf(socket), ProtocolError, limited);
  assertEquals(socket.offered, [READ_BUFFER_FIRST_BYTES]);
});

Deno.test("frames of every size come through pieces of every size", async () => {
  const lengths = [0, 1, 1019, 1020, 1021, 4091, 4092, 4093, 65_531, 65_532, 65_533, 200_000, 3];
  const stream = concat(lengths.map(frame));
  for (const piece of [1009, 4096, 65_536, 65_537, stream.length]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += piece) chunks.push(stream.subarray(at, at + piece));
    assertEquals(await lengthsOf(new ScriptedSocket(chunks)), lengths, `pieces of ${piece}`);
  }
});

Deno.test("a rest is moved to the front, not lost, when its frame does not fit behind it", async () => {
  const first = frame(900), second = frame(200), third = frame(50);
  const stream = concat([first, second, third]);
  const socket = new ScriptedSocket([stream.subarray(0, 1000), stream.subarray(1000)]);
  assertEquals(await lengthsOf(socket), [900, 200, 50]);
  assertEquals(socket.offered[1], READ_BUFFER_FIRST_BYTES - (1000 - first.length));
});

Deno.test("a batch stays as it is while the next bytes arrive", async () => {
  const later = Promise.withResolvers<Uint8Array>();
  using conn = new Connection(new ScriptedSocket([bytesOf("one\ntw"), later.promise]));
  conn.speak("text");
  const batch = await conn.receive();
  // A peek may read on behind the batch; only the next receive may move it.
  const looking = conn.peek((bytes) => bytes.length > 3 || undefined);
  later.resolve(bytesOf("o\n"));
  assertEquals(await looking, true);
  assertEquals(new TextDecoder().decode(batch![0]), "one");
  assertEquals((await conn.receive())!.map((line) => new TextDecoder().decode(line)), ["two"]);
});
