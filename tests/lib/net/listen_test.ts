import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { listen, type ListenedSocket, serveConnections } from "../../../lib/net/listen.ts";
import { Peer } from "../../support/peer.ts";

const ANY_PORT = { hostname: "127.0.0.1", port: 0 };

/** A server whose handlers do what `handle` says; dispose to stop it and to wait for its end. */
function serve(handle: (socket: ListenedSocket) => Promise<void>) {
  const listener = listen(ANY_PORT);
  const stop = new AbortController();
  const log: string[] = [];
  const ended = serveConnections(listener, {
    handle,
    signal: stop.signal,
    log: (line) => log.push(line),
  });
  return {
    port: listener.address.port,
    log,
    stop: () => stop.abort(),
    ended,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

async function greet(socket: ListenedSocket): Promise<void> {
  await socket.write(new TextEncoder().encode("hello"));
}

Deno.test("a listener is ready when listen returns, on the port that it tells", async () => {
  using listener = listen(ANY_PORT);
  const { hostname, port } = listener.address;
  assertEquals(hostname, "127.0.0.1");
  assert(port > 0);
  using _peer = await Peer.connect(port);
  using _socket = await listener.accept();
});

Deno.test("a port that is in use is named, with what to do about it", () => {
  using listener = listen(ANY_PORT);
  const { port } = listener.address;
  const error = assertThrows(() => listen({ hostname: "127.0.0.1", port }), Failure);
  assertEquals(error.exit, Exit.unreachable);
  assertEquals(
    error.line,
    `Cannot listen on 127.0.0.1:${port}: the port is in use ` +
      "(stop the other program or choose another port)",
  );
});

Deno.test("an address that is not ours is told in words", () => {
  const error = assertThrows(() => listen({ hostname: "192.0.2.1", port: 0 }), Failure);
  assertEquals(error.exit, Exit.unreachable);
  assertMatch(error.line, /^Cannot listen on 192\.0\.2\.1:0: [^()]+$/);
});

Deno.test("a handler that fails leaves the others alone, and one line in the log", async () => {
  let count = 0;
  await using server = serve((socket) => {
    if (++count === 2) throw new RangeError("a bug\nin two lines");
    return greet(socket);
  });
  for (const expected of ["hello", "", "hello"]) {
    using peer = await Peer.connect(server.port);
    assertEquals(await peer.sawEnd(), expected);
    await peer.close();
  }
  assertEquals(server.log.length, 1);
  assertMatch(server.log[0], /^Connection from 127\.0\.0\.1:\d+ failed: a bug in two lines$/);
});

Deno.test("a connection that the peer broke is nobody's failure", async () => {
  await using server = serve(() => Promise.reject(new Deno.errors.ConnectionReset("reset")));
  using peer = await Peer.connect(server.port);
  await peer.sawEnd();
  assertEquals(server.log, []);
});

Deno.test("a handler's socket is closed after it, whether the handler closed it or not", async () => {
  await using server = serve((socket) => {
    socket.close();
    return Promise.resolve();
  });
  using peer = await Peer.connect(server.port);
  await peer.sawEnd();
  assertEquals(server.log, []);
});

Deno.test("a server that is stopped accepts nobody, and waits for its handlers", async () => {
  const finish = Promise.withResolvers<void>();
  const inside = Promise.withResolvers<void>();
  const server = serve(async (socket) => {
    inside.resolve();
    await finish.promise;
    await greet(socket);
  });
  using peer = await Peer.connect(server.port);
  await inside.promise;
  server.stop();
  let ended = false;
  server.ended.then(() => ended = true);
  // Refused, or reset if it came while the listener was closing: never served.
  const late = await Peer.connect(server.port).catch(() => undefined);
  assertEquals(await late?.sawEnd() ?? "", "");
  assert(!ended);
  finish.resolve();
  await server.ended;
  assertEquals(await peer.sawEnd(), "hello");
  await late?.close();
});

Deno.test("a server whose signal is aborted already accepts nobody", async () => {
  const listener = listen(ANY_PORT);
  await serveConnections(listener, {
    handle: greet,
    signal: AbortSignal.abort(),
    log: () => {},
  });
});

Deno.test("a failed accept is told, and tried again", async () => {
  const listener = listen(ANY_PORT);
  const accept = listener.accept.bind(listener);
  let failures = 2;
  listener.accept = () =>
    failures-- > 0 ? Promise.reject(new Error("Too many open files")) : accept();
  const stop = new AbortController();
  const log: string[] = [];
  const ended = serveConnections(listener, {
    handle: greet,
    signal: stop.signal,
    log: (line) => log.push(line),
  });
  using peer = await Peer.connect(listener.address.port);
  assertEquals(await peer.sawEnd(), "hello");
  stop.abort();
  await ended;
  const failed = "Cannot accept a connection: Too many open files; trying again in";
  assertEquals(log, [`${failed} 10 ms`, `${failed} 20 ms`]);
});
