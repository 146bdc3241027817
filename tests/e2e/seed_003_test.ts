/**
 * Seed 003: messages in base64 in JSON, which a server prints with name and time.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { connect, count, course } from "./support/lab.ts";

const TIME = String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}`;
const UTC = { env: { TZ: "UTC" } };

function serveLog(): Program {
  return Program.labwire(["serve", "127.0.0.1:0", "--mode", "log"], UTC);
}

function line(name: string, text: string): RegExp {
  return new RegExp(`^\\[${name} @ ${TIME}\\]: ${text}\n`, "m");
}

function said(username: string, text: string, timestamp: number): string {
  const message = new TextEncoder().encode(text).toBase64();
  return JSON.stringify({ username, timestamp, message });
}

peerTest(["python3"], "seed 003: serve prints what several Python clients say", async () => {
  await using server = serveLog();
  const port = await server.port();
  await using ada = course("seed003_client.py", port, ["Ada"]);
  await using ben = course("seed003_client.py", port, ["Ben"]);
  await using cy = course("seed003_client.py", port, ["Cy"]);
  for (const round of ["one", "zwei äöü", 'three "quotes" and {braces}']) {
    for (const [name, client] of [["Ada", ada], ["Ben", ben], ["Cy", cy]] as const) {
      await client.type(`${round}\n`);
      await server.sees(line(name, round));
    }
  }
  for (const client of [ada, ben, cy]) {
    await client.type("exit\n");
    const { code, stdout } = await client.ended();
    assertEquals([code, count(stdout, "Received:")], [0, 0], stdout);
  }
  assertEquals(count(server.stdout, "\n"), 9);
});

peerTest(
  ["python3"],
  "seed 003: serve and the Python server print the same lines for the same bytes",
  async () => {
    await using ours = serveLog();
    await using theirs = Program.python("seed003_server.py", ["0"], UTC);
    const lines = [
      ["Ada", "text", 1795196747, "[Ada @ Fri Nov 20 17:45:47 2026]: text\n"],
      ["Grüße 😀", "", 1793952000.75, "[Grüße 😀 @ Fri Nov  6 08:00:00 2026]: \n"],
      ["0", "a: b", 0, "[0 @ Thu Jan  1 00:00:00 1970]: a: b\n"],
    ] as const;
    for (const server of [ours, theirs]) {
      using peer = await Peer.connect(await server.port());
      for (const [name, text, time, expected] of lines) {
        await peer.send(said(name, text, time));
        await server.sees(expected);
      }
      await peer.close();
    }
  },
);

peerTest(
  ["python3"],
  "seed 003: serve prints objects that come together or in pieces",
  async () => {
    await using server = serveLog();
    using peer = await Peer.connect(await server.port());
    const whole = said("Ada", "one", 0) + said("Ada", "two", 0) + "\n" + said("Ada", "three", 0);
    for (const part of [whole.slice(0, 1), whole.slice(1, 30), whole.slice(30)]) {
      await peer.send(part);
    }
    await server.sees(/: one\n.*: two\n.*: three\n/);
    await peer.close();
  },
);

peerTest(
  ["python3"],
  "seed 003: bad input is answered or refused, and serve prints on for the others",
  async () => {
    await using server = serveLog();
    const port = await server.port();
    await using ada = course("seed003_client.py", port, ["Ada"]);
    await ada.type("before\n");
    await server.sees(line("Ada", "before"));
    const bad = [
      '{"username": "Eve", "timestamp": 1, "message": "*** no base64"}',
      '{"username": "Eve", "timestamp": 1, "message": "/w=="}',
      '{"username": "Eve", "timestamp": 1}',
      '{"username": "Eve", "timestamp": "now", "message": "aGk="}',
      '{"username": 7, "timestamp": 1, "message": "aGk="}',
      '{"username": "Eve", nonsense, "message": "aGk="}',
    ];
    using eve = await Peer.connect(port);
    for (const [i, each] of bad.entries()) {
      await eve.send(each);
      await eve.sees(new RegExp(`("username":"Server"[^]*){${i + 1}}`));
      assert(!eve.ended);
    }
    await eve.send(said("Eve", "I can do better", 0));
    await server.sees(line("Eve", "I can do better"));
    await eve.send('{"username": "Eve", "timestamp": 1, "mess');
    await eve.close();
    await ada.type("after\n");
    await server.sees(line("Ada", "after"));
    assertEquals(count(server.stdout, "\n"), 3, server.stdout);
  },
);

peerTest(
  ["python3"],
  "seed 003: several connects have their words printed by the Python server",
  async () => {
    await using server = Program.python("seed003_server.py", ["0"]);
    const port = await server.port();
    await using ada = connect(port, ["--dialect", "json", "--name", "Ada"]);
    await using ben = connect(port, ["--dialect", "json", "--name", "Ben"]);
    for (const round of ["one", "zwei äöü", 'three "quotes" and {braces}']) {
      for (const [name, client] of [["Ada", ada], ["Ben", ben]] as const) {
        await client.type(`${round}\n`);
        await server.sees(line(name, round));
      }
    }
    for (const client of [ada, ben]) {
      await client.type("exit\n");
      const { code, stdout, stderr } = await client.ended();
      assertEquals([code, stdout, stderr], [0, "", ""]);
    }
  },
);

peerTest(
  ["python3"],
  "seed 003: connect leaves the Python server time to tell messages of a pipe apart",
  async () => {
    await using server = Program.python("seed003_server.py", ["0"]);
    const args = ["--dialect", "json", "--name", "Ada", "--pace", "500ms"];
    await using client = connect(await server.port(), args);
    await client.type("one\ntwo\nthree\n");
    await client.endInput();
    assertEquals((await client.ended()).code, 0);
    for (const text of ["one", "two", "three"]) await server.sees(line("Ada", text));
  },
);
