import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import type { FaultKind } from "../../../lib/load/figures.ts";
import { load, type LoadOptions } from "../../../lib/load/load.ts";
import { verdict } from "../../../lib/load/report.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { dial } from "../../../lib/net/dial.ts";
import { framingOf } from "../../../lib/wire/dialect.ts";
import { faultsOf } from "./support/bench_peer.ts";
import { type Deed, WrongServer } from "./support/wrong_server.ts";

const NEVER = new AbortController().signal;

function options(port: number, more: Partial<LoadOptions> = {}): LoadOptions {
  return {
    clients: 1,
    dialect: "text",
    size: 32,
    expect: "reverse",
    pipeline: 16,
    messages: 100,
    rampUpMs: 0,
    timeoutMs: 2000,
    signal: NEVER,
    open: async () => {
      const conn = new Connection(await dial({ hostname: "127.0.0.1", port }));
      conn.speak("text", framingOf("text", { client: true }));
      return conn;
    },
    ...more,
  };
}

const KINDS: [Deed, Record<string, number>][] = [
  ["drop", { lost: 1 }],
  ["swap", { "out of order": 1 }],
  ["merge", { merged: 1 }],
  ["duplicate", { duplicated: 1 }],
  ["spoil", { wrong: 1 }],
  ["add", { unexpected: 1 }],
];

for (const [deed, faults] of KINDS) {
  Deno.test(`a server that does ${deed} once is found out, once`, async () => {
    await using server = new WrongServer((number) => number === 50 ? deed : undefined);
    const figures = await load(options(server.port));
    assertEquals(faultsOf(figures), faults);
    assertEquals([figures.sent, verdict(figures, { interrupted: false })], [100, 1]);
    const [kind] = Object.keys(faults) as FaultKind[];
    const [first] = figures.faults.get(kind)!.examples;
    assertEquals(first.client, 1);
    if (deed !== "swap" && deed !== "add") assertEquals(first.message, 50);
  });
}

Deno.test("one that drops every thousandth, swaps two and merges two is told all three apart", async () => {
  await using server = new WrongServer((number) =>
    number % 1000 === 0 ? "drop" : number === 333 ? "swap" : number === 777 ? "merge" : undefined
  );
  const figures = await load(options(server.port, { clients: 4, messages: 2500 }));
  assertEquals(faultsOf(figures), { lost: 8, "out of order": 4, merged: 4 });
  assertEquals(figures.answered, 4 * (2500 - 2 - 2));
});

Deno.test("with one message at a time a dropped answer is lost, and the next goes on", async () => {
  await using server = new WrongServer((number) => number === 3 ? "drop" : undefined);
  const figures = await load(options(server.port, { pipeline: 1, messages: 6 }));
  assertEquals([faultsOf(figures), figures.answered], [{ lost: 1 }, 5]);
});

Deno.test("a server that never answers loses all, and each is waited for no longer than it may take", async () => {
  await using server = new WrongServer(() => "drop");
  const figures = await load(options(server.port, { pipeline: 5, messages: 10, timeoutMs: 50 }));
  assertEquals([faultsOf(figures), figures.answered], [{ lost: 10 }, 0]);
});

Deno.test("a lost connection is counted, and what was out on it is lost", async () => {
  await using server = new WrongServer((number, connection) =>
    number === 20 && connection === 1 ? "close" : undefined
  );
  const figures = await load(options(server.port, { clients: 2, pipeline: 1 }));
  assertEquals([faultsOf(figures), figures.answered], [{ lost: 1 }, 119]);
  assertEquals(figures.disconnectedCount, 1);
  assertEquals(verdict(figures, { interrupted: false }), 1);
});

Deno.test("all connections lost is more than a fault", async () => {
  await using server = new WrongServer((number) => number === 20 ? "close" : undefined);
  const figures = await load(options(server.port, { clients: 2, pipeline: 1 }));
  assertEquals([figures.disconnectedCount, verdict(figures, { interrupted: false })], [2, 5]);
});

