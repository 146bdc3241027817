/**
 * Seed 004: a server that sends every message back in reverse.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { connect, count, course } from "./support/lab.ts";

const WORDS = [["ADVANCE", "ECNAVDA"], ["a b", "b a"], ["x", "x"], ["racecar", "racecar"]];

peerTest(["python3"], "seed 004: echo-reverse answers several Python clients", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
  const port = await server.port();
  await using ada = course("seed004_client.py", port);
  await using ben = course("seed004_client.py", port);
  await using cy = course("seed004_client.py", port);
  for (const [text, reversed] of [...WORDS, ["Grüße 👩‍🔬", "👩‍🔬 eßürG"]]) {
    for (const [i, client] of [ada, ben, cy].entries()) {
      await client.type(`${i}${text}\n`);
      await client.sees(`Reversed string from server:${reversed}${i}\n`);
    }
  }
  await ada.type("exit\n");
  assertEquals((await ada.ended()).code, 0);
  await ben.type("still here\n");
  await ben.sees("Reversed string from server:ereh llits\n");
});

peerTest(
  ["python3"],
  "seed 004: echo-reverse --bytes reverses as the Python server does",
  async () => {
    await using ours = Program.labwire(["echo-reverse", "127.0.0.1:0", "--bytes"]);
    await using theirs = Program.python("seed004_server.py", ["0"]);
    for (const server of [ours, theirs]) {
      await using client = course("seed004_client.py", await server.port());
      for (const [text, reversed] of [...WORDS, ["né", "\ufffd\ufffdn"]]) {
        await client.type(`${text}\n`);
        await client.sees(`Reversed string from server:${reversed}\n`);
      }
    }
  },
);

peerTest(
  ["python3"],
  "seed 004: echo-reverse --bytes --dialect raw sends back any bytes at all",
  async () => {
    const server = ["echo-reverse", "127.0.0.1:0", "--bytes", "--dialect", "raw"];
    await using ours = Program.labwire(server);
    using peer = await Peer.connect(await ours.port());
    await peer.send("{a}\n\n");
    await peer.sees("\n\n}a{");
    await peer.endSending();
    assertEquals(await peer.sawEnd(), "\n\n}a{");
    await peer.close();
  },
);

peerTest(["python3"], "seed 004: several connects get the Python server's answers", async () => {
  await using server = Program.python("seed004_server.py", ["0"]);
  const port = await server.port();
  await using ada = connect(port, ["--dialect", "raw"]);
  await using ben = connect(port, ["--dialect", "raw"]);
  for (const [text, reversed] of [...WORDS, ["né", "\ufffd\ufffdn"]]) {
    for (const [i, client] of [ada, ben].entries()) {
      await client.type(`${i}${text}\n`);
      await client.sees(`${reversed}${i}\n`);
    }
  }
  await ada.type("exit\n");
  const left = await ada.ended();
  assertEquals([left.code, count(left.stdout, "\n"), left.stderr], [0, WORDS.length + 1, ""]);
  await ben.endInput();
  assertEquals((await ben.ended()).code, 0);
  await server.sees(/(Disconnected[^]*){2}/);
});

peerTest(
  ["python3"],
  "seed 004: connect prints the Python server's answer to what a pipe holds",
  async () => {
    await using server = Program.python("seed004_server.py", ["0"]);
    await using client = connect(await server.port(), ["--dialect", "raw", "--pace", "500ms"]);
    await client.type("ADVANCE\nNOW\n");
    await client.endInput();
    const { code, stdout } = await client.ended();
    assertEquals([code, stdout], [0, "ECNAVDA\nWON\n"]);
  },
);

peerTest(["python3"], "seed 004: a native connect talks to echo-reverse", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
  await using client = connect(await server.port());
  await client.type("ADVANCE\nGrüße\n\nNOW\n");
  await client.endInput();
  const { code, stdout } = await client.ended();
  assertEquals([code, stdout], [0, "ECNAVDA\neßürG\n\nWON\n"]);
});
