/**
 * `labwire bench` against servers of all makes.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { only } from "../support/events.ts";
import { peerTest } from "../support/peers.ts";
import { type Ended, Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { Folder } from "./support/lab.ts";
import { WrongServer } from "../lib/load/support/wrong_server.ts";

const FEW = ["--clients", "3", "--messages", "20", "--timeout", "20s"];

async function bench(port: number, ...args: string[]): Promise<Ended> {
  await using program = Program.labwire(["bench", `127.0.0.1:${port}`, ...args]);
  return await program.ended();
}

/** Asserts that all is right: so many answers, no fault, code 0. */
async function assertRight(port: number, answers: number, ...args: string[]): Promise<void> {
  const ended = await bench(port, "--json", ...args);
  const { code, stdout, stderr } = ended;
  assertEquals([code, stderr], [0, ""], `${args}: ${stdout}${stderr}`);
  const { messages, faults } = only("result", ended);
  assertEquals([messages.answered, faults], [answers, {}], `${args}`);
}

test("bench: labwire's reverse echo is right in all four dialects", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
  const port = await server.port();
  for (const dialect of ["native", "text", "raw", "json"]) {
    await assertRight(port, 60, "--dialect", dialect, "--expect", "reverse", ...FEW);
    await assertRight(port, 60, "--dialect", dialect, ...FEW);
  }
  for (const dialect of ["native", "text", "json"]) {
    const args = ["--dialect", dialect, "--expect", "reverse", ...FEW];
    await assertRight(port, 60, ...args, "--pipeline", "7", "--size", "1000");
    await assertRight(port, 60, ...args, "--rate", "500");
  }
});

test("bench: rooms and acknowledgements are right in all four dialects", async () => {
  await using room = Program.labwire(["serve", "127.0.0.1:0"]);
  await using ack = Program.labwire(["serve", "127.0.0.1:0", "--mode", "ack"]);
  const [roomPort, ackPort] = [await room.port(), await ack.port()];
  for (const dialect of ["native", "text", "raw", "json"]) {
    await assertRight(roomPort, 120, "--dialect", dialect, "--expect", "broadcast", ...FEW);
    await assertRight(ackPort, 60, "--dialect", dialect, "--expect", "ack", ...FEW);
  }
});

test("bench: sealed and in cipher it is as right as in clear", async () => {
  const secret = { env: { LABWIRE_SECRET: "six words are better than one" } };
  await using sealed = Program.labwire(["echo-reverse", "127.0.0.1:0", "--secret"], secret);
  await using client = Program.labwire(
    ["bench", `127.0.0.1:${await sealed.port()}`, "--expect", "reverse", ...FEW],
    secret,
  );
  assertEquals((await client.ended()).code, 0, client.stdout + client.stderr);
  const key = { env: { LABWIRE_KEY: "LEMON" } };
  await using ciphered = Program.labwire(
    ["echo-reverse", "127.0.0.1:0", "--cipher", "vigenere"],
    key,
  );
  const port = await ciphered.port();
  for (const dialect of ["native", "text", "raw", "json"]) {
    const args = ["bench", `127.0.0.1:${port}`, "--cipher", "vigenere", "--dialect", dialect];
    await using client = Program.labwire([...args, "--expect", "reverse", ...FEW], key);
    assertEquals((await client.ended()).code, 0, client.stdout + client.stderr);
  }
});

test("bench: over TLS it is as right as in clear", async () => {
  using folder = new Folder();
  const env = { LABWIRE_STATE: folder.path };
  const serve = ["echo-reverse", "127.0.0.1:0", "--tls-self-signed"];
  await using server = Program.labwire(serve, { env });
  const [, fingerprint] = await server.sees(/--fingerprint (sha256:\S+)\n/, "stderr");
  for (const dialect of ["native", "text", "raw"]) {
    const args = ["--fingerprint", fingerprint, "--dialect", dialect, "--expect", "reverse"];
    await assertRight(await server.port(), 60, ...args, ...FEW);
  }
});

peerTest(["python3"], "bench: the courses' programs are right where they are", async () => {
  await using reverse = Program.python("seed004_server.py", ["0"]);
  await assertRight(await reverse.port(), 60, "--dialect", "raw", "--expect", "reverse", ...FEW);
  await using lines = Program.python("seed004_server.py", ["0", "--lines"]);
  const pipelined = ["--pipeline", "10", "--expect", "reverse", ...FEW];
  await assertRight(await lines.port(), 60, "--dialect", "text", ...pipelined);
  await using chat = Program.python("seed001_server.py", ["0"]);
  await assertRight(await chat.port(), 120, "--dialect", "raw", "--expect", "broadcast", ...FEW);
  await using relay = Program.python("seed001_server.py", ["0", "--lines"]);
  await assertRight(await relay.port(), 120, "--dialect", "text", "--expect", "broadcast", ...FEW);
  await using ack = Program.python("seed002_server.py", ["0", "docs"]);
  await assertRight(await ack.port(), 60, "--dialect", "raw", "--expect", "ack", ...FEW);
});

