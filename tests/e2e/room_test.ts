/**
 * One room for all: labwire, `nc`, the courses' raw and JSON programs read each other.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { connect, count, course, spoken } from "./support/lab.ts";

function serve(...args: string[]): Program {
  return Program.labwire(["serve", "127.0.0.1:0", "--operator", ...args]);
}

function nc(port: number): Program {
  return Program.start("nc", ["127.0.0.1", `${port}`]);
}

/** Waits until `who` clients of `server` are connected. */
async function connected(server: Program, who: number): Promise<void> {
  await server.sees(`Client count: ${who}\n`, "stderr");
}

/** Waits until `server` knows a client by `name`: a native one, or one that has spoken. */
async function joined(server: Program, name: string): Promise<void> {
  await server.sees(new RegExp(`connected as Client \\d+: ${name}\n`), "stderr");
}

/** A room with Ada in it. */
async function openRoom() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(serve());
  const port = await server.port();
  const ada = stack.use(connect(port, ["--name", "Ada"]));
  await joined(server, "Ada");
  const all = stack.move();
  return { server, port, ada, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function jsonOf(name: string, text: string): RegExp {
  const message = new TextEncoder().encode(text).toBase64().replace(/[+]/g, "\\+");
  return new RegExp(`"username":"${name}","timestamp":[^}]*,"message":"${message}"`);
}

peerTest(
  ["nc", "python3"],
  "room: labwire, nc, raw and JSON clients read each other, every line once",
  async () => {
    await using room = await openRoom();
    const { server, port, ada } = room;
    await using netcat = nc(port);
    await connected(server, 2);
    await using raw = course("seed001_client.py", port);
    await connected(server, 3);
    await using jo = course("seed003_client.py", port, ["Jo"]);
    await connected(server, 4);
    await using jay = connect(port, ["--dialect", "json", "--name", "Jay"]);
    await connected(server, 5);
    // A JSON client reads the room from its first message on.
    await jo.type("hello\n");
    await ada.sees("Jo: hello\n");
    await jay.type("hello\n");
    await ada.sees("Jay: hello\n");

    const clients = { Ada: ada, guest2: netcat, guest3: raw, Jo: jo, Jay: jay };
    for (const [name, speaker] of Object.entries(clients)) {
      const text = `${name} says "Grüße": {1} 😀`;
      await speaker.type(`${text}\n`);
      for (const listener of Object.values(clients)) {
        if (listener === speaker) continue;
        await listener.sees(listener === jo ? jsonOf(name, text) : `${name}: ${text}\n`);
      }
    }
    await server.type("That is all\n");
    for (const client of Object.values(clients)) {
      await client.sees(client === jo ? jsonOf("Server", "That is all") : "Server: That is all\n");
    }
    for (const [listenerName, listener] of Object.entries(clients)) {
      for (const name of Object.keys(clients)) {
        const heard = count(spoken(listener.stdout), `${name}: ${name} says "Grüße": {1} 😀\n`);
        assertEquals(heard, name === listenerName ? 0 : 1, `${name} at ${spoken(listener.stdout)}`);
      }
      assertEquals(count(spoken(listener.stdout), "Server: That is all\n"), 1);
    }
  },
);

peerTest(
  ["nc", "python3"],
  "room: whoever speaks is announced as joined, and as left, and the silent are not",
  async () => {
    await using room = await openRoom();
    const { server, port, ada } = room;
    await using ben = connect(port, ["--name", "Ben"]);
    await ada.sees("* Ben joined\n");
    await using silent = nc(port);
    await connected(server, 3);
    silent.signal("SIGTERM");
    await server.sees("guest3 has disconnected", "stderr");
    await using raw = course("seed001_client.py", port);
    await raw.type("Here I am\n");
    await ada.sees("* guest4 joined\nguest4: Here I am\n");
    await raw.type("exit\n");
    await ada.sees("* guest4 left\n");
    await using jo = course("seed003_client.py", port, ["Jo"]);
    await jo.type("Me, too\n");
    await ada.sees("* Jo joined\nJo: Me, too\n");
    await jo.type("exit\n");
    await ada.sees("* Jo left\n");
    await ben.type("exit\n");
    assertEquals((await ben.ended()).code, 0);
    await ada.sees("* Ben left\n");
    const notices = ada.stdout.split("\n").filter((line) => line.startsWith("*"));
    assertEquals(notices.length, 6, ada.stdout);
  },
);

peerTest(
  ["nc", "python3"],
  "room: /nick gives a name that is free, and /who lists the names",
  async () => {
    await using room = await openRoom();
    const { server, port, ada } = room;
    await using netcat = nc(port);
    await connected(server, 2);
    await netcat.type("/nick Nina\n");
    await netcat.sees("You are Nina\n");
    await ada.sees("* Nina joined\n");
    for (const [wish, why] of [["ada", "taken"], ["SERVER", "own words"], ["a:b", "colons"]]) {
      await netcat.type(`/nick ${wish}\n`);
      await netcat.sees(new RegExp(`^Cannot .*${why}.*\n`, "m"));
    }
    await ada.type("/nick Ada Lovelace\n");
    await ada.sees("You are Ada Lovelace\n");
    await netcat.sees("* Ada is now Ada Lovelace\n");
    await using jo = course("seed003_client.py", port, ["Nina"]);
    await jo.type("Am I Nina?\n");
    await ada.sees("guest3: Am I Nina?\n");
    await using late = connect(port, ["--name", "NINA"]);
    const { code, stderr } = await late.ended();
    assertEquals(code, 4);
    assertMatch(stderr, /^labwire: Cannot join: .*"NINA" is taken.*\n$/);
    await ada.type("/who\n");
    await ada.sees("Ada Lovelace\nNina\nguest3\n");
    await netcat.type("/who\n");
    await netcat.sees("Ada Lovelace\nNina\nguest3\n");
  },
);

peerTest(["nc", "python3"], "room: /msg reaches one person only, in every dialect", async () => {
  await using server = serve();
  const port = await server.port();
  await using ada = connect(port, ["--name", "Ada Lovelace"]);
  await joined(server, "Ada Lovelace");
  await using netcat = nc(port);
  await netcat.type("/nick Nina\n");
  await netcat.sees("You are Nina\n");
  await using jay = connect(port, ["--dialect", "json", "--name", "Jay"]);
  await jay.type("hello\n");
  await netcat.sees("Jay: hello\n");
  await ada.type("/msg nina psst 1\n");
  await netcat.sees("Ada Lovelace (private): psst 1\n");
  await netcat.type("/msg Ada Lovelace psst 2\n");
  await ada.sees("Nina (private): psst 2\n");
  await jay.type("/msg Nina psst 3\n");
  await netcat.sees("Jay (private): psst 3\n");
  await netcat.type("/msg Jay psst 4\n");
  await jay.sees(/Nina.*: psst 4\n/);
  await ada.type("/msg Nobody psst\n");
  await ada.sees('nobody here is called "Nobody"', "stderr");
  await ada.type("That was all\n");
  for (const client of [netcat, jay]) await client.sees("Ada Lovelace: That was all\n");
  assertEquals([ada, netcat, jay].map(({ stdout }) => count(stdout, "psst")), [1, 2, 1]);
  assertEquals(count(server.stdout, "psst"), 0);
});

peerTest(
  ["nc", "python3"],
  "room: /status tells of all who were ever here, with start and end",
  async () => {
    await using room = await openRoom();
    const { server, port, ada } = room;
    await using gone = nc(port);
    await gone.type("exit\n");
    await server.sees("guest2 has disconnected", "stderr");
    await using netcat = nc(port);
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
    const roster = new RegExp(
      `Client 1: Ada - Start: ${time}, End: Still Connected\n` +
        `Client 2: guest2 - Start: ${time}, End: ${time}\n` +
        `Client 3: guest3 - Start: ${time}, End: Still Connected\n`,
    );
    for (const client of [netcat, ada, server]) {
      await client.type("/status\n");
      await client.sees(roster);
    }
  },
);

peerTest(
  ["nc", "python3"],
  "room: --motd greets everybody, once, before anything else",
  async () => {
    await using server = serve("--motd", "Welcome to lab 1");
    const port = await server.port();
    await using ada = connect(port, ["--name", "Ada"]);
    await using netcat = nc(port);
    await using raw = course("seed001_client.py", port);
    await connected(server, 3);
    await using jay = connect(port, ["--dialect", "json", "--name", "Jay"]);
    await jay.type("hello\n");
    for (const client of [ada, netcat, raw, jay]) await client.sees("Welcome to lab 1\n");
    await server.type("The end\n");
    for (const client of [ada, netcat, raw, jay]) await client.sees("Server: The end\n");
    for (const client of [ada, netcat, raw, jay]) {
      assertEquals(count(client.stdout, "Welcome to lab 1"), 1, client.stdout);
    }
    assert(ada.stdout.startsWith("Welcome to lab 1\n"), ada.stdout);
  },
);

peerTest(["nc", "python3"], "room: the operator says, looks, sends away and ends", async () => {
  await using server = serve();
  const port = await server.port();
  await using ada = connect(port, ["--name", "Ada"]);
  await using ben = connect(port, ["--name", "Ben"]);
  for (const name of ["Ada", "Ben"]) await joined(server, name);
  await using netcat = nc(port);
  await netcat.type("/nick Nina\n");
  await ada.sees("* Nina joined\n");
  await server.type("/help\n");
  await server.sees("/kick NAME");
  await server.type("/say /me too\n");
  for (const client of [ada, ben, netcat]) await client.sees("Server: /me too\n");
  await server.type("/who\n");
  await server.sees(/Client \d: Ada - 127\.0\.0\.1:\d+, native\n/);
  await server.sees(/Client \d: Nina - 127\.0\.0\.1:\d+, text\n/);
  await server.type("/kick Eve\n");
  await server.sees('nobody here is called "Eve"');
  await server.type("/dance\n");
  await server.sees("unknown command /dance");

  await server.type("/kick ben\n");
  const kicked = await ben.ended();
  assertEquals(kicked.code, 4);
  assertMatch(kicked.stderr, /^labwire: Cannot stay: .*sent away by the operator\n$/);
  await ada.sees("* Ben left\n");
  await server.type("/kick Nina\n");
  await netcat.sees("sent away by the operator\n");
  await ada.sees("* Nina left\n");
  await netcat.endInput();
  assertEquals((await netcat.ended()).code, 0);

  await server.type("exit\n");
  assertEquals((await server.ended()).code, 0);
  const { code, stdout, stderr } = await ada.ended();
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "server is shutting down\n");
});
