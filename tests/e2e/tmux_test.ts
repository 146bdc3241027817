import { assertEquals } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { peerTest } from "../support/peers.ts";
import { labwireCommand, Program } from "../support/program.ts";
import { Terminal } from "../support/tmux.ts";

// What a terminal and node:readline between them do not allow, and so is not looked for here:
// - A character sequence that terminals disagree about (a family of emoji with joiners, a flag, a
//   heart made red by a selector) may leave the cursor a cell off while it stands in mid-line.
// - A line higher than the screen, or at its very top when the terminal becomes narrower, leaves its
//   first rows in the terminal's history: nobody can clear those.
// - The up arrow finds what begins with what is typed already, and all of it on an empty line.

/** Starts labwire as a shell would; then says what it left: its exit code and the terminal's state. */
const SHELL = `
  before=$(stty -g)
  "$@"
  code=$?
  [ "$before" = "$(stty -g)" ] && state=sane || state=changed
  echo "[exit $code, $state]"
  exec cat
`;
const START = ["Connected", "Ada>"];
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** labwire at a terminal of 40 columns and 12 rows, with a shell around it. */
function openLabwire(...args: string[]): Promise<Terminal> {
  return Terminal.open(["sh", "-c", SHELL, "sh", ...labwireCommand(), ...args], {
    columns: 40,
    rows: 12,
  });
}

