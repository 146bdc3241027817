import { assertEquals, assertMatch } from "@std/assert";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, Folder, run } from "./support/lab.ts";
import { Fake, frame, readTo, welcome, writeAll } from "./support/fake.ts";

/** A port where nobody listens. */
function deadPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

test("--retry tries again so often, tells each wait, and ends as the last try did", async () => {
  const port = deadPort();
  for (const [command, ...args] of [["connect"], ["get", "a.txt"], ["ls"], ["put", "main.ts"]]) {
    const { code, stderr } = await run(command, port, [...args, "--retry=2", "--retry-delay=5ms"]);
    const refused = `labwire: Cannot connect to 127.0.0.1:${port}: connection refused`;
    assertEquals(
      [code, stderr],
      [
        3,
        `${refused}; trying again in 5 ms (1 of 2)\n${refused}; trying again in 5 ms (2 of 2)\n` +
        `${refused} (is a server running there?)\n`,
      ],
    );
  }
});

test("with --retry a client waits for a server that is started after it", async () => {
  const port = deadPort();
  await using ada = connect(port, ["--retry", "1000", "--retry-delay", "20ms", "--name", "Ada"]);
  await ada.sees("trying again in 20 ms (1 of 1000)", "stderr");
  await using server = Program.labwire(["serve", `127.0.0.1:${port}`]);
  await server.sees("Client 1: Ada", "stderr");
  await ada.endInput();
  assertEquals((await ada.ended()).code, 0);
});

test("a busy server is tried again, one that refuses us is not", async () => {
  for (const [first, codes] of [["busy", ["busy", "denied"]], ["denied", ["denied"]]] as const) {
    let visits = 0;
    await using fake = new Fake(async (conn) => {
      await readTo(conn, "}");
      const code = visits++ === 0 ? first : "denied";
      await writeAll(conn, frame({ type: "refused", code, reason: code }));
    });
    const { code } = await run("connect", fake.port, ["--retry", "5", "--retry-delay", "1ms"]);
    assertEquals([code, visits], [4, codes.length]);
  }
});

test("each wait is an event under --json, and Ctrl-C ends it with 130", async () => {
  await using ada = connect(deadPort(), ["--retry", "3", "--retry-delay", "1h", "--json"]);
  const [line] = await ada.sees(/.*"retry".*\n/);
  const { event, attempt, of, delay, reason } = JSON.parse(line);
  assertEquals([event, attempt, of, delay], ["retry", 1, 3, 3600]);
  assertMatch(reason, /^Cannot connect to 127\.0\.0\.1:\d+: connection refused$/);
  ada.signal("SIGINT");
  assertEquals((await ada.ended()).code, 130);
});

test("a client that fetches waits for a busy server, too", async () => {
  using folder = new Folder({ "a.txt": "text" });
  let visits = 0;
  await using fake = new Fake(async (conn) => {
    if (visits++ > 0) await welcome(conn);
    else {
      await readTo(conn, "}");
      await writeAll(conn, frame({ type: "refused", code: "busy", reason: "later" }));
    }
  });
  const { code, stderr } = await run("ls", fake.port, ["--retry=1", "--retry-delay=1ms"], {
    cwd: folder.path,
  });
  assertEquals([code, visits], [5, 2]);
  assertMatch(stderr, /later; trying again in 1 ms \(1 of 1\)/);
});

test("--connect-timeout is how long connecting may take", async () => {
  // Whose backlog is full does not answer: the system passes over what comes then.
  using full = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = full.addr;
  using _one = await Deno.connect({ port });
  using _two = await Deno.connect({ port });
  const { code, stderr } = await run("connect", port, ["--connect-timeout", "50ms"]);
  assertEquals([code, stderr], [
    6,
    `labwire: Cannot connect to 127.0.0.1:${port}: no answer in 50 ms\n`,
  ]);
});
