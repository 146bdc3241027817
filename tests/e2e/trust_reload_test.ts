/**
 * Who may come in is read again on SIGHUP and by /reload, while those who are in go on.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sleep } from "../../lib/base/tasks.ts";
import { peerTest } from "../support/peers.ts";
import { Peer } from "../support/peer.ts";
import { labwireCommand, Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, count, Folder } from "./support/lab.ts";
import { assertRefused, Class, serveSecret } from "./support/trust.ts";

const AGAIN = "Read the settings again\n";
const DENIED = "join: you are not allowed to come in from your address";

/** SIGHUP, and its outcome in the log. */
async function hangUp(server: Program, outcome: string): Promise<void> {
  const before = count(server.stderr, outcome);
  server.signal("SIGHUP");
  while (count(server.stderr, outcome) === before) await sleep(5);
}

Deno.test("--allow and --deny decide by address, the latter stronger", async () => {
  using folder = new Folder({ "us": "# this machine\n127.0.0.0/8 # all of it\n\n::1\n" });
  const cases: [string[], boolean][] = [
    [["--allow", "127.0.0.1"], true],
    [["--allow", "10.0.0.0/8, 127.0.0.0/8"], true],
    [["--allow", `@${folder.at("us")}`], true],
    [["--allow", "10.0.0.0/8"], false],
    [["--deny", "127.0.0.0/8"], false],
    [["--deny", `@${folder.at("us")}`, "--allow", "127.0.0.1"], false],
    [["--deny", "10.0.0.0/8,::1"], true],
  ];
  for (const [args, allowed] of cases) {
    await using server = Program.labwire(["serve", "127.0.0.1:0", ...args]);
    await using ada = connect(await server.port(), ["--name", "Ada"]);
    if (!allowed) await assertRefused(ada, DENIED);
    else {
      await server.sees("connected as Client 1: Ada\n", "stderr");
      await ada.endInput();
      assertEquals((await ada.ended()).code, 0);
    }
  }
});

Deno.test("a list that cannot be read is a usage error", async () => {
  using folder = new Folder({ "typo": "10.0.0.0/8\n10.0.0.0/33\n" });
  const cases = [
    ["10.0.0.300", 'Cannot read the network "10.0.0.300"'],
    [`@${folder.at("typo")}`, 'Cannot read the network "10.0.0.0/33"'],
    [`@${folder.at("none")}`, "Cannot read the addresses of"],
  ];
  for (const [list, words] of cases) {
    await using server = Program.labwire(["serve", "127.0.0.1:0", "--allow", list]);
    const { code, stdout, stderr } = await server.ended();
    assertEquals([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
    assertStringIncludes(stderr, words);
  }
});

Deno.test("lists are read again without anybody leaving, and a broken one changes nothing", async () => {
  using folder = new Folder({ "deny": "" });
  const file = folder.at("deny");
  const args = ["serve", "127.0.0.1:0", "--deny", `@${file}`, "--operator"];
  await using server = Program.labwire(args);
  const port = await server.port();
  using ada = await Peer.connect(port);
  await ada.send("/nick Ada\n");
  await ada.sees("You are Ada\n");
  Deno.writeTextFileSync(file, "127.0.0.1\n");
  await hangUp(server, `labwire: ${AGAIN}`);
  await using denied = connect(port);
  await assertRefused(denied, DENIED);
  await ada.send("/who\n");
  await ada.sees("\nAda\n");
  Deno.writeTextFileSync(file, "not an address\n");
  await server.type("/reload\n");
  const kept =
    /^Cannot read the settings again; those before stay \(Cannot read the network "not" .*\)\n/m;
  await server.sees(kept);
  await using still = connect(port);
  await assertRefused(still, DENIED);
  Deno.writeTextFileSync(file, "10.0.0.0/8\n");
  await server.type("/reload\n");
  await server.sees(AGAIN);
  assertEquals(count(server.stderr, AGAIN), 1, "the console is told once");
  await using ben = connect(port, ["--name", "Ben"]);
  await ada.sees("* Ben joined\n");
  await ben.endInput();
});

test("accounts are read again: new ones come in, those taken away stay until they leave", async () => {
  using people = await Class.of({ "Ada": "student" });
  await using server = serveSecret(["--users", people.file]);
  const port = await server.port();
  await using ada = await people.join(server, "Ada");
  await people.generate(["Ben"], "student");
  await using tooEarly = connect(port, ["--user", "Ben"], { env: people.env("Ben") });
  await assertRefused(tooEarly, "join: the user or the password is wrong");
  await using remove = Program.labwire(["passwd", people.file, "Ada", "--remove"]);
  await remove.ended();
  await hangUp(server, AGAIN);
  await using ben = await people.join(server, "Ben");
  await ada.type("still here\n");
  await ben.sees("Ada: still here\n");
  await using adaAgain = connect(port, ["--user", "Ada"], { env: people.env("Ada") });
  await assertRefused(adaAgain, "join: the user or the password is wrong");
  Deno.writeTextFileSync(people.file, "oops\n");
  await hangUp(
    server,
    "labwire: Cannot read the settings again; those before stay (Cannot read line 1",
  );
  await using benAgain = await people.join(server, "Ben");
  await benAgain.endInput();
  assertEquals((await benAgain.ended()).code, 0);
});

Deno.test("the audit log is opened anew on SIGHUP, whatever else cannot be read", async () => {
  using folder = new Folder({ "deny": "oops" });
  Deno.writeTextFileSync(folder.at("deny"), "");
  const path = folder.at("audit");
  const lists = ["--deny", `@${folder.at("deny")}`];
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--audit", path, ...lists]);
  const port = await server.port();
  Deno.renameSync(path, folder.at("audit.1"));
  using ada = await Peer.connect(port);
  await ada.send("/nick Ada\n");
  await ada.sees("You are Ada\n");
  Deno.writeTextFileSync(folder.at("deny"), "oops");
  await hangUp(server, "Cannot read the settings again");
  using ben = await Peer.connect(port);
  await ben.send("/nick Ben\n");
  await ben.sees("You are Ben\n");
  const events = (name: string) =>
    new TextDecoder().decode(folder.read(name)).trimEnd()
      .split("\n").map((line) => JSON.parse(line).event);
  assertEquals(events("audit.1"), ["listening", "joined"]);
  assertEquals(events("audit"), ["reloaded", "joined"]);
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
});

Deno.test("a server that has nothing to read does not end by SIGHUP", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  await hangUp(server, AGAIN);
  using ada = await Peer.connect(port);
  await ada.send("/who\n");
  assertMatch(await ada.sees("guest1\n"), /guest1/);
  assert(!server.stderr.includes("Cannot"));
});

peerTest(
  ["python3"],
  "a server whose terminal goes away ends, though that is a SIGHUP, too",
  async () => {
    using folder = new Folder();
    for (const args of [["serve"], ["echo-reverse"], ["fileserver", folder.path]]) {
      const script = new URL("../support/lost_terminal.py", import.meta.url).pathname;
      const command = [...labwireCommand(), ...args, "127.0.0.1:0"];
      await using server = Program.start("python3", [script, ...command]);
      await server.sees("labwire: listening on", "stderr");
      await server.endInput();
      assertEquals((await server.ended()).code, 0);
      assert(!server.stderr.includes(AGAIN));
    }
  },
);
