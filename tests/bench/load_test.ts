import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { echoLoad, fanoutLoad, type Loaded } from "../../bench/load.ts";
import type { Sample } from "../../bench/measure.ts";
import type { Peer } from "../../bench/peers.ts";
import { freePort, isListening } from "../../bench/process.ts";
import { Programs } from "../../bench/programs.ts";
import { Server } from "../../bench/servers.ts";

const ECHO = { clients: 3, depth: 4, warmUpMs: 20, measureMs: 50 };
const FANOUT = { receivers: 3, aimMs: 40 };

/** What a server does with each chunk that comes; `all` are the connections so far. */
type Answer = (chunk: Uint8Array, conn: Deno.Conn, all: readonly Deno.Conn[]) => Promise<void>;

/** A server in this process, which answers as it is told, for as long as `work` takes. */
async function withServer(
  answer: Answer,
  work: (server: Loaded) => Promise<Sample>,
  peer: Partial<Peer> = {},
): Promise<Sample> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns: Deno.Conn[] = [], serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      serving.push(serve(conn, (chunk) => answer(chunk, conn, conns)));
    }
  })();
  const server: Loaded = {
    peer: { name: "a server", command: () => [], ...peer },
    port: listener.addr.port,
    pid: Deno.pid,
    state: () => "it runs",
    sockets: () => conns.length,
    async untilAccepted(before: number, count: number) {
      while (conns.length < before + count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
  try {
    return await work(server);
  } finally {
    listener.close();
    for (const conn of conns) close(conn);
    await Promise.all([accepting, ...serving]);
  }
}

async function serve(conn: Deno.Conn, answer: (chunk: Uint8Array) => Promise<void>) {
  try {
    for (const buffer = new Uint8Array(65536);;) {
      const count = await conn.read(buffer);
      if (count === null) break;
      await answer(buffer.subarray(0, count));
    }
  } catch {
    // the load has gone, or the answer has closed
  }
  close(conn);
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // it is closed already
  }
}

async function write(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

const reverseLines: Answer = async (chunk, conn) => {
  for (let start = 0; start < chunk.length;) { // blocks are short: they arrive whole
    const newline = chunk.indexOf(10, start);
    chunk.subarray(start, newline).reverse();
    start = newline + 1;
  }
  await write(conn, chunk);
};

const relay: Answer = async (chunk, conn, all) => {
  await Promise.all(all.filter((other) => other !== conn).map((other) => write(other, chunk)));
};

/** An answer that goes wrong from the third chunk of a connection on: that is under the clock. */
function later(wrong: Answer): Answer {
  const chunks = new Map<Deno.Conn, number>();
  return async (chunk, conn, all) => {
    const count = (chunks.get(conn) ?? 0) + 1;
    chunks.set(conn, count);
    await (count < 3 ? reverseLines : wrong)(chunk, conn, all);
  };
}

Deno.test("the load generators take right servers, and no wrong ones", async (t) => {
  using programs = await Programs.compile("-DSTEP_SECONDS=2");
  const echo = (server: Loaded) => echoLoad(programs, server, ECHO);
  const fanout = (server: Loaded) => fanoutLoad(programs, server, FANOUT);

  await t.step("a server that reverses lines", async () => {
    const sample = await withServer(reverseLines, echo);
    assert(sample.perSecond > 0 && sample.connectSeconds! > 0, JSON.stringify(sample));
  });

  await t.step("a server that reverses chunks, where it is one", async () => {
    const chunks: Answer = (chunk, conn) => write(conn, chunk.reverse());
    assert((await withServer(chunks, echo, { answers: "chunks" })).perSecond > 0);
    await assertRejects(() => withServer(chunks, echo), Error, "Cannot trust the peer");
  });

  const wrong: [name: string, answer: Answer, said: string][] = [
    ["that does not reverse", (chunk, conn) => write(conn, chunk), "Cannot trust the peer"],
    ["that drops everything", () => Promise.resolve(), "has not answered in time"],
    ["that drops something later", later(() => Promise.resolve()), "has not answered in time"],
    [
      "that closes",
      (_chunk, conn) => Promise.resolve(conn.close()),
      "closed a connection|Connection reset",
    ],
    [
      "that closes later",
      later((_chunk, conn) => Promise.resolve(conn.close())),
      "closed a connection|Connection reset",
    ],
    [
      "that answers twice later",
      later(async (chunk, conn) => {
        await write(conn, new Uint8Array([...chunk, ...chunk]));
      }),
      "more than was asked",
    ],
    [
      "that answers somebody else",
      async (chunk, conn, all) => {
        if (all.length === ECHO.clients) {
          await reverseLines(
            chunk,
            all.find((c) => c !== conn)!,
            all,
          );
        }
      },
      "Cannot trust the peer|has not answered in time",
    ],
  ];
  for (const [name, answer, said] of wrong) {
    await t.step(`not a server ${name}`, async () => {
      const error = await assertRejects(() => withServer(answer, echo), Error);
      assertMatch(error.message, new RegExp(said));
      assertMatch(error.message, /^Cannot measure a server: /);
    });
  }

  await t.step("not a server that refuses", async () => {
    const refusing = { peer: { name: "nobody", command: () => [] }, pid: Deno.pid, port: 1 };
    const server = {
      ...refusing,
      state: () => "",
      sockets: () => 0,
      untilAccepted: async () => {},
    };
    await assertRejects(() => echo(server), Error, "Connection refused");
  });

  await t.step("a room that relays, counted in bytes and in lines", async () => {
    for (const relays of ["bytes", "lines"] as const) {
      assert((await withServer(relay, fanout, { relays })).perSecond > 0);
    }
  });

  await t.step("not a room that leaves something out", async () => {
    let chunks = 0;
    const leaky: Answer = async (chunk, conn, all) => {
      await relay(++chunks === 2 ? chunk.subarray(0, 64) : chunk, conn, all);
    };
    const error = await assertRejects(() => withServer(leaky, fanout), Error);
    assertMatch(error.message, /has not answered in time|misses a marked line/);
  });
});

Deno.test("a server that does not start, or ends, is an error with what it printed", async () => {
  const peer = (...command: string[]): Peer => ({ name: "a server", command: () => command });
  const start = async (peer: Peer) => {
    await using _server = await Server.start(peer);
  };
  const ended = await assertRejects(() => start(peer("sh", "-c", "echo no luck; exit 3")), Error);
  assertEquals(ended.message, "Cannot start a server: it ended with code 3\nno luck");
  const missing = await assertRejects(() => start(peer("no-such-program")), Error);
  assertMatch(missing.message, /^Cannot start a server: it ended with code 127\n.*not found/);
});

Deno.test("the C server answers line by line, however late the answers are read", async () => {
  using programs = await Programs.compile();
  const port = freePort();
  const child = new Deno.Command(programs.path("epoll_echo"), { args: [`${port}`] }).spawn();
  try {
    while (!isListening(port)) await new Promise((resolve) => setTimeout(resolve, 5));
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const lines = Array.from({ length: 300_000 }, (_, i) => `line ${i} that is rather long`);
    const writing = write(conn, new TextEncoder().encode(lines.join("\n") + "\n"));
    await new Promise((resolve) => setTimeout(resolve, 200)); // meanwhile its socket has become full
    const wanted = lines.map((line) => [...line].reverse().join("") + "\n").join("");
    const answer = new Uint8Array(wanted.length);
    for (let at = 0; at < answer.length;) at += await conn.read(answer.subarray(at)) ?? Infinity;
    await writing;
    assert(new TextDecoder().decode(answer) === wanted);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});