/** A room with a peer that has spoken, and Ada at her terminal. */
async function openRoom() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(Program.labwire(["serve", "127.0.0.1:0"]));
  const port = await server.port();
  const nc = stack.use(await Peer.connect(port));
  await nc.send("hello\n");
  await server.sees("guest1", "stderr");
  const terminal = stack.use(await openLabwire("connect", `127.0.0.1:${port}`, "--name", "Ada"));
  /** Waits until the screen, under the line with the address, is just this, and the cursor there. */
  const shows = async (rows: string[], row: number, column: number) => {
    const connected = `Connected to 127.0.0.1:${port}`;
    const screen = rows.map((row) => row === START[0] ? connected : row).join("\n");
    await terminal.shows(screen, { row, column });
  };
  await shows(START, 1, 5);
  const all = stack.move();
  return { nc, terminal, shows, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

peerTest(["tmux"], "on a screen, the arrow keys bring back what was typed before", async () => {
  await using room = await openRoom();
  const { nc, terminal, shows } = room;
  for (const line of ["one", "two"]) {
    await terminal.type(line);
    await terminal.press("Enter");
  }
  const typed = [START[0], "Ada> one", "Ada> two"];
  await shows([...typed, "Ada>"], 3, 5);
  for (const [key, line] of [["Up", "two"], ["Up", "one"], ["Down", "two"], ["Down", ""]]) {
    await terminal.press(key);
    await shows([...typed, `Ada> ${line}`.trimEnd()], 3, 5 + line.length);
  }
  await terminal.type("o"); // of the older lines only those that begin so
  await terminal.press("Up");
  await shows([...typed, "Ada> one"], 3, 8);
  await terminal.type(" more");
  await terminal.press("Enter");
  await shows([...typed, "Ada> one more", "Ada>"], 4, 5);
  await nc.sees("Ada: one\nAda: two\nAda: one more\n");
});

peerTest(
  ["tmux"],
  "on a screen, a line over two rows survives what comes in, with the cursor in its middle",
  async () => {
    await using room = await openRoom();
    const { nc, terminal, shows } = room;
    await terminal.type(LETTERS + "ABCDEFG");
    const first = `Ada> ${LETTERS.slice(0, 35)}`;
    await shows([START[0], first, "9ABCDEFG"], 2, 8);
    await nc.send("at its end\n");
    const above = [START[0], "guest1: at its end"];
    await shows([...above, first, "9ABCDEFG"], 3, 8);
    await terminal.press(...Array(10).fill("Left"));
    await shows([...above, first, "9ABCDEFG"], 2, 38);
    await nc.send("in its middle\n");
    above.push("guest1: in its middle");
    await shows([...above, first, "9ABCDEFG"], 3, 38);
    await terminal.type("<>");
    await shows([...above, `${first.slice(0, 38)}<>`, "789ABCDEFG"], 4, 0);
    await terminal.press("Enter");
    await shows([...above, `${first.slice(0, 38)}<>`, "789ABCDEFG", "Ada>"], 5, 5);
    await nc.sees(`Ada: ${LETTERS.slice(0, 33)}<>789ABCDEFG\n`);
  },
);

peerTest(["tmux"], "on a screen, wide and combining characters keep their places", async () => {
  await using room = await openRoom();
  const { nc, terminal, shows } = room;
  await terminal.type("日本語e\u0301😀x");
  await shows([START[0], "Ada> 日本語e\u0301😀x"], 1, 15);
  await terminal.press("Left", "Left");
  await shows([START[0], "Ada> 日本語e\u0301😀x"], 1, 12);
  await terminal.press("BSpace", "BSpace"); // the accent, and its letter
  await shows([START[0], "Ada> 日本語😀x"], 1, 11);
  await terminal.press("C-a", "Right", "DC");
  await shows([START[0], "Ada> 日語😀x"], 1, 7);
  await terminal.press("C-e", "C-u");
  await terminal.type("漢".repeat(20)); // the 18th does not fit into the row's last cell
  const rows = [`Ada> ${"漢".repeat(17)}`, "漢漢漢"];
  await shows([START[0], ...rows], 2, 6);
  await terminal.press("Left");
  await shows([START[0], ...rows], 2, 4);
  await nc.send("漢".repeat(3) + "\n");
  await shows([START[0], "guest1: 漢漢漢", ...rows], 3, 4);
  await terminal.press("Left", "Left", "Left");
  await shows([START[0], "guest1: 漢漢漢", ...rows], 2, 37);
  await terminal.press("Enter");
  await shows([START[0], "guest1: 漢漢漢", ...rows, "Ada>"], 4, 5);
  await nc.sees(`Ada: ${"漢".repeat(20)}\n`);
});

peerTest(["tmux"], "on a screen, tabs and controls in what is typed take known cells", async () => {
  await using room = await openRoom();
  const { nc, terminal, shows } = room;
  await terminal.paste("a\tb\u009b2Jc");
  await shows([START[0], "Ada> a  b<U+009B>2Jc"], 1, 20);
  await terminal.press("Left", "Left", "Left", "Left", "Left", "Left");
  await shows([START[0], "Ada> a  b<U+009B>2Jc"], 1, 6);
  await terminal.press("Enter");
  await nc.sees("Ada: a\tb");
});

peerTest(
  ["tmux"],
  "on a screen, a line that is being typed survives narrower and wider windows",
  async () => {
    await using room = await openRoom();
    const { nc, terminal, shows } = room;
    const line = `Ada> ${LETTERS}`;
    await terminal.type(LETTERS);
    await shows([START[0], line.slice(0, 40), "9"], 2, 1);
    await terminal.press("Left", "Left", "Left"); // the cursor is on the 6
    await shows([START[0], line.slice(0, 40), "9"], 1, 38);
    await terminal.resize(60);
    await shows([START[0], line], 1, 38);
    await nc.send("wider\n");
    await shows([START[0], "guest1: wider", line], 2, 38);
    await terminal.resize(30);
    // The terminal keeps the cursor's row, and moves up what is above by what the line now takes.
    await shows(["guest1: wider", line.slice(0, 30), line.slice(30)], 2, 8);
    await nc.send("narrower\n");
    const narrow = ["guest1: wider", "guest1: narrower"];
    await shows([...narrow, line.slice(0, 30), line.slice(30)], 3, 8);
    await terminal.resize(41); // all of it is just one row
    await terminal.press("End");
    await shows([START[0], ...narrow, line], 4, 0);
    await terminal.resize(45);
    await shows([START[0], ...narrow, line], 3, 41);
    await terminal.type("!");
    await terminal.press("Enter");
    await shows([START[0], ...narrow, `${line}!`, "Ada>"], 4, 5);
    await nc.sees(`Ada: ${LETTERS}!\n`);
  },
);

for (
  const [how, bracketed] of [["", false], [" by a terminal that can mark a paste", true]] as const
) {
  peerTest(
    ["tmux"],
    `on a screen, 30 lines pasted${how} go out once each, in order`,
    async () => {
      await using room = await openRoom();
      const { nc, terminal } = room;
      const lines = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`);
      nc.received = "";
      await terminal.paste(`${lines.join("\n")}\nand the rest`, { bracketed });
      const shown = [...lines, "and the rest"].map((line) => `Ada> ${line}`);
      await terminal.shows(shown.slice(-12).join("\n"), { row: 11, column: 17 });
      const [, ...scrolled] = (await terminal.history()).split("\n");
      assertEquals(scrolled, shown);
      await terminal.type("!");
      await terminal.press("Enter");
      const said = [...lines, "and the rest!"].map((line) => `Ada: ${line}\n`).join("");
      await nc.until(() => nc.received.includes("rest!\n"), "the last line");
      assertEquals(nc.received.replace("* Ada joined\n", ""), said);
    },
  );
}

for (
  const [keys, typed, code] of [["C-c", "partly typed", 130], ["C-d", "", 0]] as const
) {
  peerTest(
    ["tmux"],
    `on a screen, ${keys} takes the prompt away and leaves the terminal as it was`,
    async () => {
      await using room = await openRoom();
      const { terminal, shows } = room;
      await terminal.type(typed);
      await shows([START[0], `Ada> ${typed}`.trimEnd()], 1, 5 + typed.length);
      await terminal.press(keys);
      await shows([START[0], `[exit ${code}, sane]`], 2, 0);
      await terminal.type("echo");
      await shows([START[0], `[exit ${code}, sane]`, "echo"], 2, 4);
    },
  );
}

peerTest(
  ["tmux"],
  "on a screen, Ctrl-D amid a line takes away a character, and ends nothing",
  async () => {
    await using room = await openRoom();
    const { terminal, shows } = room;
    await terminal.type("abc");
    await terminal.press("C-d", "Left", "C-d", "C-l");
    await shows(["Ada> ab"], 0, 7);
  },
);

peerTest(["tmux"], "on a screen, Ctrl-Z gives the shell back, and fg the line", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  using nc = await Peer.connect(port);
  await nc.send("hello\n");
  await server.sees("guest1", "stderr");
  const PS1 = "$ ", L = labwireCommand().join(" "), A = `127.0.0.1:${port} --name Ada`;
  await using shell = await Terminal.open(["bash", "--norc"], { env: { PS1, L, A } });
  await shell.shows("$");
  await shell.type("$L connect $A");
  await shell.press("Enter");
  const started = `$ $L connect $A\nConnected to 127.0.0.1:${port}`;
  await shell.shows(`${started}\nAda>`);
  await shell.type("partly ");
  await shell.press("C-z");
  const stopped = `${started}\n\n[1]+  Stopped                 $L connect $A`;
  await shell.shows(`${stopped}\n$`);
  await nc.send("meanwhile\n");
  await shell.type("fg");
  await shell.press("Enter");
  await shell.shows(`${stopped}\n$ fg\n$L connect $A\nguest1: meanwhile\nAda> partly`);
  await shell.type("typed");
  await shell.press("Enter");
  await nc.sees("Ada: partly typed\n");
});

peerTest(
  ["tmux"],
  "on a screen, the operator's line survives what the room says, and goes to everyone",
  async () => {
    await using terminal = await openLabwire("serve", "127.0.0.1:0");
    const [, port] = (await terminal.shows(/^labwire: listening on 127\.0\.0\.1:(\d+)\nserver>$/))
      .match(/:(\d+)\n/)!;
    const typed = ["server> Welcome to all of you, whoever y", "ou may be"];
    await terminal.type("Welcome to all of you, whoever you may be");
    await terminal.shows([`labwire: listening on 127.0.0.1:${port}`, ...typed].join("\n"));
    await terminal.resize(60); // so that what is told about a client is a row, whatever its port
    using nc = await Peer.connect(Number(port));
    await nc.send("hello\n");
    const rows = (...last: string[]) =>
      [
        `labwire: listening on 127\\.0\\.0\\.1:${port}`,
        "Connection from 127\\.0\\.0\\.1:\\d+ as Client 1",
        "Client count: 1",
        "Client connected as Client 1: guest1",
        "guest1: hello",
        `${typed.join("")}`,
        ...last,
      ].join("\n");
    await terminal.shows(new RegExp(`^${rows()}$`), { row: 5, column: 49 });
    await terminal.press("Enter");
    await nc.sees("Server: Welcome to all of you, whoever you may be\n");
    await terminal.shows(new RegExp(`^${rows("server>")}$`), { row: 6, column: 8 });
    await terminal.press("C-d");
    await nc.sawEnd();
    await terminal.shows(/\n\[exit 0, sane\]$/);
  },
);
