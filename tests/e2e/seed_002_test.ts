/**
 * Seed 002: a server for three clients at most, which have names, are acknowledged, and get files.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { anyBytes, connect, course, Folder } from "./support/lab.ts";

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
const HELLO = "Connected to the server successfully.";
const DATA = anyBytes(300 * 1024);
const FILES = { "data.bin": DATA, "notes.txt": "first line\nsecond line, EOF or not\n" };

function serveAck(folder: string, ...args: string[]): Program {
  const mode = ["--mode", "ack", "--max-clients", "3", "--files", folder];
  return Program.labwire(["serve", "127.0.0.1:0", ...mode, ...args]);
}

function rawConnect(port: number, name: string, cwd: string): Program {
  return connect(port, ["--dialect", "raw", "--name", name], { cwd });
}

peerTest(
  ["python3"],
  "seed 002: serve acknowledges a Python client, and knows status, list and exit",
  async () => {
    using shared = new Folder(FILES);
    await using server = serveAck(shared.path);
    await using client = course("seed002_client.py", await server.port(), ["--name", "Ben"]);
    await client.sees(`${HELLO}\n`);
    await server.sees("Client connected as Client 1: Ben", "stderr");
    for (const text of ["hello", "What's this?", "äöü", "lists", "statusquo"]) {
      await client.type(`${text}\n`);
      await client.sees(`Server: ${text} ACK\n`);
    }
    await client.type("status\n");
    await client.sees(new RegExp(`Server: Client 1: Ben - Start: ${TIME}, End: Still Connected\n`));
    await client.type("LIST\n");
    await client.sees("Server: data.bin\nnotes.txt\n");
    await client.type("exit\n");
    assertEquals((await client.ended()).code, 0);
    await server.sees("Client 1: Ben has disconnected", "stderr");
    await using next = course("seed002_client.py", await server.port(), ["--name", "Ada"]);
    await next.sees(`${HELLO}\n`);
    await next.type("status\n");
    await next.sees(new RegExp(`Client 1: Ben - Start: ${TIME}, End: ${TIME}\nClient 2: Ada - `));
  },
);

peerTest(
  ["python3"],
  "seed 002: a Python client saves files of serve, and learns what is not there",
  async () => {
    using shared = new Folder(FILES);
    using desk = new Folder();
    await using server = serveAck(shared.path);
    const options = { cwd: desk.path };
    await using client = course(
      "seed002_client.py",
      await server.port(),
      ["--name", "Ben"],
      options,
    );
    await client.sees(HELLO);
    await client.type("get data.bin\n");
    await client.sees("File received successfully.\n");
    await client.type("get nothing.txt\n");
    await client.sees("File not found.\n");
    await client.type("get notes.txt\n");
    await client.sees(/successfully\.\n[^]*File received successfully\.\n/);
    await client.type("still there?\n");
    await client.sees("Server: still there? ACK\n");
    assertEquals(desk.names(), ["data.bin", "notes.txt"]);
    for (const name of desk.names()) assertEquals(desk.read(name), shared.read(name), name);
  },
);

peerTest(
  ["python3"],
  "seed 002: serve takes three Python clients, and a freed place is usable at once",
  async () => {
    using shared = new Folder();
    await using server = serveAck(shared.path);
    const port = await server.port();
    await using one = course("seed002_client.py", port, ["--name", "One"]);
    await using two = course("seed002_client.py", port, ["--name", "Two"]);
    await using three = course("seed002_client.py", port, ["--name", "Three"]);
    for (const client of [one, two, three]) await client.sees(`${HELLO}\n`);
    for (const late of ["Four", "Five"]) {
      await using client = course("seed002_client.py", port, ["--name", late]);
      await client.sees("server is busy");
      assertEquals((await client.ended()).code, 0);
    }
    await two.type("exit\n");
    await server.sees(/: Two has disconnected\n/, "stderr");
    await using six = course("seed002_client.py", port, ["--name", "Six"]);
    await six.sees(`${HELLO}\n`);
    for (const [name, client] of [["one", one], ["three", three], ["six", six]] as const) {
      await client.type(`I am ${name}\n`);
      await client.sees(`Server: I am ${name} ACK\n`);
    }
  },
);

peerTest(
  ["python3"],
  "seed 002: connect is acknowledged by the Python server, and gets its files",
  async () => {
    using shared = new Folder(FILES);
    using desk = new Folder();
    await using server = Program.python("seed002_server.py", ["0", shared.path]);
    await using client = rawConnect(await server.port(), "Ben", desk.path);
    await client.sees(`${HELLO}\n`);
    await server.sees("connected as Client 1: Ben\n");
    await client.type("hello\n");
    await client.sees("hello ACK\n");
    await client.type("/status\n");
    await client.sees(new RegExp(`Client 1: Ben - Start: ${TIME}, End: Still Connected\n`));
    await client.type("/list\n");
    await client.sees("data.bin\nnotes.txt\n");
    await client.type("/get data.bin\n");
    await client.sees("Saved data.bin: 307200 bytes", "stderr");
    await client.type("/get notes.txt\n");
    await client.sees("Saved notes.txt: 35 bytes", "stderr");
    await client.type("exit\n");
    const { code, stdout } = await client.ended();
    assertEquals(code, 0);
    assertMatch(
      stdout,
      new RegExp(`^${HELLO}\nhello ACK\nClient 1: [^\n]*\ndata.bin\nnotes.txt\n$`),
    );
    assertEquals(desk.names(), ["data.bin", "notes.txt"]);
    for (const name of desk.names()) assertEquals(desk.read(name), shared.read(name), name);
    await server.sees("Client 1: Ben has disconnected.\n");
  },
);

peerTest(
  ["python3"],
  "seed 002: connect ends with 1 after the Python server lacked a file",
  async () => {
    using shared = new Folder(FILES);
    using desk = new Folder();
    await using server = Program.python("seed002_server.py", ["0", shared.path]);
    await using client = rawConnect(await server.port(), "Ben", desk.path);
    await client.sees(`${HELLO}\n`);
    await client.type("/get nothing.txt\n");
    await client.sees("Cannot get the file: File not found\n", "stderr");
    await client.type("and now?\n");
    await client.sees("and now? ACK\n");
    await client.type("exit\n");
    assertEquals((await client.ended()).code, 1);
    assertEquals(desk.names(), []);
  },
);

peerTest(
  ["python3"],
  "seed 002: connects fill the Python server, meet busy, and take a freed place",
  async () => {
    using shared = new Folder();
    await using server = Program.python("seed002_server.py", ["0", shared.path]);
    const port = await server.port();
    await using one = rawConnect(port, "One", shared.path);
    await using two = rawConnect(port, "Two", shared.path);
    await using three = rawConnect(port, "Three", shared.path);
    for (const client of [one, two, three]) await client.sees(`${HELLO}\n`);
    await using four = rawConnect(port, "Four", shared.path);
    const { code, stdout } = await four.ended();
    assertEquals([code, stdout], [0, "Server is busy. Please try again later.\n"]);
    await two.type("exit\n");
    assertEquals((await two.ended()).code, 0);
    await server.sees("Two has disconnected.\n");
    await using five = rawConnect(port, "Five", shared.path);
    await five.sees(`${HELLO}\n`);
    for (const [name, client] of [["one", one], ["three", three], ["five", five]] as const) {
      await client.type(`I am ${name}\n`);
      await client.sees(`I am ${name} ACK\n`);
    }
  },
);
