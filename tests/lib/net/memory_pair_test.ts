import { assert, assertEquals, assertRejects } from "@std/assert";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import { bytesOf } from "../../support/feed.ts";

async function writeAll(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
}

async function read(socket: Socket, most = 100): Promise<string | null> {
  const buffer = new Uint8Array(most);
  const count = await socket.read(buffer);
  return count === null ? null : new TextDecoder().decode(buffer.subarray(0, count));
}

Deno.test("each side reads what the other wrote, in order", async () => {
  const [a, b] = memoryPair(100);
  await writeAll(a, bytesOf("one"));
  await writeAll(b, bytesOf("two"));
  await writeAll(a, bytesOf("three"));
  assertEquals([await read(a), await read(b)], ["two", "onethree"]);
});

Deno.test("a write takes what there is room for, and a full side waits for its reader", async () => {
  const [a, b] = memoryPair(4);
  assertEquals(await a.write(bytesOf("abcdef")), 4);
  let written = false;
  const writing = a.write(bytesOf("ef")).then((count) => (written = true, count));
  await Promise.resolve();
  assert(!written);
  assertEquals(await read(b, 1), "a");
  assertEquals(await writing, 1);
  assertEquals(await read(b), "bcde");
});

Deno.test("a side that was half-closed is read to its end, and still hears", async () => {
  const [a, b] = memoryPair(10);
  await writeAll(a, bytesOf("bye"));
  await a.closeWrite();
  assertEquals([await read(b), await read(b), await read(b)], ["bye", null, null]);
  await writeAll(b, bytesOf("ok"));
  assertEquals(await read(a), "ok");
  await assertRejects(() => a.write(bytesOf("more")), Deno.errors.BrokenPipe);
});

Deno.test("closing ends what waits on either side", async () => {
  const [a, b] = memoryPair(1);
  await writeAll(b, bytesOf("x"));
  const full = assertRejects(() => b.write(bytesOf("y")), Deno.errors.BrokenPipe);
  const waiting = read(b);
  a.close();
  await full;
  assertEquals(await waiting, null);
  a.close();
  const [c, d] = memoryPair(1);
  const pending = assertRejects(() => read(c), Deno.errors.Interrupted);
  c.close();
  await pending;
  assertEquals(await read(d), null);
});
