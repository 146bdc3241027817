import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";

const CTRL_C = "\x03";

/** What is left of a terminal's output without control sequences. */
function plain(output: string): string {
  // deno-lint-ignore no-control-regex
  return output.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
}

peerTest(
  ["python3"],
  "at a terminal, the prompt follows a new name, and Ctrl-C ends with 130",
  async () => {
    await using server = Program.labwire(["serve", "127.0.0.1:0"]);
    const address = `127.0.0.1:${await server.port()}`;
    await using ada = Program.labwireAtTerminal(["connect", address, "--name", "Ada"]);
    await ada.sees("Ada> ");
    await ada.type("/nick Grace Hopper\r");
    await ada.sees("Grace Hopper> ");
    await ada.type(CTRL_C);
    assertEquals((await ada.ended()).code, 130);
  },
);

peerTest(
  ["python3"],
  "without an address, a terminal is asked for host, port and name, with defaults",
  async () => {
    await using server = Program.labwire(["serve", "127.0.0.1:0"]);
    const port = await server.port();
    await using ada = Program.labwireAtTerminal(["connect"]);
    await ada.sees("Server address [127.0.0.1]: ");
    await ada.type("\r");
    await ada.sees("Server port [8000]: ");
    await ada.type(`${port}\r`);
    await ada.sees("Your name");
    await ada.type("Ada\r");
    await ada.sees("Ada> ");
    await server.sees("Client 1: Ada", "stderr");
    await ada.type("exit\r");
    assertEquals((await ada.ended()).code, 0);
  },
);

peerTest(
  ["python3"],
  "over raw a terminal is not asked for a name, and nothing is sent that was not typed",
  async () => {
    await using server = Program.labwire(["serve", "127.0.0.1:0"]);
    const port = await server.port();
    using nc = await Peer.connect(port);
    await nc.send("hello\n");
    await using ada = Program.labwireAtTerminal(["connect", "--dialect", "raw"]);
    await ada.sees("Server address [127.0.0.1]: ");
    await ada.type("\r");
    await ada.sees("Server port [8000]: ");
    await ada.type(`${port}\r`);
    await ada.sees("you> ");
    await ada.type("first words\r");
    assertEquals(await nc.sees("first words\n"), "* guest2 joined\nguest2: first words\n");
  },
);

peerTest(
  ["python3"],
  "the operator's terminal shows the room, and what is typed there goes to everyone",
  async () => {
    await using server = Program.labwireAtTerminal(["serve", "127.0.0.1:0"]);
    const [, port] = await server.sees(/listening on 127\.0\.0\.1:(\d+)/);
    await server.sees("server> ");
    using nc = await Peer.connect(Number(port));
    await nc.send("hello\n");
    await server.sees("guest1: hello");
    await server.type("welcome, guest1\r");
    await nc.sees("Server: welcome, guest1\n");
    await server.type("exit\r");
    const { code, stdout } = await server.ended();
    assertEquals(code, 0);
    assert(plain(stdout).includes("server> welcome, guest1"));
    await nc.sawEnd();
  },
);

peerTest(["python3"], "what a peer sends cannot move the cursor of a terminal", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  await using ada = Program.labwireAtTerminal(["connect", `127.0.0.1:${port}`, "--name", "Ada"]);
  await ada.sees("Ada> ");
  using nc = await Peer.connect(port);
  await nc.send("\x1b[2Jgone\x07\u202e\n");
  await ada.sees("guest2: ␛[2Jgone␇<U+202E>");
  // deno-lint-ignore no-control-regex
  assertNotMatch(ada.stdout, /\x1b\[2J|\x07|\u202e/);
});

peerTest(
  ["python3"],
  "at a terminal, Ctrl-C at a question ends with 130, and asks no other",
  async () => {
    await using ada = Program.labwireAtTerminal(["connect"]);
    await ada.sees("Server address [127.0.0.1]: ");
    await ada.type(CTRL_C);
    const { code, stdout } = await ada.ended();
    assertEquals([code, plain(stdout).replace("^C", "").trim()], [
      130,
      "Server address [127.0.0.1]:",
    ]);
  },
);