Deno.test("at a rate, what a stalled server keeps waiting counts from when it was due", async () => {
  await using server = new WrongServer();
  const stallMs = 150;
  server.onLine = (number) =>
    number === 20 ? new Promise((resolve) => setTimeout(resolve, stallMs)) : undefined;
  const figures = await load(
    options(server.port, { rate: 500, messages: 150, timeoutMs: 5000 }),
  );
  assertEquals([faultsOf(figures), figures.sent, figures.answered], [{}, 150, 150]);
  assert(figures.latency.max >= stallMs - 2, `${figures.latency.max}`); // timers are whole milliseconds
  // 75 messages were due meanwhile, half of all: the stall is seen by every one of them.
  assert(figures.latency.percentile(0.8) >= stallMs / 4, `${figures.latency.percentile(0.8)}`);
});

Deno.test("a duration ends the sending, and what is out is still answered", async () => {
  await using server = new WrongServer();
  const figures = await load(options(server.port, { messages: undefined, durationMs: 60 }));
  assertEquals([faultsOf(figures), figures.answered], [{}, figures.sent]);
  assert(figures.sent > 0);
});

Deno.test("interrupted, it keeps what was measured, and what was out counts neither way", async () => {
  const stop = new AbortController();
  await using server = new WrongServer();
  server.onLine = (number) => {
    if (number === 50) stop.abort();
  };
  const figures = await load(
    options(server.port, { messages: 1000, pipeline: 4, signal: stop.signal }),
  );
  assertEquals([faultsOf(figures), figures.disconnectedCount], [{}, 0]);
  assert(figures.answered >= 40 && figures.answered < 60, `${figures.answered}`);
});

Deno.test("who cannot connect is counted by reason; that nobody can is a failure", async () => {
  await using server = new WrongServer();
  const { open, ...rest } = options(server.port, { clients: 5, messages: 2 });
  let count = 0;
  const figures = await load({
    ...rest,
    open: async () => {
      if (++count <= 3) return await open();
      throw new Failure("Cannot join: the server is busy, please try again later", 4);
    },
  });
  assertEquals(Object.fromEntries(figures.unconnected), {
    "refused: the server is busy, please try again later": 2,
  });
  assertEquals([figures.connected, figures.answered], [3, 6]);
  assertEquals(verdict(figures, { interrupted: false }), 1);
  const none = () => Promise.reject(new Failure("Cannot join: busy", 4));
  const failure = await assertRejects(() => load({ ...rest, open: none }), Failure);
  assertEquals(failure.exit, 4);
});

Deno.test("large messages, many at once, do not wait for each other", async () => {
  await using server = new WrongServer();
  const figures = await load(options(server.port, { size: 60_000, pipeline: 50, timeoutMs: 9000 }));
  assertEquals([faultsOf(figures), figures.answered], [{}, 100]);
});

Deno.test("in a room each fault is told once for everyone who hears it", async () => {
  const deeds: Record<string, Deed> = { "01m0000000003": "drop", "02m0000000004": "duplicate" };
  await using server = new WrongServer((_number, _connection, line) => deeds[line.slice(4, 17)], {
    isRoom: true,
  });
  const figures = await load(
    options(server.port, { clients: 4, messages: 10, pipeline: 1, expect: "broadcast" }),
  );
  assertEquals(faultsOf(figures), { lost: 3, duplicated: 3 });
  assertEquals([figures.answered, figures.answersEach], [4 * 10 * 3 - 3, 3]);
});

Deno.test("in a room who loses the connection is not waited for", async () => {
  await using server = new WrongServer(
    (_number, _connection, line) => line.startsWith("c00003m0000000005") ? "close" : undefined,
    { isRoom: true },
  );
  const figures = await load(
    options(server.port, { clients: 3, messages: 20, pipeline: 1, expect: "broadcast" }),
  );
  assertEquals(figures.disconnectedCount, 1);
  assertEquals(verdict(figures, { interrupted: false }), 1);
  assertEquals(figures.sent, 20 + 20 + 5);
});
