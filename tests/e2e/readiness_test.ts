/**
 * How a server tells whoever has started it that clients can come.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { toldBy } from "../support/events.ts";
import { Peer } from "../support/peer.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { Folder } from "./support/lab.ts";

const SERVERS = [["serve"], ["echo-reverse"], ["fileserver", "."]];

/** Prints each datagram that comes to a socket, until one says that the server stops. */
const SUPERVISOR = `
import socket, sys
inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
inbox.bind(sys.argv[1])
print("bound", flush=True)
text = ""
while "STOPPING" not in text:
    text = inbox.recv(4096).decode()
    print(text, flush=True)
`;

for (const command of SERVERS) {
  Deno.test(`${command[0]}: files tell where it listens once clients can come, and go with it`, async () => {
    using folder = new Folder({ "ready": "stale", "port": "1\n" });
    const [ready, portFile] = [folder.at("ready"), folder.at("port")];
    const files = ["--ready-file", ready, "--port-file", portFile];
    await using server = Program.labwire([...command, "127.0.0.1:0", ...files]);
    const port = await server.port();
    assertEquals(Deno.readTextFileSync(ready), `127.0.0.1:${port}\n`);
    assertEquals(Deno.readTextFileSync(portFile), `${port}\n`);
    assertEquals(folder.names(), ["port", "ready"]);
    using _peer = await Peer.connect(port);
    server.signal("SIGINT");
    assertEquals((await server.ended()).code, 0);
    assertEquals(folder.names(), []);
  });
}

Deno.test("a stale file is gone before anything else can go wrong", async () => {
  using folder = new Folder({ "ready": "stale" });
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${taken.addr.port}`;
  await using server = Program.labwire(["serve", address, "--ready-file", folder.at("ready")]);
  const { code, stderr } = await server.ended();
  assertEquals([code, folder.names()], [3, []], stderr);
});

Deno.test("a file that cannot be written is a mistake of usage, and nothing listens", async () => {
  using folder = new Folder({ "port/in it": "" });
  for (const path of [folder.at("nowhere/port"), folder.at("port")]) {
    await using server = Program.labwire(["serve", "127.0.0.1:0", "--port-file", path]);
    const { code, stderr } = await server.ended();
    assertEquals(code, 2);
    assertMatch(stderr, /^labwire: Cannot write ".*port": [^\n]* for --port-file\)\n$/);
  }
  assertEquals(folder.names(), ["port"]);
});

Deno.test("a file that another server has taken over stays", async () => {
  using folder = new Folder();
  const args = ["echo-reverse", "127.0.0.1:0", "--port-file", folder.at("port")];
  await using one = Program.labwire(args);
  await one.port();
  await using other = Program.labwire(args);
  const port = await other.port();
  one.signal("SIGINT");
  assertEquals((await one.ended()).code, 0);
  assertEquals(Deno.readTextFileSync(folder.at("port")), `${port}\n`);
});

peerTest(
  ["python3"],
  "a supervisor is told of the start, of settings read again, and of the end",
  async () => {
    using folder = new Folder();
    const NOTIFY_SOCKET = folder.at("notify");
    await using supervisor = Program.start("python3", ["-c", SUPERVISOR, NOTIFY_SOCKET]);
    await supervisor.sees("bound");
    await using server = Program.labwire(["serve", "127.0.0.1:0"], { env: { NOTIFY_SOCKET } });
    const port = await server.port();
    await supervisor.sees(`READY=1\nSTATUS=listening on 127.0.0.1:${port}\n`);
    server.signal("SIGHUP");
    await supervisor.sees("RELOADING=1\nREADY=1\n");
    server.signal("SIGINT");
    const { code, stderr } = await server.ended();
    assertEquals(code, 0);
    assert(!stderr.includes("notify"), stderr);
    assertEquals((await supervisor.ended()).stdout.split("\n").at(-2), "STOPPING=1");
  },
);

Deno.test("a supervisor that cannot be told stops nothing, and is noted once", async () => {
  using folder = new Folder();
  const cases = [
    ["@labwire", /NOTIFY_SOCKET is left alone: an abstract socket is not supported\n/g],
    [folder.at("nobody"), /Cannot notify [^\n]*nobody: [^\n]*\n/g],
  ] as const;
  for (const [NOTIFY_SOCKET, words] of cases) {
    const env = { NOTIFY_SOCKET };
    await using server = Program.labwire(["serve", "127.0.0.1:0", "--json"], { env });
    await server.sees("listening");
    server.signal("SIGINT");
    const ended = await server.ended();
    assertEquals([ended.code, ended.stderr.match(words)?.length], [0, 1], ended.stderr);
    assertEquals(toldBy(ended).map(({ event }) => event), ["listening", "stopped"]);
  }
});
