/**
 * Seed 000: messages under a Vigenere cipher, which an operator answers by hand.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { connect, count, course } from "./support/lab.ts";
import { Relay } from "./support/relay.ts";

const CIPHER = ["--cipher", "vigenere", "--key", "LEMON"];
// The textbook example: ATTACKATDAWN under LEMON.
const PLAIN = "Attack at dawn", CIPHERTEXT = "Lxfopv ef rnhr";
const ANSWER = "Received, 12 men", SEALED_ANSWER = "Ciosvgip, 12 ary";

function serveOperator(...args: string[]): Program {
  return Program.labwire(["serve", "127.0.0.1:0", "--mode", "operator", ...CIPHER, ...args]);
}

peerTest(
  ["python3"],
  "seed 000: the operator of serve and a Python client talk in cipher",
  async () => {
    await using server = serveOperator();
    const port = await server.port();
    await using client = course("seed000_client.py", port, ["LEMON"]);
    for (const [question, answer] of [[PLAIN, ANSWER], ["Grüße, ZWEI Züge!", "ok: àé"]]) {
      await client.sees(/Enter Message: $/);
      await client.type(`${question}\n`);
      await server.sees(`: ${question}\n`);
      await server.type(`${answer}\n`);
      await client.sees(`Server: ${answer}\n`);
    }
    await client.sees(/Enter Message: $/);
    await client.type("exit\n");
    assertEquals((await client.ended()).code, 0);
    await server.sees("Client 1: guest1 has disconnected", "stderr");
    await server.type("exit\n");
    assertEquals((await server.ended()).code, 0);
  },
);

peerTest(
  ["python3"],
  "seed 000: many Python clients are answered in their order of arrival",
  async () => {
    await using server = serveOperator();
    const port = await server.port();
    await using ada = course("seed000_client.py", port, ["LEMON"]);
    await using ben = course("seed000_client.py", port, ["LEMON"]);
    await using cy = course("seed000_client.py", port, ["LEMON"]);
    for (const round of ["first", "second"]) {
      for (const [name, client] of [["ada", ada], ["ben", ben], ["cy", cy]] as const) {
        await client.type(`${name} asks a ${round} time\n`);
        await server.sees(`: ${name} asks a ${round} time\n`);
      }
      await server.type(`to ada, ${round}\nto ben, ${round}\nto cy, ${round}\n`);
      await cy.sees(`Server: to cy, ${round}\n`);
      await ben.sees(`Server: to ben, ${round}\n`);
      await ada.sees(`Server: to ada, ${round}\n`);
    }
    for (const client of [ada, ben, cy]) {
      await client.endInput();
      const { code, stdout } = await client.ended();
      assertEquals(code, 0);
      assertEquals(count(stdout, "Server: "), 2, stdout);
    }
  },
);

peerTest(["python3"], "seed 000: connect and the Python server talk in cipher", async () => {
  await using server = Program.python("seed000_server.py", ["0", "LEMON"]);
  await using client = connect(await server.port(), ["--dialect", "raw", ...CIPHER]);
  for (const [question, answer] of [[PLAIN, ANSWER], ["Grüße, ZWEI Züge!", "ok: àé"]]) {
    await client.type(`${question}\n`);
    await server.sees(`Client: ${question}\n`);
    await server.type(`${answer}\n`);
    await client.sees(`${answer}\n`);
  }
  assert(server.stdout.includes(`Received (encrypted): ${CIPHERTEXT}\n`), server.stdout);
  await client.type("exit\n");
  const { code, stdout } = await client.ended();
  assertEquals([code, stdout], [0, `${ANSWER}\nok: àé\n`]);
  await server.sees("Client disconnected");
});

peerTest(
  ["python3"],
  "seed 000: several connects share the Python server, each with its answers",
  async () => {
    await using server = Program.python("seed000_server.py", ["0", "LEMON"]);
    const port = await server.port();
    const args = ["--dialect", "raw", ...CIPHER];
    await using ada = connect(port, args);
    await using ben = connect(port, args);
    await using cy = connect(port, args);
    const clients = [["ada", ada], ["ben", ben], ["cy", cy]] as const;
    for (const [name, client] of clients) {
      await client.type(`${name} asks\n`);
      await server.sees(`Client: ${name} asks\n`);
    }
    for (const [name, client] of clients) {
      await server.type(`to ${name}\n`);
      await client.sees(`to ${name}\n`);
    }
    for (const [name, client] of clients) {
      await client.type("exit\n");
      const { code, stdout } = await client.ended();
      assertEquals([code, stdout], [0, `to ${name}\n`]);
    }
  },
);

peerTest(
  ["python3"],
  "seed 000: connect that ended its input still gets a late answer",
  async () => {
    await using server = Program.python("seed000_server.py", ["0", "LEMON"]);
    const args = ["--dialect", "raw", "--linger", "1m", ...CIPHER];
    await using client = connect(await server.port(), args);
    await client.type(`${PLAIN}\n`);
    await client.endInput();
    await server.sees(`Client: ${PLAIN}\n`);
    await server.type(`${ANSWER}\n`);
    const { code, stdout } = await client.ended();
    assertEquals([code, stdout], [0, `${ANSWER}\n`]);
  },
);

peerTest(
  ["python3"],
  "seed 000: ciphertext, not plain text, crosses the wire between all programs",
  async () => {
    await using ours = serveOperator();
    await using theirs = Program.python("seed000_server.py", ["0", "LEMON"]);
    for (const server of [ours, theirs]) {
      await using relay = new Relay(await server.port());
      for (const theirClient of [true, false]) {
        relay.sent = relay.answered = "";
        await using client = theirClient
          ? course("seed000_client.py", relay.port, ["LEMON"])
          : connect(relay.port, ["--dialect", "raw", ...CIPHER]);
        const asked = count(server.stdout, PLAIN);
        await client.type(`${PLAIN}\n`);
        await server.sees(new RegExp(`(${PLAIN}[^]*){${asked + 1}}`));
        await server.type(`${ANSWER}\n`);
        await client.sees(ANSWER);
        assertEquals([relay.sent, relay.answered], [CIPHERTEXT, SEALED_ANSWER]);
      }
    }
  },
);

peerTest(
  ["python3"],
  "seed 000: a native connect talks to the operator under the same key",
  async () => {
    await using server = serveOperator();
    const port = await server.port();
    await using relay = new Relay(port);
    await using client = connect(relay.port, ["--name", "Ada", ...CIPHER]);
    await client.type(`${PLAIN}\n`);
    await server.sees(`Ada: ${PLAIN}\n`);
    await server.type(`${ANSWER}\n`);
    await client.sees(`${ANSWER}\n`);
    assert(!relay.sent.includes(PLAIN) && !relay.answered.includes(ANSWER));
    assert(!relay.sent.includes('"chat"'), "a message is enciphered as a whole");
  },
);
