/**
 * What one peer may cost the others: connections, speed, silence; and what a console shows of it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect } from "./support/lab.ts";
import { assertRefused, Class, serveSecret } from "./support/trust.ts";

function serve(...args: string[]): Program {
  return Program.labwire(["serve", "127.0.0.1:0", "--operator", ...args]);
}

async function join(port: number, name: string): Promise<Peer> {
  const peer = await Peer.connect(port);
  await peer.send(`/nick ${name}\n`);
  await peer.sees(`You are ${name}\n`);
  return peer;
}

test("the console shows the bounds in force, and more of who is here", async () => {
  using people = await Class.of({ "Ida": "instructor", "Sam": "student" });
  const bounds = ["--rate", "20,64K/s", "--idle", "10m", "--memory", "8M", "--max-clients", "9"];
  const lists = ["--max-per-address", "7", "--allow", "127.0.0.0/8,::1", "--deny", "10.0.0.0/8"];
  const args = ["--users", people.file, "--operator", ...bounds, ...lists];
  await using server = serveSecret(args);
  await using ida = await people.join(server, "Ida");
  await using sam = await people.join(server, "Sam");
  await server.type("/mute Sam\n/lock\n/limits\n");
  const shown = [
    "clients: 2 of 9, and 0 showing who they are",
    "connections per address: 7",
    "memory: 0 B of 8.0 MiB",
    "rate: 20 messages a second, 64.0 KiB a second",
    "idle: 600 s",
    `accounts: 2 in ${people.file}`,
    "addresses: 127.0.0.0/8 ::1, except 10.0.0.0/8",
    "bans: 0; locked",
  ].join("\n");
  await server.sees(`${shown}\n`);
  await ida.type("/limits\n");
  await ida.sees(`${shown}\n`);
  await server.type("/who -v\n");
  await server.sees(
    /^Client 1: Ida - 127\.0\.0\.1:\d+, native, instructor, since \d\d:\d\d:\d\d UTC, \d+ bytes in, \d+ out, \d+ waiting\nClient 2: Sam - .*, student, .*, muted\n/m,
  );
  await sam.type("/who -v\n/limits\n");
  await sam.sees("Cannot do that: unknown command /limits; /help lists them\n", "stderr");
  assert(!sam.stdout.includes("127.0.0.1"), "where others are is not for everybody");
});

Deno.test("without options the bounds are these", async () => {
  await using server = serve();
  await server.type("/limits\n");
  await server.sees("clients: 0 of 1000, and 0 showing who they are\n");
  await server.sees("connections per address: 250 (this machine: any number)\n");
  await server.sees(
    "memory: 0 B of 64.0 MiB\nrate: as fast as they can\nidle: as long as they like\n",
  );
  await server.sees("accounts: none\naddresses: all\nbans: 0\n");
});

Deno.test("one more connection from an address than it may have is told to come later", async () => {
  await using server = serve("--max-per-address", "2");
  const port = await server.port();
  using ada = await join(port, "Ada");
  using _ben = await join(port, "Ben");
  await using third = connect(port);
  await assertRefused(third, "join: too many connections from your address");
  using text = await Peer.connect(port);
  await text.send("hi\n");
  assertEquals(await text.sawEnd(), "too many connections from your address\n");
  await server.sees(/Rejecting \S+: too many connections from your address\n/, "stderr");
  await ada.endSending();
  await ada.sawEnd();
  await ada.close();
  using _cleo = await join(port, "Cleo");
});

Deno.test("a flood is slowed down: all of it comes, in order, and others go on", async () => {
  await using server = serve("--rate", "100");
  const port = await server.port();
  using ada = await join(port, "Ada");
  using ben = await join(port, "Ben");
  await using eve = connect(port, ["--name", "Eve"]);
  await ada.sees("* Eve joined\n");
  const lines = Array.from({ length: 250 }, (_, i) => `flood ${i}\n`);
  const began = performance.now();
  await eve.type(lines.join(""));
  await eve.endInput();
  await ada.sees("Eve: flood 120\n");
  await ben.send("hello\n");
  await ada.sees("Ben: hello\n");
  assert(!ada.received.includes("flood 249"));
  await ada.sees("Eve: flood 249\n");
  assert(performance.now() - began > 1300, "100 at once, and 100 a second from then on");
  const said = ada.received.split("\n").filter((line) => line.startsWith("Eve: "));
  assertEquals(said.join("\n") + "\n", lines.map((line) => `Eve: ${line}`).join(""));
  const { code, stderr } = await eve.ended();
  assertEquals([code, stderr], [0, "You send too fast: what you say is taken slowly\n"]);
});

Deno.test("a rate that is none is a usage error", async () => {
  for (const rate of ["0", "fast", "64K", "-1", "20/s", ""]) {
    await using server = serve(`--rate=${rate}`);
    const { code, stdout, stderr } = await server.ended();
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^labwire: Cannot .*a rate such as 20 \(messages\), 64K\/s or 20,64K\/s/);
  }
});

Deno.test("who says nothing for too long ends with 4 and the reason, who speaks stays", async () => {
  await using server = serve("--idle", "1s");
  const port = await server.port();
  using ada = await join(port, "Ada");
  const talking = setInterval(() => void ada.send("hello\n"), 200);
  await using ben = connect(port, ["--name", "Ben"]);
  const { code, stderr } = await ben.ended();
  clearInterval(talking);
  assertEquals([code, stderr], [4, "labwire: Cannot stay: You said nothing for 1 s\n"]);
  await server.sees("Client 2: Ben is idle; let go\n", "stderr");
  await ada.sees("* Ben left\n");
  assert(!ada.ended);
});
