import { assert, assertEquals, assertMatch } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, count } from "./support/lab.ts";
import { Fake, frame, readTo, welcome, writeAll } from "./support/fake.ts";

const PATIENT = ["--reconnect", "--retry-delay", "20ms"];

/** A room that can be killed, and started again on its port. */
class Mortal implements AsyncDisposable {
  #server: Program;
  readonly port: number;

  private constructor(server: Program, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(port = 0): Promise<Mortal> {
    const server = Program.labwire(["serve", `127.0.0.1:${port}`]);
    return new Mortal(server, await server.port());
  }

  async kill(): Promise<void> {
    this.#server.signal("SIGKILL");
    await this.#server.ended();
    await this.#server[Symbol.asyncDispose]();
  }

  async revive(): Promise<void> {
    this.#server = Program.labwire(["serve", `127.0.0.1:${this.port}`]);
    await this.#server.port();
  }

  async sees(text: string): Promise<void> {
    await this.#server.sees(text, "stderr");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]();
  }
}

test("a client in a pipe comes back under its name after kill -9, and sends what waited", async () => {
  await using room = await Mortal.start();
  await using ada = connect(room.port, ["--name", "Ada", ...PATIENT]);
  await ada.type("/who\n");
  await ada.sees("Ada"); // she is in
  await room.kill();
  await ada.sees("* connection lost (", "stderr");
  await ada.type("one\ntwo\nthree\n"); // into the pipe, which keeps it
  await ada.sees(/connection refused; trying again in \d+ ms\n/, "stderr");
  await room.revive();
  await ada.sees("* connected again as Ada\n", "stderr");
  await room.sees("Client 1: Ada");
  using nc = await Peer.connect(room.port);
  await nc.send("hello\n");
  await ada.sees("guest2: hello");
  await ada.type("four\n");
  await nc.sees("Ada: four\n");
  await ada.endInput();
  assertEquals((await ada.ended()).code, 0);
});

peerTest(
  ["python3"],
  "at a terminal, what is partly typed survives a reconnection, and lines typed meanwhile arrive once",
  async () => {
    await using room = await Mortal.start();
    const address = `127.0.0.1:${room.port}`;
    const args = ["connect", address, "--name", "Ada", "--reconnect", "--retry-delay", "250ms"];
    await using ada = Program.labwireAtTerminal(args);
    await ada.sees("Ada> ");
    await ada.type("/nick Grace\r");
    await ada.sees("Grace> ");
    await ada.type("partly ");
    await ada.sees("partly ");
    await room.kill();
    await ada.sees(/connection lost[^]*Grace> partly /);
    await ada.type("typed\rsecond\rhalf ");
    await ada.sees(/connection refused[^]*Grace> half /);
    await room.revive();
    await ada.sees(/\* connected again as Grace\r\n[^]*Grace> half /);
    using nc = await Peer.connect(room.port);
    await nc.send("hello\n");
    await ada.sees("guest2: hello");
    await ada.type("line\r");
    await nc.sees("Grace: half line\n");
    await ada.type("\x1b[A\x1b[A\r"); // the history holds what was typed meanwhile
    await nc.sees("Grace: second\n");
    await ada.type("exit\r");
    assertEquals((await ada.ended()).code, 0);
  },
);

/** A native server of a few lines that ends its first conversations as the test says. */
function forgetful(endings: ((conn: Deno.TcpConn) => Promise<unknown>)[]) {
  const said: string[] = [];
  let visits = 0;
  const fake = new Fake(async (conn) => {
    const hello = await welcome(conn);
    const ending = endings[visits++];
    said.push(/"name":"([^"]*)"/.exec(hello)?.[1] ?? "");
    if (ending) await ending(conn);
    else said.push(await readTo(conn, "nothing"));
  });
  return { fake, said };
}

test("lines typed while nobody listens are sent once each, in their order, by a script that ends", async () => {
  const { fake, said } = forgetful([() => Promise.resolve()]);
  await using _fake = fake;
  await using ada = connect(fake.port, ["--name", "Ada", ...PATIENT]);
  await ada.sees("connected again", "stderr");
  await ada.type("one\ntwo\n");
  await ada.endInput();
  assertEquals((await ada.ended()).code, 0);
  assertEquals(said.slice(0, 2), ["Ada", "Ada"]);
  assertEquals([count(said[2], '"one"'), count(said[2], '"two"')], [1, 1]);
  assert(said[2].indexOf('"one"') < said[2].indexOf('"two"'));
});

