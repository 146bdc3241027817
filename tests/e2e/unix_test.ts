import { assert, assertEquals, assertMatch } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { Folder } from "./support/lab.ts";

const PYTHON_SERVER = `
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("ready", flush=True)
peer, _ = listener.accept()
while data := peer.recv(4096):
    peer.sendall(data.upper())
`;

/** A server on a path of a folder of its own. */
async function serving(command: string[], env?: Record<string, string>) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(new Folder({ "share/a.txt": "some text" }));
  const path = folder.at("socket");
  const server = stack.use(
    Program.labwire([...command, `unix:${path}`], {
      cwd: folder.path,
      env: { LABWIRE_STATE: folder.at("state"), ...env },
    }),
  );
  await server.sees(`labwire: listening on unix:${path}\n`, "stderr");
  const all = stack.move();
  return { folder, path, server, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Runs a client to its end. */
async function talk(command: string, args: string[], typed = "", env?: Record<string, string>) {
  const started = command === "labwire"
    ? Program.labwire(args, { env })
    : Program.start(command, args);
  await using client = started;
  await client.type(typed);
  await client.endInput();
  return await client.ended();
}

test("every client of labwire reaches its servers by a path, which goes with the server", async () => {
  await using room = await serving(["serve", "--files", "share", "--writable"]);
  const { folder, path, server } = room;
  assertEquals(Deno.lstatSync(path).mode! & 0o777, 0o600);
  const at = `unix:${path}`;
  const said = await talk("labwire", ["connect", at, "--name", "Ada"], "/who\nhello\n");
  assertEquals(said.code, 0);
  assertMatch(said.stdout, /Ada/);
  await server.sees(`${at}#1`, "stderr");
  const listed = await talk("labwire", ["ls", at]);
  assertEquals(listed.stdout, "a.txt\n");
  const got = await talk("labwire", ["get", at, "a.txt", "-o", folder.path, "-q"]);
  assertEquals([got.code, Deno.readTextFileSync(folder.at("a.txt"))], [0, "some text"]);
  const put = await talk("labwire", ["put", at, folder.at("a.txt"), "--rename", "-q"]);
  assertEquals([put.code, put.stderr], [0, ""]);
  assertEquals(folder.names().includes("socket"), true);
  server.signal("SIGINT");
  assertEquals((await server.ended()).code, 0);
  assertEquals(folder.names().includes("socket"), false);
});

test("bench runs over a path, and names it", async () => {
  await using echo = await serving(["echo-reverse"]);
  const args = ["bench", `unix:${echo.path}`, "--expect", "reverse", "--messages", "20", "--json"];
  const { code, stdout } = await talk("labwire", args);
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout.split("\n")[0]).target, `unix:${echo.path}`);
});

peerTest(["nc", "ncat", "socat"], "nc, ncat and socat come by a path, too", async () => {
  await using echo = await serving(["echo-reverse"]);
  const { path } = echo;
  for (
    const [command, ...args] of [
      ["nc", "-N", "-U", path],
      ["ncat", "-U", path],
      ["socat", "-t5", "-", `UNIX-CONNECT:${path}`],
    ]
  ) {
    assertEquals((await talk(command, args, "ADVANCE\n")).stdout, "ECNAVDA\n", command);
  }
});

peerTest(["python3"], "labwire comes to a course program by a path", async () => {
  using folder = new Folder({ "server.py": PYTHON_SERVER });
  const path = folder.at("socket");
  await using python = Program.start("python3", ["-u", folder.at("server.py"), path]);
  await python.sees("ready");
  const args = ["connect", `unix:${path}`, "--dialect", "text"];
  assertEquals((await talk("labwire", args, "quiet\n")).stdout, "QUIET\n");
});

peerTest(["socat"], "labwire waits for a path on which socat listens later", async () => {
  using folder = new Folder();
  const path = folder.at("socket");
  const args = [
    "connect",
    `unix:${path}`,
    "--dialect",
    "text",
    "--retry=9999",
    "--retry-delay=20ms",
  ];
  await using client = Program.labwire(args);
  await client.sees(/Cannot connect to unix:\S+: .*; trying again/, "stderr");
  await using _socat = Program.start("socat", [`UNIX-LISTEN:${path}`, "EXEC:cat"]);
  await client.type("back\n");
  await client.sees("back\n");
  await client.endInput();
  assertEquals((await client.ended()).code, 0);
});

