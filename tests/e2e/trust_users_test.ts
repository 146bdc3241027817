/**
 * Accounts: who gets in, under which name, and what each role may do.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, Folder, run } from "./support/lab.ts";
import { assertRefused, Class, KNOWS, serveSecret } from "./support/trust.ts";

Deno.test("passwd makes accounts, lists them, changes them and takes them away", async () => {
  using people = await Class.of({ "Ada": "instructor", "Mary Ann": "student", "Gil": "guest" });
  const passwd = async (...args: string[]) => {
    await using program = Program.labwire(["passwd", people.file, ...args]);
    const { code, stdout, stderr } = await program.ended();
    return [code, stdout, stderr] as const;
  };
  assertEquals(await passwd(), [0, "Ada (instructor)\nMary Ann (student)\nGil (guest)\n", ""]);
  assertMatch(people.passwords["Mary Ann"], /^[a-km-z2-9]{4}-[a-km-z2-9]{4}-[a-km-z2-9]{4}$/);
  assertEquals(Deno.statSync(people.file).mode! & 0o777, 0o600);
  const text = Deno.readTextFileSync(people.file);
  for (const password of Object.values(people.passwords)) assert(!text.includes(password));
  assertEquals((await passwd("Gil", "--role", "student"))[2], `${people.file}: 3 accounts\n`);
  assertEquals((await passwd("--remove", "Ada"))[2], `${people.file}: 2 accounts\n`);
  assertEquals(await passwd(), [0, "Mary Ann (student)\nGil (student)\n", ""]);
  const wrong: [string[], RegExp][] = [
    [["--remove", "Zed"], /Cannot remove "Zed": there is no such account/],
    [["Gil", "--remove", "--generate"], /Cannot change accounts that are to be removed/],
    [["Gil", "Zed"], /Cannot ask for several passwords at once \(add --generate, /],
    [["gil", "--generate"], /Cannot set the account "gil": the name looks like "Gil"/],
    [["Zed", "a:b", "--generate"], /a name cannot hold control characters, tabs or colons/],
    [["Zed", "--role", "teacher"], /"teacher"/],
  ];
  for (const [args, words] of wrong) {
    const [code, stdout, stderr] = await passwd(...args);
    assertEquals([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
    assertMatch(stderr, words);
  }
  assertEquals(people.folder.names(), ["users"]);
});

test("only who has an account and its password comes in, and nobody learns which is wrong", async () => {
  using people = await Class.of({ "Ada": "student" });
  await using server = serveSecret(["--users", people.file]);
  const port = await server.port();
  const wrong = "join: the user or the password is wrong";
  const guess = { ...KNOWS, LABWIRE_PASSWORD: "a guess" };
  for (const user of ["Ada", "Zed"]) {
    await using eve = connect(port, ["--user", user], { env: guess });
    await assertRefused(eve, wrong);
  }
  await using nobody = connect(port, ["--name", "Ada"], { env: KNOWS });
  const remedy = "(add --user NAME, and type the password)";
  await assertRefused(nobody, `join: this server wants to know who you are ${remedy}`);
  await using secretless = connect(port, ["--name", "Ada"]);
  assertEquals((await secretless.ended()).code, 4);
  await using ada = connect(port, ["--user", "ADA", "--name", "Server"], {
    env: people.env("Ada"),
  });
  await server.sees("connected as Client 1: Ada\n", "stderr");
  await ada.type("/who\n/nick Countess\n");
  await ada.sees("Ada\n");
  await ada.sees("Cannot do that: names belong to accounts here\n", "stderr");
  await ada.endInput();
  assertEquals((await ada.ended()).code, 0);
});

Deno.test("a password is neither taken nor sent in clear", async () => {
  using people = await Class.of({ "Ada": "student" });
  const password = { LABWIRE_PASSWORD: people.passwords["Ada"] };
  const cases: [string[], string][] = [
    [["serve", "127.0.0.1:0", "--users", people.file], "Cannot take passwords in clear"],
    [["connect", "127.0.0.1:1", "--user", "Ada"], "Cannot send a password in clear"],
    [["get", "127.0.0.1:1", "x", "--user", "Ada"], "Cannot send a password in clear"],
    [
      ["connect", "127.0.0.1:1", "--user", "Ada", "--cipher", "aes-gcm", "--key", "x"],
      "Cannot send a password in clear",
    ],
  ];
  for (const [args, words] of cases) {
    await using program = Program.labwire(args, { env: password });
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, words);
    assertStringIncludes(stderr, "--secret");
  }
});

Deno.test("users that cannot be read are a usage error that names the line", async () => {
  using folder = new Folder({ "broken": "# ours\nAda:student\n", "open": "" });
  Deno.chmodSync(folder.at("broken"), 0o600);
  Deno.chmodSync(folder.at("open"), 0o644);
  const cases = [
    ["none", /there is no such file \(labwire passwd \S+ NAME makes it\)/],
    ["broken", /Cannot read line 2 of the users: it is not NAME:ROLE:.*\(labwire passwd writes/],
    ["open", /others on this machine may read it \(chmod 600 /],
  ] as const;
  for (const [file, words] of cases) {
    await using server = serveSecret(["--users", folder.at(file)]);
    const { code, stdout, stderr } = await server.ended();
    assertEquals([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
    assertMatch(stderr, words);
  }
});

test("guests listen and fetch, students speak and put, and neither moderates", async () => {
  using people = await Class.of({ "Sam": "student", "Gil": "guest" });
  using share = new Folder({ "a.txt": "a" });
  using desk = new Folder({ "essay.txt": "an essay" });
  await using server = serveSecret(["--users", people.file, "--files", share.path, "--writable"]);
  const port = await server.port();
  await using gil = await people.join(server, "Gil", { cwd: desk.path });
  await using sam = await people.join(server, "Sam", { cwd: desk.path });
  await gil.sees("* Sam joined\n");
  await sam.type("/kick Gil\nhello\n/put essay.txt\n");
  await sam.sees("Cannot do that: unknown command /kick; /help lists them\n", "stderr");
  await gil.sees("Sam: hello\n");
  await sam.sees(/essay\.txt: 8 bytes .* verified\n/, "stderr");
  await gil.type("hello?\n/msg Sam psst\n/get a.txt\n/put essay.txt\n");
  await gil.sees(/(Cannot do that: guests only listen here\n[^]*){2}/, "stderr");
  await gil.sees(/a\.txt: 1 byte.* verified\n/, "stderr");
  await gil.sees('Cannot put "essay.txt": guests put no files here\n', "stderr");
  assertEquals(sam.stdout, "");
  const put = (user: string) =>
    run("put", port, ["essay.txt", "--rename", "--user", user], {
      cwd: desk.path,
      env: people.env(user),
    });
  assertEquals([(await put("Gil")).code, (await put("Sam")).code], [1, 0]);
  assertEquals(share.names(), ["a.txt", "essay (2).txt", "essay.txt"]);
});

test("an account that comes in again replaces its session from before", async () => {
  using people = await Class.of({ "Ada": "student", "Ben": "student" });
  await using server = serveSecret(["--users", people.file]);
  await using ben = await people.join(server, "Ben");
  await using first = await people.join(server, "Ada");
  await using second = await people.join(server, "Ada");
  const { code, stderr } = await first.ended();
  assertEquals(code, 4);
  assertMatch(stderr, /^labwire: Cannot stay: You came in again from 127\.0\.0\.1:\d+\n$/);
  await second.type("it is me\n");
  await ben.sees("* Ada joined\n* Ada left\n* Ada joined\nAda: it is me\n");
});

test("what is handed in goes into the folder of the account, whatever name is wished for", async () => {
  using people = await Class.of({ "Ada": "student", "Mary Ann": "student" });
  using box = new Folder();
  using desk = new Folder({ "essay.txt": "an essay" });
  const env = KNOWS;
  const args = ["fileserver", box.path, "127.0.0.1:0", "--users", people.file, "--dropbox"];
  await using server = Program.labwire(args, { env });
  const port = await server.port();
  for (const [user, wish] of [["Mary Ann", "Ada"], ["Ada", "Mary Ann"]]) {
    const wishes = ["essay.txt", "--user", user, "--name", wish];
    const put = await run("put", port, wishes, { cwd: desk.path, env: people.env(user) });
    assertEquals(put.code, 0, put.stderr);
    if (user === "Mary Ann") assertEquals(box.tree(), ["Mary Ann/", "Mary Ann/essay.txt"]);
  }
  assertEquals(box.tree(), ["Ada/", "Ada/essay.txt", "Mary Ann/", "Mary Ann/essay.txt"]);
  const ls = await run("ls", port, ["--user", "Ada"], { env: people.env("Ada") });
  assertEquals([ls.code, ls.stdout], [1, ""]);
  assertStringIncludes(ls.stderr, "takes files and shows none");
});
