import { assert, assertEquals, assertRejects } from "@std/assert";
import { Connection } from "../../../lib/net/connection.ts";
import { readToEnd, sayGoodbye, Watchdog } from "../../../lib/net/farewell.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import { Peer } from "../../support/peer.ts";
import { bytesOf } from "../../support/feed.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

Deno.test("the last sentence arrives though the peer is still sending", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using peer = await Peer.connect((listener.addr as Deno.NetAddr).port);
  const conn = new Connection(await listener.accept());
  await peer.send(new Uint8Array(300_000));
  await conn.write(bytesOf("the last sentence\n"));
  const goodbye = sayGoodbye(conn);
  await peer.sawEnd();
  await peer.send(new Uint8Array(1000));
  await peer.close();
  await goodbye;
  assertEquals(peer.received, "the last sentence\n");
  await assertRejects(() => conn.write(bytesOf("closed")));
});

Deno.test("a goodbye to a peer that never ends its side is over by its deadline", async () => {
  const [near, far] = memoryPair(10);
  await sayGoodbye(new Connection(near));
  await assertRejects(() => far.write(bytesOf("x")), Deno.errors.BrokenPipe);
});

Deno.test("reading to the end passes over a connection that breaks, but over nothing else", async () => {
  using broken = new Connection(
    new ScriptedSocket([bytesOf("x"), Promise.reject(new Deno.errors.ConnectionReset("gone"))]),
  );
  await readToEnd(broken);
  using odd = new Connection(new ScriptedSocket([Promise.reject(new RangeError("a bug"))]));
  await assertRejects(() => readToEnd(odd), RangeError);
});

/** A connection whose peer takes as much as `taken` says, each time that it is looked at. */
function looksLike(taken: (look: number) => number): { conn: Connection; closed: Promise<void> } {
  const socket = new ScriptedSocket();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const conn = new Connection(socket);
  conn.close = resolve;
  let looks = 0;
  Object.defineProperty(conn, "bytesTaken", { get: () => taken(looks++) });
  return { conn, closed };
}

Deno.test("a watchdog closes a connection whose peer takes nothing", async () => {
  const { conn, closed } = looksLike(() => 5);
  using _watchdog = new Watchdog(conn, 1).start();
  await closed;
});

Deno.test("a watchdog leaves a peer alone that takes something, however little", async () => {
  let looks = 0;
  const enough = Promise.withResolvers<void>();
  const { conn, closed } = looksLike((look) => {
    if (look > 20) enough.resolve();
    return looks = look;
  });
  let wasClosed = false;
  closed.then(() => wasClosed = true);
  {
    using watchdog = new Watchdog(conn, 1).start();
    watchdog.start();
    await enough.promise;
  }
  assert(!wasClosed);
  assert(looks > 20);
});

Deno.test("a watchdog that was not started, or was called off, closes nothing", async () => {
  let looks = 0;
  const watched = looksLike(() => looks++);
  watched.closed.then(() => looks = Infinity);
  using _idle = new Watchdog(watched.conn, 1);
  {
    using _off = new Watchdog(watched.conn, 1).start();
  }
  const other = looksLike(() => 5);
  using _slower = new Watchdog(other.conn, 5).start();
  await other.closed;
  assertEquals(looks, 1, "one look, at the start of the one that was called off");
});