test("a server that shuts down is waited for; who was sent away does not come back", async () => {
  const bye = (code: string) => async (conn: Deno.TcpConn) =>
    await writeAll(conn, frame({ type: "bye", code, reason: `for ${code}` }));
  const { fake } = forgetful([bye("shutdown"), bye("kicked")]);
  await using _fake = fake;
  await using ada = connect(fake.port, PATIENT);
  const { code, stdout, stderr } = await ada.ended();
  assertEquals([code, count(stderr, "connected again")], [4, 1]);
  assertMatch(stdout, /for shutdown/);
  assertMatch(stderr, /Cannot stay: for kicked/);
});

test("who comes back tries as often as --retry says in a row, and then ends with 3", async () => {
  await using room = await Mortal.start();
  await using ada = connect(room.port, [...PATIENT, "--retry", "2"]);
  await ada.type("/who\n");
  await ada.sees("guest1"); // she is in
  await room.kill();
  const { code, stderr } = await ada.ended();
  assertEquals(code, 3);
  assertMatch(
    stderr,
    /\* connection lost \(.*\); trying again in 20 ms \(1 of 2\)\nlabwire: Cannot connect to .*: connection refused; trying again in 40 ms \(2 of 2\)\nlabwire: Cannot connect to .*: connection refused \(is a server running there\?\)\n$/,
  );
});

peerTest(["python3"], "who leaves while nobody is there is told what was not sent", async () => {
  await using room = await Mortal.start();
  const args = ["connect", `127.0.0.1:${room.port}`, "--reconnect", "--retry-delay", "1h"];
  await using ada = Program.labwireAtTerminal(args);
  await ada.sees("guest1> ");
  await room.kill();
  await ada.sees("trying again in 3600 s");
  await ada.type("too late\rexit\r");
  await ada.sees("not sent: too late");
  assertEquals((await ada.ended()).code, 5);
});

test("a name that the server still holds is tried again, and so is a busy server", async () => {
  let visits = 0;
  const refusals = [undefined, "name", "busy"];
  await using fake = new Fake(async (conn) => {
    const code = refusals[visits++];
    if (code === undefined) {
      await welcome(conn);
      if (visits > 1) await readTo(conn, "the end");
    } else {
      await readTo(conn, "}");
      await writeAll(conn, frame({ type: "refused", code, reason: `because ${code}` }));
    }
  });
  await using ada = connect(fake.port, ["--name", "Ada", ...PATIENT]);
  await ada.sees("* connected again as Ada\n", "stderr");
  await ada.endInput();
  const { code, stderr } = await ada.ended();
  assertEquals(code, 0);
  assertMatch(stderr, /Cannot join: because name; trying again in 40 ms\n/);
  assertMatch(stderr, /Cannot join: because busy; trying again in 80 ms\n/);
});

for (const dialect of ["raw", "text", "json"]) {
  test(`a server that closes is come back to over ${dialect}, under the same name`, async () => {
    const word = (text: string) => dialect === "json" ? btoa(text) : text;
    const heard: string[] = [];
    await using fake = new Fake(async (conn) => {
      heard.push(await readTo(conn, heard.length === 0 ? word("word0") : "its end"));
    });
    await using ada = connect(fake.port, ["--name", "Ada", "--dialect", dialect, ...PATIENT]);
    await ada.type("word0\n");
    await ada.sees("* connected again as Ada\n", "stderr");
    await ada.type("word1\n");
    await ada.endInput();
    assertEquals((await ada.ended()).code, 0);
    assertEquals(heard.map((text) => text.includes("Ada")), [true, true]);
    assert(heard[1].includes(word("word1")) && !heard[1].includes(word("word0")));
  });
}

test("Ctrl-C ends the wait for a lost server at once, with 130", async () => {
  const { fake } = forgetful([() => Promise.resolve()]);
  await using _fake = fake;
  await using ada = connect(fake.port, ["--reconnect", "--retry-delay", "1h"]);
  await ada.sees("trying again in 3600 s", "stderr");
  ada.signal("SIGINT");
  assertEquals((await ada.ended()).code, 130);
});