/** Ada gets into a room on a path with what is asked for there, and without it nobody does. */
async function admits(
  options: string[],
  { env, good }: {
    env?: Record<string, string>;
    good: (server: Program) => Promise<string[]> | string[];
  },
) {
  await using room = await serving(["serve", ...options], env);
  const args = ["connect", `unix:${room.path}`, "--name", "Ada"];
  const key = await good(room.server);
  const { code, stdout } = await talk("labwire", [...args, ...key], "/who\n", env);
  assertEquals(code, 0);
  assertMatch(stdout, /Ada/);
  const bare = await talk("labwire", args);
  assertEquals(bare.code, 4);
}

test("TLS goes over a path as over TCP", async () => {
  await admits(["--tls-self-signed"], {
    good: async (server) => ["--fingerprint", (await server.sees(/sha256:\w+/, "stderr"))[0]],
  });
});

test("a secret goes over a path as over TCP", async () => {
  await admits(["--secret"], {
    env: { LABWIRE_SECRET: "swordfish" },
    good: () => ["--secret"],
  });
});

test("a path on which somebody listens is in use, one that a killed server has left is not", async () => {
  await using room = await serving(["serve"]);
  const { path, server } = room;
  const { code, stderr } = await talk("labwire", ["serve", `unix:${path}`]);
  assertEquals([code, stderr], [
    3,
    `labwire: Cannot listen on unix:${path}: the path is in use ` +
    "(stop the other program or choose another path)\n",
  ]);
  server.signal("SIGKILL");
  await server.ended();
  assert(Deno.lstatSync(path).isSocket);
  await using again = Program.labwire(["serve", `unix:${path}`]);
  await again.sees(`labwire: listening on unix:${path}\n`, "stderr");
});

test("no other file is replaced by a socket, nor removed", async () => {
  using folder = new Folder({ "notes.txt": "mine" });
  Deno.symlinkSync(folder.at("notes.txt"), folder.at("link"));
  for (
    const [name, why] of [["notes.txt", "there is a file of that name"], [
      "link",
      "there is a file of that name",
    ]]
  ) {
    const path = folder.at(name);
    const { code, stderr } = await talk("labwire", ["serve", `unix:${path}`]);
    assertEquals([code, stderr], [3, `labwire: Cannot listen on unix:${path}: ${why}\n`]);
  }
  assertEquals(Deno.readTextFileSync(folder.at("notes.txt")), "mine");
  assertEquals(folder.names(), ["link", "notes.txt"]);
});

test("a path that cannot be is told in one line", async () => {
  for (const path of ["/nowhere/socket", `/tmp/${"long".repeat(40)}`]) {
    for (const command of ["serve", "connect"]) {
      const { code, stderr } = await talk("labwire", [command, `unix:${path}`]);
      assertEquals(code, 3);
      assertMatch(stderr, /^labwire: Cannot (listen on|connect to) unix:\S+: [^\n]+\n$/);
      assert(!stderr.includes("os error"));
    }
  }
});

test("who comes by a path counts as this machine's own, where addresses count", async () => {
  for (const [option, code] of [["--deny=127.0.0.0/8", 4], ["--allow=127.0.0.1", 0]] as const) {
    await using room = await serving(["serve", option]);
    assertEquals((await talk("labwire", ["connect", `unix:${room.path}`])).code, code);
  }
});

test("host and port may be two words", async () => {
  await using server = Program.labwire(["echo-reverse", "127.0.0.1", "0"]);
  const port = await server.port();
  const { code, stdout } = await talk("labwire", ["connect", "127.0.0.1", `${port}`], "abc\n");
  assertEquals([code, stdout], [0, "cba\n"]);
  const wrong = await talk("labwire", ["connect", "127.0.0.1", "port"]);
  assertEquals([wrong.code, wrong.stderr], [
    2,
    'labwire: Cannot use the argument "port": it is no port\n',
  ]);
});
