/**
 * A server with a secret: who has it uses everything, and who has not is told so in one line.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jsonChat } from "../support/native.ts";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, Folder, run, spoken } from "./support/lab.ts";
import { assertRefused, KNOWS, SECRET, serveSecret } from "./support/trust.ts";

test("with the secret, from wherever it comes, people talk", async () => {
  using folder = new Folder({ "secret": `${SECRET}\n` });
  const file = ["--secret-file", folder.at("secret")];
  const servers = [["serve", "127.0.0.1:0", ...file], ["serve", "127.0.0.1:0", "--secret"]];
  for (const [i, args] of servers.entries()) {
    await using server = Program.labwire(args, { env: i === 1 ? KNOWS : {} });
    const port = await server.port();
    await using ada = connect(port, ["--name", "Ada", ...file]);
    await server.sees("connected as Client 1: Ada\n", "stderr");
    await using ben = connect(port, ["--name", "Ben"], { env: KNOWS });
    await ada.sees("* Ben joined\n");
    await ada.type("hello Ben\n");
    await ben.sees("Ada: hello Ben\n");
    await ben.type("/msg Ada hello Ada\n");
    await ada.sees("Ben (private): hello Ada\n");
    for (const each of [ada, ben]) {
      await each.endInput();
      assertEquals((await each.ended()).code, 0);
    }
    assert(!server.stderr.includes(SECRET) && !server.stdout.includes(SECRET));
  }
});

test("under the secret files are listed, fetched, put, and passed on", async () => {
  using share = new Folder({ "notes.txt": "take note" });
  using desk = new Folder({ "essay.txt": "an essay" });
  await using server = serveSecret(["--files", share.path, "--writable"]);
  const port = await server.port();
  const options = { cwd: desk.path, env: KNOWS };
  assertStringIncludes((await run("ls", port, [], options)).stdout, "notes.txt");
  assertEquals((await run("get", port, ["notes.txt", "-q"], options)).code, 0);
  assertEquals((await run("put", port, ["essay.txt", "-q"], options)).code, 0);
  assertEquals(desk.names(), ["essay.txt", "notes.txt"]);
  assertEquals(share.names(), ["essay.txt", "notes.txt"]);
  using bens = new Folder();
  await using ben = connect(port, ["--name", "Ben", "--accept-files", bens.path], options);
  await server.sees(/connected as Client \d+: Ben\n/, "stderr");
  await using ada = connect(port, ["--name", "Ada"], options);
  await ada.type("/send Ben essay.txt\n/get notes.txt\n");
  await ben.sees(/From Ada: essay\.txt: 8 bytes .* verified\n/, "stderr");
  await ada.sees(/To Ben: essay\.txt: 8 bytes .* verified\n/, "stderr");
  assertEquals(bens.names(), ["essay.txt"]);
});

test("fileserver and echo-reverse keep to those with the secret, too", async () => {
  using share = new Folder({ "a.txt": "a" });
  await using files = Program.labwire(["fileserver", share.path, "127.0.0.1:0"], { env: KNOWS });
  const port = await files.port();
  assertEquals((await run("ls", port, [], { env: KNOWS })).stdout, "a.txt\n");
  await using outsider = Program.labwire(["ls", `127.0.0.1:${port}`]);
  const remedy = "(add --secret, and type the passphrase)";
  await assertRefused(outsider, `move files: this server wants its secret ${remedy}`);
  await using echo = Program.labwire(["echo-reverse", "127.0.0.1:0"], { env: KNOWS });
  await using ada = connect(await echo.port(), [], { env: KNOWS });
  await ada.type("stressed\n");
  await ada.sees("desserts\n");
  await using late = connect(await echo.port());
  await assertRefused(late, `join: this server wants its secret ${remedy}`);
});

test("without the secret, or with another, a client ends with 4 and one line", async () => {
  await using server = serveSecret();
  const port = await server.port();
  await using none = connect(port, ["--name", "Eve"]);
  const remedy = "(add --secret, and type the passphrase)";
  await assertRefused(none, `join: this server wants its secret ${remedy}`);
  const began = performance.now();
  await using wrong = connect(port, [], { env: { LABWIRE_SECRET: "a guess" } });
  await assertRefused(wrong, "join: the secret is wrong");
  // deno-lint-ignore no-console
  console.log(`      a wrong secret is told after ${Math.round(performance.now() - began)} ms`);
  await using cipher = connect(port, ["--cipher", "aes-gcm", "--key", SECRET]);
  const { code, stdout, stderr } = await cipher.ended();
  assertEquals([code, stdout], [4, ""]);
  assertMatch(stderr, /\nlabwire: Cannot join: this server wants its secret \(.*\)\n$/);
  await using _ada = connect(port, ["--name", "Ada"], { env: KNOWS });
  await server.sees("connected as Client 1: Ada\n", "stderr");
  assert(!server.stderr.includes("Client 2"), "who is not let in takes no place");
});

Deno.test("a client with a secret does not talk to a server without one", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  await using ada = connect(await server.port(), [], { env: KNOWS });
  const { code, stdout, stderr } = await ada.ended();
  assertEquals([code, stdout], [4, ""]);
  assertMatch(stderr, /^labwire: Cannot join: this server has no secret: .*\n$/);
});

Deno.test("whoever cannot have the secret is told in one line, or with 403", async () => {
  await using server = serveSecret();
  const port = await server.port();
  const told = "this server wants its secret: labwire connect --secret";
  const tell = async (words: string) => {
    using peer = await Peer.connect(port);
    await peer.send(words);
    return await peer.sawEnd();
  };
  assertEquals(await tell("hello\n"), `${told}\n`);
  assertEquals((await tell("hello")).trimEnd(), told);
  assertEquals(spoken(await tell(jsonChat("Eve", "hi"))), `Server: ${told}\n`);
  const answer = await tell("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertMatch(
    answer,
    /^HTTP\/1\.1 403 Forbidden\r\n[^]*only clients of labwire are let in here\n$/,
  );
  assert(!server.stderr.includes("Client 1"));
});

Deno.test("a secret that cannot be used is a usage error", async () => {
  using folder = new Folder({ "empty": "\n" });
  const cases: [string[], Record<string, string>, string][] = [
    [["--secret-file", folder.at("none")], {}, "there is no such file"],
    [["--secret-file", folder.at("empty")], {}, "it is empty"],
    [[], { LABWIRE_SECRET: "" }, "it is empty"],
    [["--secret", "--cipher", "aes-gcm", "--key", "x"], KNOWS, "--cipher with a secret"],
    [["--secret", "--dialect", "raw"], KNOWS, "a secret over raw"],
  ];
  for (const [args, env, words] of cases) {
    for (const command of ["serve", "connect"]) {
      await using program = Program.labwire([command, "127.0.0.1:0", ...args], { env });
      const { code, stdout, stderr } = await program.ended();
      assertEquals([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
      assertStringIncludes(stderr, words);
    }
  }
  const args = ["serve", "127.0.0.1:0", "--dialect", "raw"];
  await using server = Program.labwire(args, { env: KNOWS });
  const { code, stderr } = await server.ended();
  assertEquals(code, 2, "a server does not go on in clear");
  assertStringIncludes(stderr, "a secret over raw");
});