test("bench: a wrong server's first faults are shown, and the code is 1", async () => {
  await using server = new WrongServer((number) =>
    number === 5 ? "swap" : number === 12 ? "merge" : number === 17 ? "drop" : undefined
  );
  const args = ["--dialect", "text", "--expect", "reverse", "--pipeline", "20"];
  const { code, stdout } = await bench(
    server.port,
    ...args,
    ...["--clients", "1", "--messages", "20", "--timeout", "200ms"],
  );
  assertEquals(code, 1);
  assertStringIncludes(
    stdout,
    `
faults     3
  lost         1; first: client 1, message 17
    expected "mlkjihgfedcba;7100000000m10000c"
    came     nothing in 0.2 s
  out of order 1; first: client 1, message 5
    expected "mlkjihgfedcba;5000000000m10000c"
    came     behind "mlkjihgfedcba;6000000000m10000c"
  merged       1; first: client 1, message 12
    expected "mlkjihgfedcba;2100000000m10000c"
    came     "mlkjihgfedcba;2100000000m10000cmlkjihgfedcba;3100000000m10000c"
`,
  );
});

test("bench: clients that are refused are counted with the reason", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--max-clients", "3"]);
  const args = ["--expect", "broadcast", "--clients", "5", "--messages", "4"];
  const { code, stdout } = await bench(await server.port(), ...args);
  assertEquals(code, 1);
  assertMatch(stdout, /^clients {4}3 of 5 connected\n {11}2 could not connect: refused: .*busy/);
  assertMatch(stdout, /delivered 24 times, to 2 each/);
});

test("bench: a server of another make is told of, and the remedy is --dialect", async () => {
  await using server = new WrongServer();
  const { code, stdout, stderr } = await bench(server.port, "--clients", "1", "--messages", "1");
  assertEquals([code, stdout], [6, ""]);
  assertStringIncludes(stderr, "--dialect");
});

test("bench: all connections lost is 5", async () => {
  await using server = new WrongServer((number) => number === 5 ? "close" : undefined);
  const { code, stdout } = await bench(server.port, "--dialect", "text", ...FEW);
  assertEquals(code, 5);
  assertMatch(stdout, /3 lost the connection: closed by the server/);
});

test("bench: where nobody stays in the room, nothing was delivered to nobody", async () => {
  await using server = new WrongServer(() => "close");
  const room = ["--expect", "broadcast", "--dialect", "text"];
  const { code, stdout } = await bench(server.port, ...room, ...FEW);
  assertEquals(code, 5);
  assertMatch(stdout, /delivered 0 times, to 0 each/);
});

test("bench: Ctrl-C prints what was measured so far", async () => {
  await using server = new WrongServer();
  const { promise: busy, resolve } = Promise.withResolvers<void>();
  server.onLine = (number) => {
    if (number === 100) resolve();
  };
  const args = ["bench", server.address, "--dialect", "text", "--duration", "1m"];
  await using program = Program.labwire([...args, "--json"]);
  await program.until(busy);
  program.signal("SIGINT");
  const ended = await program.ended();
  const { code, stdout, stderr } = ended;
  assertEquals([code, stderr], [130, ""]);
  const { interrupted, messages, faults } = only("result", ended);
  assert(interrupted && messages.answered >= 90, stdout);
  assertEquals(faults, {});
});

peerTest(["python3"], "bench: at a terminal a line shows how it goes, and makes way", async () => {
  await using server = new WrongServer();
  const args = ["bench", server.address, "--dialect", "text", "--duration", "1s"];
  await using program = Program.labwireAtTerminal(args);
  const { code, stdout } = await program.ended();
  assertEquals(code, 0);
  assertStringIncludes(stdout, "\r\x1b[Kclients    10 connected\r\n");
  assertMatch(
    stdout,
    /\d+\.\d s: [\d,]+ answers, [\d,]+\/s, p50 [\d.]+ ms, p99 [\d.]+ ms/,
  );
});

test("bench: a thousand clients", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0", "--max-clients", "2000"]);
  const args = ["--expect", "reverse", "--messages", "2", "--timeout", "20s"];
  await assertRight(await server.port(), 2000, "--clients", "1000", ...args);
});
