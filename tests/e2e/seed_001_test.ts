/**
 * Seed 001: a chat in which everybody hears everybody else, and the server has a voice, too.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { connect, count, course } from "./support/lab.ts";

const RAW = ["--dialect", "raw"];

peerTest(
  ["python3"],
  "seed 001: serve relays what a Python client says to all the others, once",
  async () => {
    await using server = Program.labwire(["serve", "127.0.0.1:0"]);
    const port = await server.port();
    await using ada = course("seed001_client.py", port);
    await server.sees("Client count: 1", "stderr");
    await using ben = course("seed001_client.py", port);
    await server.sees("Client count: 2", "stderr");
    await using cy = course("seed001_client.py", port);
    await server.sees("Client count: 3", "stderr");
    const clients = [ada, ben, cy];
    for (const [i, speaker] of clients.entries()) {
      await speaker.type(`Hallo von ${i + 1}: äöü\n`);
      for (const other of clients) {
        if (other !== speaker) await other.sees(`guest${i + 1}: Hallo von ${i + 1}: äöü\n`);
      }
    }
    for (const [i, client] of clients.entries()) {
      for (const each of [1, 2, 3]) {
        const heard = count(client.stdout, `guest${each}: `);
        assertEquals(heard, each === i + 1 ? 0 : 1, client.stdout);
      }
    }
  },
);

peerTest(
  ["python3"],
  "seed 001: the operator of serve speaks to all Python clients, and exit ends it",
  async () => {
    await using server = Program.labwire(["serve", "127.0.0.1:0", "--operator"]);
    const port = await server.port();
    await using ada = course("seed001_client.py", port);
    await using ben = course("seed001_client.py", port);
    await server.sees("Client count: 2", "stderr");
    await server.type("The lab begins\n");
    await ada.sees("Message received: Server: The lab begins\n");
    await ben.sees("Message received: Server: The lab begins\n");
    await ada.type("Good morning\n");
    await server.sees(/guest\d: Good morning\n/);
    await server.type("EXIT\n");
    assertEquals((await server.ended()).code, 0);
    for (const client of [ada, ben]) {
      const { code, stdout } = await client.ended();
      assertEquals(code, 0);
      assertEquals(count(stdout, "Server: The lab begins"), 1);
      assertEquals(count(stdout, "server is shutting down"), 1, stdout);
      assertEquals(count(stdout, "Disconnected from the server."), 1, stdout);
    }
  },
);

peerTest(
  ["python3"],
  "seed 001: a Python client that exits leaves serve to the others",
  async () => {
    await using server = Program.labwire(["serve", "127.0.0.1:0"]);
    const port = await server.port();
    await using ada = course("seed001_client.py", port);
    await server.sees("Client count: 1", "stderr");
    await using ben = course("seed001_client.py", port);
    await server.sees("Client count: 2", "stderr");
    await ada.type("I must go\n");
    await ben.sees("guest1: I must go\n");
    await ada.type("Exit\n");
    assertEquals((await ada.ended()).code, 0);
    await ben.sees("* guest1 left\n");
    await using cy = course("seed001_client.py", port);
    await cy.type("Anybody here?\n");
    await ben.sees("guest3: Anybody here?\n");
  },
);

peerTest(
  ["python3"],
  "seed 001: connect chats with others, Python or not, at the Python server",
  async () => {
    await using server = Program.python("seed001_server.py", ["0"]);
    const port = await server.port();
    await using ada = connect(port, RAW);
    await using ben = connect(port, RAW);
    await using cy = course("seed001_client.py", port);
    await server.sees(/(connected\n[^]*){3}/);
    await ada.type("ADVANCE zur Brücke\n");
    await ben.sees("ADVANCE zur Brücke\n");
    await cy.sees("Message received: ADVANCE zur Brücke\n");
    await cy.type("On my way\n");
    await ada.sees("On my way\n");
    await ben.sees("On my way\n");
    await server.type("Silence, please\n");
    for (const client of [ada, ben, cy]) await client.sees("Silence, please\n");

    await ada.type("exit\n");
    const left = await ada.ended();
    assertEquals([left.code, left.stdout], [0, "On my way\nSilence, please\n"]);
    await server.sees(/disconnected\n/);
    await ben.type("Ada is gone\n");
    await cy.sees("Message received: Ada is gone\n");

    await server.type("exit\n");
    const { code, stdout, stderr } = await ben.ended();
    assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout, "ADVANCE zur Brücke\nOn my way\nSilence, please\n");
  },
);

peerTest(
  ["python3"],
  "seed 001: connect says what a pipe holds to the Python server, and ends",
  async () => {
    await using server = Program.python("seed001_server.py", ["0"]);
    await using client = connect(await server.port(), [...RAW, "--name", "Ada", "--pace", "500ms"]);
    await client.type("one\ntwo\n");
    await client.endInput();
    assertEquals((await client.ended()).code, 0);
    await server.sees(/: Ada\n[^]*: one\n[^]*: two\n[^]*disconnected\n/);
  },
);
