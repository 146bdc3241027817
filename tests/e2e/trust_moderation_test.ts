/**
 * An instructor keeps order from its client, the operator from the console; both are written down.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, Folder, run } from "./support/lab.ts";
import { assertRefused, Class, KNOWS, SECRET, serveSecret } from "./support/trust.ts";

const MiB = 1024 * 1024;

test("an instructor mutes, kicks, bans and locks from its own client", async () => {
  using people = await Class.of({ "Ida": "instructor", "Sam Smith": "student", "Ben": "student" });
  await using server = serveSecret(["--users", people.file]);
  const port = await server.port();
  const again = (name: string) => connect(port, ["--user", name], { env: people.env(name) });
  await using ida = await people.join(server, "Ida");
  await using ben = await people.join(server, "Ben");
  await using sam = await people.join(server, "Sam Smith");
  const order = async (typed: string, answer: string | RegExp) => {
    await ida.type(`${typed}\n`);
    await ida.sees(answer);
  };
  await order("/mute sam smith 10m", "Sam Smith is muted for 600 s\n");
  await sam.sees("* You were muted for 600 s by Ida\n");
  await sam.type("rude\n");
  await sam.sees("Cannot do that: you are muted; nobody hears you\n", "stderr");
  await order("/unmute Sam Smith", "Sam Smith may speak again\n");
  await sam.sees("* You may speak again\n");
  await sam.type("sorry\n");
  await ben.sees("Sam Smith: sorry\n");
  await order("/kick Sam Smith", "Sam Smith was sent away for a minute\n");
  const { code, stderr } = await sam.ended();
  assertEquals(code, 4);
  assert(stderr.endsWith("labwire: Cannot stay: You were sent away for a minute by Ida\n"));
  await using tooSoon = again("Sam Smith");
  await assertRefused(tooSoon, "join: you are banned here");
  await order("/bans", /Sam Smith until \S+\n/);
  await order("/unban Sam Smith", "Sam Smith may come in again\n");
  await using back = await people.join(server, "Sam Smith");
  await order("/ban Ben 1h", "Ben is banned for 3600 s\n");
  assertEquals((await ben.ended()).code, 4);
  await order("/lock", "Nobody new comes in until /unlock\n");
  await using late = again("Sam Smith");
  await assertRefused(late, "join: the server is locked: nobody new comes in now");
  await order("/unlock", "People can come in again\n");
  await back.type("/kick Ida\n");
  await back.sees("Cannot do that: unknown command /kick; /help lists them\n", "stderr");
  await ida.type("/kick Nobody\n");
  await ida.sees(
    'Cannot do that: nobody here is called "Nobody"; /who lists the names\n',
    "stderr",
  );
  await order("/help", "/ban NAME|ADDRESS [TIME] - keep somebody out");
  assertStringIncludes(server.stderr, "Ida: banned Ben\n");
});

Deno.test("a ban at the console is an address's, and its clients go with 4 and one line", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--operator"]);
  const port = await server.port();
  await using ada = connect(port, ["--name", "Ada"]);
  await server.sees("connected as Client 1: Ada\n", "stderr");
  await server.type("/ban Ada\n");
  await server.sees("127.0.0.1 is banned\n");
  const { code, stderr } = await ada.ended();
  assertEquals([code, stderr], [4, "labwire: Cannot stay: You were banned by the operator\n"]);
  await using again = connect(port);
  await assertRefused(again, "join: you are banned here");
  for (const [words, told] of [["hi\n", "you are banned here\n"], ["hi", "you are banned here"]]) {
    using peer = await Peer.connect(port);
    await peer.send(words);
    assertEquals(await peer.sawEnd(), told);
  }
  using web = await Peer.connect(port);
  await web.send("GET / HTTP/1.1\r\n\r\n");
  assertMatch(await web.sawEnd(), /^HTTP\/1\.1 403 Forbidden\r\n[^]*: you are banned here\n$/);
  await server.type("/unban 127.0.0.1\n");
  await server.sees("127.0.0.1 may come in again\n");
  await using back = connect(port, ["--name", "Ada"]);
  await back.type("hello\n");
  await server.sees("Ada: hello\n");
});

test("a kick ends what the account's other connections do as well", async () => {
  using people = await Class.of({ "Ada": "student", "Ben": "student" });
  using share = new Folder();
  using desk = new Folder({ "big.bin": "", "essay.txt": "an essay" });
  Deno.truncateSync(desk.at("big.bin"), 900 * MiB); // no more than a second's work: most is never sent
  const args = ["--users", people.file, "--files", share.path, "--writable", "--operator"];
  await using server = serveSecret(args);
  const port = await server.port();
  await using ada = await people.join(server, "Ada");
  const put = (file: string, user: string) =>
    run("put", port, [file, "--user", user], { cwd: desk.path, env: people.env(user) });
  const cut = put("big.bin", "Ada");
  await server.sees("here for files only\n", "stderr");
  await server.type("/kick Ada\n");
  await server.sees("Ada was sent away for a minute\n");
  assertEquals((await ada.ended()).code, 4);
  const { code, stderr } = await cut;
  assertEquals(code, 5, stderr);
  const again = await put("essay.txt", "Ada");
  assertEquals([again.code, again.stderr], [
    4,
    "labwire: Cannot move files: you are banned here\n",
  ]);
  assertEquals((await put("essay.txt", "Ben")).code, 0, "it was nobody else's fault");
});

test("the audit log has an object a line, for its owner alone, and no secret in it", async () => {
  using people = await Class.of({ "Ida": "instructor", "Sam": "student" });
  const path = people.folder.at("audit.jsonl");
  await using server = serveSecret(["--users", people.file, "--audit", path, "--operator"]);
  const port = await server.port();
  await using eve = connect(port, ["--user", "Sam"], {
    env: { ...KNOWS, LABWIRE_PASSWORD: "my guess" },
  });
  await eve.ended();
  await using ida = await people.join(server, "Ida");
  await using sam = await people.join(server, "Sam");
  await sam.type("the words said\n/msg Ida the words whispered\n");
  await ida.sees("Sam (private): the words whispered\n");
  await ida.type("/mute Sam 5m\n/kick Sam\n");
  await sam.ended();
  await server.type("/lock\nthe words of the server\nexit\n");
  assertEquals((await server.ended()).code, 0);
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  const text = Deno.readTextFileSync(path);
  for (const hidden of [SECRET, ...Object.values(people.passwords), "my guess", "the words"]) {
    assert(!text.includes(hidden), hidden);
  }
  const events = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const { at } of events) assertMatch(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(events.map(({ event, name, by }) => [event, name, by].filter(Boolean).join(" ")), [
    "listening",
    "refused",
    "joined Ida",
    "joined Sam",
    "muted Sam Ida",
    "left Sam",
    "kicked Sam Ida",
    "locked operator",
    "left Ida",
    "stopped",
  ]);
  assertEquals(events[2].role, "instructor");
  assertEquals(events[1].reason, "the user or the password is wrong");
});

Deno.test("a file that cannot be appended to is a usage error", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0", "--audit", "/nowhere/audit"]);
  const { code, stdout, stderr } = await server.ended();
  assertEquals([code, stdout, stderr.split("\n").length], [2, "", 2]);
  assertMatch(stderr, /^labwire: Cannot append to "\/nowhere\/audit": .*--audit\)\n$/);
});
