import { assertEquals, assertRejects } from "@std/assert";
import { Connection } from "../../../lib/net/connection.ts";
import { certificate } from "../../support/certificates.ts";
import { anyBytes, sameBytes } from "../../e2e/support/lab.ts";
import { tlsPair } from "../../support/tls.ts";

const identity = await certificate();

Deno.test("bytes travel through TLS whole, in both directions at once", async () => {
  using pair = await tlsPair(identity);
  const sent = anyBytes(3_000_001);
  const from = new Connection(pair.client), to = new Connection(pair.server);
  async function collect(conn: Connection): Promise<Uint8Array> {
    const all = new Uint8Array(sent.length);
    for (let at = 0; at < all.length;) {
      const chunk = await conn.receiveChunk() as Uint8Array;
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
  const [there, back] = await Promise.all([
    collect(to),
    collect(from),
    from.write(sent),
    to.write(sent),
  ]);
  assertEquals([sameBytes(there, sent), sameBytes(back, sent)], [true, true]);
});

Deno.test("a half-close over TLS ends one direction only", async () => {
  for (const [closing, staying] of [["client", "server"], ["server", "client"]] as const) {
    using pair = await tlsPair(identity);
    const buffer = new Uint8Array(9);
    await pair[closing].closeWrite();
    await pair[closing].closeWrite();
    assertEquals(await pair[staying].read(buffer), null);
    await pair[staying].write(new Uint8Array(5));
    assertEquals(await pair[closing].read(buffer), 5);
    await pair[staying].closeWrite();
    assertEquals(await pair[closing].read(buffer), null);
  }
});

Deno.test("a close ends a pending read and a pending write over TLS, and may be repeated", async () => {
  using pair = await tlsPair(identity);
  const reading = assertRejects(() => pair.client.read(new Uint8Array(9)), Deno.errors.Interrupted);
  const block = new Uint8Array(1 << 20);
  let taken = 0;
  const stalled = Promise.withResolvers<void>();
  const writing = assertRejects(async () => {
    for (;;) {
      const write = pair.client.write(block);
      const late = setTimeout(stalled.resolve, 300); // nothing tells that a peer takes no more
      taken += await write.finally(() => clearTimeout(late));
    }
  });
  await stalled.promise;
  pair.client.close();
  pair.client.close();
  await reading;
  await writing;
  assertEquals(taken < 32 << 20, true, `${taken} bytes were taken for a peer that reads none`);
  await assertRejects(() => pair.client.write(block));
  await pair.client.closeWrite();
});
