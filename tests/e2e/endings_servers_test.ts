/**
 * How servers end, and what their clients' endings are to them: the last table of docs/endings.md.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createConnection } from "node:net";
import { INTERRUPT_ECHO_MS } from "../../lib/base/limits.ts";
import { sleep } from "../../lib/base/tasks.ts";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { tableOf } from "./support/endings_page.ts";
import { connect, spoken } from "./support/lab.ts";

const DOCS = new URL("../../docs", import.meta.url).pathname;

/** Servers, and a line that each answers. */
const REQUESTS = { "serve": "/who\n", "echo-reverse": "good day\n", "fileserver": "list\n" };
const SERVERS = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[];

/** What happens to a server, by the words of the page; what there is to say of it. */
const EVENTS: Record<string, (server: Program, port: number, request: string) => Promise<string>> =
  {
    async "a client asks and half-closes"(_server, port, request) {
      using client = await Peer.connect(port);
      await client.send(request);
      await client.endSending();
      const answered = await client.sawEnd() !== "";
      await client.close();
      return answered ? "answered" : "not answered";
    },
    async "a client asks and closes"(_server, port, request) {
      using client = await Peer.connect(port);
      await client.send(request);
      await client.close();
      return "";
    },
    async "a client asks and resets"(_server, port, request) {
      const client = createConnection({ port, host: "127.0.0.1" });
      const answered = new Promise((resolve) => client.once("data", resolve));
      const closed = new Promise((resolve) => client.once("close", resolve));
      client.write(request);
      await answered; // so that it is in
      client.resetAndDestroy();
      await closed;
      return "";
    },
    async "Ctrl-C"(server, port, request) {
      using client = await Peer.connect(port);
      await client.send(request);
      await client.sees("\n");
      server.signal("SIGINT");
      const told = (await client.sawEnd()).endsWith("server is shutting down\n");
      await client.close();
      return told ? "told" : "closed";
    },
    async "Ctrl-C twice, and a client that stays"(server, port, request) {
      using client = await Peer.connect(port);
      await client.send(request);
      await client.sees("\n");
      server.signal("SIGINT");
      const told = (await client.sawEnd()).endsWith("server is shutting down\n");
      await sleep(INTERRUPT_ECHO_MS + 100); // sooner it would count as the same
      server.signal("SIGINT");
      await server.ended();
      await client.close();
      return told ? "told" : "closed";
    },
  };

function server(command: string, ...args: string[]): Program {
  const folder = command === "fileserver" ? [DOCS] : [];
  return Program.labwire([command, ...folder, "127.0.0.1:0", ...args]);
}

Deno.test("the page's table of servers has a row for each event, and no other", () => {
  const [header, ...rows] = tableOf("Servers");
  assertEquals(header.slice(1), SERVERS.map((command) => `\`${command}\``));
  assertEquals(rows.map(([event]) => event), Object.keys(EVENTS));
});

for (const [event, act] of Object.entries(EVENTS)) {
  Deno.test(`how servers fare is what the page says: ${event}`, async () => {
    const row = tableOf("Servers").find(([title]) => title === event)!;
    const cells = SERVERS.map(async (command) => {
      await using running = server(command);
      const port = await running.port();
      const request = REQUESTS[command];
      const seen = [await act(running, port, request)];
      if (!event.startsWith("Ctrl-C")) {
        seen.push(await answers(port, request) ? "serves on" : "serves no more");
        running.signal("SIGINT");
      }
      const { code, stdout, stderr } = await running.ended();
      if (stdout !== "" || stderr.includes("Cannot")) seen.push(stdout, stderr);
      return [`${code}`, ...seen].filter((each) => each !== "").join(", ");
    });
    assertEquals([event, ...await Promise.all(cells)], row);
  });
}

/** Whether a server answers another client. */
async function answers(port: number, request: string): Promise<boolean> {
  using client = await Peer.connect(port);
  await client.send(request);
  const answer = await client.sees("\n");
  await client.close();
  return answer !== "";
}

for (const command of SERVERS) {
  Deno.test(`${command} ends with 0 on Ctrl-C, and tells its clients`, async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      await using running = server(command);
      const port = await running.port();
      await using native = connect(port, ["--name", "Ada"]);
      await native.type("/help\n");
      await native.sees(/\S/, command === "echo-reverse" ? "stderr" : "stdout");
      using peer = await Peer.connect(port);
      await peer.send("list\n");
      running.signal(signal);
      await peer.sawEnd();
      await peer.close();
      const { code, stdout, stderr } = await native.ended();
      assertEquals([code, stderr.includes("Cannot go on")], [0, false], stderr);
      assertMatch(stdout, /server is shutting down\n$/);
      assertEquals((await running.ended()).code, 0);
    }
  });
}

Deno.test("serve tells text and JSON clients, too, that it ends", async () => {
  await using running = server("serve");
  const port = await running.port();
  using text = await Peer.connect(port);
  using json = await Peer.connect(port);
  await text.send("hello\n");
  await running.sees("connected as Client", "stderr");
  await json.send('{"username": "Ben", "timestamp": 1, "message": "aGk="}');
  await text.sees("Ben: hi\n");
  running.signal("SIGINT");
  assertStringIncludes(await text.sawEnd(), "server is shutting down\n");
  assertStringIncludes(spoken(await json.sawEnd()), "server is shutting down\n");
  await text.close();
  await json.close();
  assertEquals((await running.ended()).code, 0);
});

Deno.test("two Ctrl-C at once are one, and a client that stays does not hold the server", async () => {
  await using running = server("serve");
  using peer = await Peer.connect(await running.port());
  await peer.send("I will not close\n");
  await running.sees("connected as Client 1", "stderr");
  running.signal("SIGINT");
  running.signal("SIGTERM");
  assertEquals((await running.ended()).code, 0);
  assertStringIncludes(await peer.sawEnd(), "server is shutting down\n");
  await peer.close();
});

Deno.test("a server that cannot listen ends with 3, and one line that says why", async () => {
  await using running = server("serve");
  const address = `127.0.0.1:${await running.port()}`;
  for (const command of SERVERS) {
    const folder = command === "fileserver" ? [DOCS] : [];
    await using second = Program.labwire([command, ...folder, address]);
    const { code, stdout, stderr } = await second.ended();
    assertEquals([code, stdout], [3, ""]);
    assertMatch(stderr, /^labwire: Cannot listen on \S+: the port is in use .*\n$/);
  }
  await using elsewhere = Program.labwire(["serve", "192.0.2.1:0"]);
  const ended = await elsewhere.ended();
  assertEquals(ended.code, 3);
  assertMatch(ended.stderr, /^labwire: Cannot listen on 192\.0\.2\.1:0: .*\n$/);
});

peerTest(["nc"], "a client that half-closes still gets what it is owed", async () => {
  await using running = server("serve", "--mode", "operator");
  const port = await running.port();
  await using netcat = Program.start("nc", ["-N", "127.0.0.1", `${port}`]);
  await netcat.type("one?\ntwo?\n");
  await netcat.endInput();
  await running.sees(/: one\?\n.*: two\?\n/);
  await running.type("first\nsecond\n");
  const { code, stdout } = await netcat.ended();
  assertEquals([code, stdout], [0, "first\nsecond\n"]);
});
