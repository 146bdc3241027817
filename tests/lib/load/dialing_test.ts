import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { DIALS_AT_ONCE } from "../../../lib/load/limits.ts";
import { dialAll } from "../../../lib/load/dialing.ts";
import { Figures } from "../../../lib/load/figures.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

const NEVER = new AbortController().signal;

Deno.test("the first connection is opened alone, then so many at once and no more", async () => {
  const figures = new Figures();
  let open = 0, most = 0, firstDone = false;
  const conns = await dialAll({
    clients: 3 * DIALS_AT_ONCE,
    rampUpMs: 0,
    signal: NEVER,
    figures,
    open: async (client) => {
      most = Math.max(most, ++open);
      assert(client === 1 || firstDone);
      await new Promise((resolve) => setImmediate(resolve));
      if (client === 1) firstDone = true;
      open--;
      return new Connection(new ScriptedSocket());
    },
  });
  assertEquals([conns.size, figures.connected, most], [
    3 * DIALS_AT_ONCE,
    3 * DIALS_AT_ONCE,
    DIALS_AT_ONCE,
  ]);
});

Deno.test("reasons are counted without the address, and with a remedy where there is one", async () => {
  const failures = [
    new Failure("Cannot connect to 127.0.0.1:5000: connection refused", Exit.unreachable),
    new Failure("Cannot connect to [::1]:5000: too many open files", Exit.unreachable),
    new Failure("Cannot join: the server is busy", Exit.refused),
    new TypeError("no"),
  ];
  const figures = new Figures();
  await dialAll({
    clients: 9,
    rampUpMs: 0,
    signal: NEVER,
    figures,
    open: (client) => {
      const failure = failures[client - 2];
      return failure
        ? Promise.reject(failure)
        : Promise.resolve(new Connection(new ScriptedSocket()));
    },
  });
  assertEquals(Object.fromEntries(figures.unconnected), {
    "connection refused": 1,
    "too many open files (see ulimit -n)": 1,
    "refused: the server is busy": 1,
    "no": 1,
  });
  assertEquals([figures.connected, figures.unconnectedCount], [5, 4]);
});

Deno.test("when the first waits in vain, the others need not", async () => {
  let asked = 0;
  const failure = await assertRejects(() =>
    dialAll({
      clients: 100,
      rampUpMs: 0,
      signal: NEVER,
      figures: new Figures(),
      open: () => {
        asked++;
        return Promise.reject(new Failure("Cannot greet the server: no answer", Exit.timedOut));
      },
    }), Failure);
  assertEquals([asked, failure.exit], [1, 6]);
});

Deno.test("Ctrl-C closes what was opened, and opens no more", async () => {
  const stop = new AbortController(), sockets: ScriptedSocket[] = [];
  const failure = await assertRejects(() =>
    dialAll({
      clients: 100,
      rampUpMs: 60_000,
      signal: stop.signal,
      figures: new Figures(),
      open: () => {
        sockets.push(new ScriptedSocket());
        stop.abort();
        return Promise.resolve(new Connection(sockets[0]));
      },
    }), Failure);
  assertEquals([failure.exit, sockets.length, sockets[0].closed], [130, 1, 1]);
});
