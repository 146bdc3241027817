import { assert, assertEquals, assertRejects } from "@std/assert";
import { sleep, within } from "../../../lib/base/tasks.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import { pipe, type PipeOptions } from "../../../lib/net/pipe.ts";
import type { Socket } from "../../../lib/net/socket.ts";
import { bytesOf } from "../../support/feed.ts";
import { GROUNDS, ScriptedSocket, socketPair } from "../../support/sockets.ts";

const NEVER_MS = 60_000;

/** One end of a pipe, as it looks from outside. */
class End {
  /** All that came. */
  received = "";
  readonly conn: Connection;

  constructor(socket: Socket) {
    this.conn = new Connection(socket);
  }

  async send(text: string): Promise<void> {
    await this.conn.write(bytesOf(text));
  }

  /** Reads until `text` has come. */
  async sees(text: string): Promise<void> {
    while (!this.received.includes(text)) assert(await this.#read(), `no ${text} before the end`);
  }

  /** Reads to the end; all that came. */
  async sawEnd(): Promise<string> {
    while (await this.#read());
    return this.received;
  }

  async #read(): Promise<boolean> {
    const chunk = await this.conn.receiveChunk();
    if (chunk === null || chunk === "quiet") return false;
    this.received += new TextDecoder().decode(chunk);
    return true;
  }
}

/** A client and a server with a pipe between them; nothing is cut for being late unless told. */
function join(
  [near, clientSide]: [Socket, Socket],
  [serverSide, far]: [Socket, Socket],
  options: Partial<PipeOptions> = {},
) {
  const client = new End(near), server = new End(far);
  const inside = [new Connection(clientSide), new Connection(serverSide)];
  const ended = pipe(inside[0], inside[1], {
    signal: new AbortController().signal,
    idleMs: NEVER_MS,
    halfCloseMs: NEVER_MS,
    ...options,
  });
  return {
    client,
    server,
    inside,
    ended: within(20_000, ended, () => new Error("the pipe goes on")),
    [Symbol.dispose]: () => [client, server].forEach(({ conn }) => conn.close()),
  };
}

for (const [ground, pair] of GROUNDS) {
  Deno.test(`a pipe ${ground} carries bytes both ways, and ends with its server`, async () => {
    using all = join(await pair(), await pair());
    const { client, server } = all;
    await Promise.all([client.send("question?"), server.sees("question?")]);
    await Promise.all([server.send("answer!"), client.sees("answer!")]);
    await Promise.all([client.send("more?"), server.sees("more?")]);
    await Promise.all([
      server.send("more!").then(() => server.conn.closeWrite()),
      client.sawEnd(),
    ]);
    client.conn.close();
    await all.ended;
    assertEquals([client.received, server.received], ["answer!more!", "question?more?"]);
  });

  Deno.test(`a pipe ${ground} answers a client that has ended its side`, async () => {
    using all = join(await pair(), await pair());
    const { client, server } = all;
    await Promise.all([
      client.send("question?").then(() => client.conn.closeWrite()),
      server.sees("question?"),
    ]);
    await Promise.all([server.send("a late answer"), client.sees("a late answer")]);
    server.conn.close();
    await all.ended;
    assertEquals(await client.sawEnd(), "a late answer");
  });
}

Deno.test("what was peeked at goes through the pipe with the rest", async () => {
  const [near, clientSide] = await socketPair();
  const [serverSide, far] = await socketPair();
  using client = new End(near).conn;
  const server = new End(far);
  using _server = server.conn;
  const conn = new Connection(clientSide);
  await client.write(bytesOf("GET / HTTP/1.1\r\n"));
  await conn.peek((bytes) => bytes.length > 3 || undefined);
  const signal = new AbortController().signal;
  const ended = pipe(conn, new Connection(serverSide), { signal });
  await client.write(bytesOf("\r\n"));
  await server.sees("\r\n\r\n");
  assertEquals(server.received, "GET / HTTP/1.1\r\n\r\n");
  client.close();
  server.conn.close();
  await ended;
});

Deno.test("a client's end is passed on once the answers are silent", async () => {
  using all = join(await socketPair(), await socketPair(), { halfCloseMs: 1 });
  await all.client.send("question?");
  await all.client.conn.closeWrite();
  assertEquals(await all.server.sawEnd(), "question?");
  await all.server.send("the last word");
  all.server.conn.close();
  assertEquals(await all.client.sawEnd(), "the last word");
  await all.ended;
});

Deno.test("a client that is slow to take an answer is no silence", async () => {
  using all = join(memoryPair(1), memoryPair(10), { halfCloseMs: 1 });
  const { client, server } = all;
  await client.conn.closeWrite();
  let serverSawEnd = false;
  const atEnd = server.sawEnd().then(() => serverSawEnd = true);
  const answer = server.send("0123456789".repeat(3));
  while (client.received.length < 29) {
    await sleep(5);
    assertEquals([serverSawEnd, client.conn.bytesCome], [false, client.received.length]);
    await client.sees("0123456789".repeat(3).slice(0, client.received.length + 1));
  }
  await client.sees("0123456789".repeat(3));
  await answer;
  await atEnd;
  server.conn.close();
  await all.ended;
});

Deno.test("an answer arrives though the server reads no further", async () => {
  const { promise: gone, reject } = Promise.withResolvers<Uint8Array>();
  const [near, clientSide] = memoryPair(1000);
  using client = new End(near).conn;
  const taken = new ScriptedSocket([gone]); // it takes no more than nothing
  taken.gate = Promise.reject(new Deno.errors.BrokenPipe("the server does not read"));
  taken.gate.catch(() => {});
  const signal = new AbortController().signal;
  const ended = pipe(new Connection(clientSide), new Connection(taken), { signal });
  for (let n = 0; n < 100; n++) await client.write(bytesOf("an upload, ".repeat(50)));
  reject(new Deno.errors.ConnectionReset("the server is gone"));
  await client.closeWrite();
  await ended;
  assertEquals([await client.receiveChunk(), taken.closed > 0], [null, true]);
});

Deno.test("a client that goes on after the server's end is cut by a deadline", async () => {
  using all = join(memoryPair(10), memoryPair(10));
  all.server.conn.close();
  assertEquals(await all.client.sawEnd(), "");
  await all.ended;
  await assertRejects(() => all.client.send("more"), Deno.errors.BrokenPipe);
});

Deno.test("a pipe in which nothing moves is closed on both sides", async () => {
  using all = join(await socketPair(), await socketPair(), { idleMs: 1, halfCloseMs: 1 });
  assertEquals(await all.client.sawEnd(), "");
  assertEquals(await all.server.sawEnd(), "");
  all.server.conn.close();
  await all.ended;
});

Deno.test("a pipe ends at once when it is told to, whatever is under way", async (t) => {
  for (const when of ["before it begins", "while all wait", "while an answer is being taken"]) {
    await t.step(when, async () => {
      const stop = new AbortController();
      if (when === "before it begins") stop.abort();
      using all = join(memoryPair(1), memoryPair(1), { signal: stop.signal });
      if (when === "while an answer is being taken") {
        all.server.send("much").catch(() => {});
        await all.client.sees("m");
      }
      stop.abort();
      await all.ended;
      for (const conn of all.inside) await assertRejects(() => conn.write(bytesOf("x")));
    });
  }
});

Deno.test("a pipe tells of an error that is no closed socket", async () => {
  const odd = new ScriptedSocket([Promise.reject(new RangeError("a bug"))]);
  const [, server] = memoryPair(10);
  const signal = new AbortController().signal;
  await assertRejects(
    () => pipe(new Connection(odd), new Connection(server), { signal }),
    RangeError,
    "a bug",
  );
  assertEquals(odd.closed, 1);
});
