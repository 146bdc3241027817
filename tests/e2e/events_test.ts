/**
 * Every command under `--json`, in good and in bad cases: each line of standard output is an event by
 * the schema, and the last says how it ended.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { linesOf, only, type Told, toldBy } from "../support/events.ts";
import { type Ended, Program, type ProgramOptions } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, Folder } from "./support/lab.ts";

async function run(args: string[], options?: ProgramOptions, typed = ""): Promise<Ended> {
  await using program = Program.labwire(args, options);
  if (typed !== "") await program.type(typed);
  await program.endInput();
  return await program.ended();
}

/** Events in short: the name, and of some fields what they hold. */
function brief(told: Told[], ...fields: string[]): string[] {
  return told.map((each) =>
    [each.event, ...fields.flatMap((field) => each[field] === undefined ? [] : [each[field]])]
      .join(" ")
  );
}

/** A server, and a way to end it: all that it told. */
async function serve(...args: string[]) {
  const [command, ...more] = args;
  const server = Program.labwire([command, ...more, "--json"]);
  return {
    port: await server.port(),
    program: server,
    address: `127.0.0.1:${await server.port()}`,
    end: async () => {
      server.signal("SIGINT");
      const ended = await server.ended();
      assertEquals(ended.code, 0, ended.stderr);
      return toldBy(ended);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

for (const { name } of COMMANDS) {
  Deno.test(`${name}: a mistake of usage, and help, end as everything does`, async () => {
    const wrong = await run([name, "--no-such-option", "--json"]);
    assertEquals([wrong.code, toldBy(wrong)], [2, []]);
    const { reason } = linesOf(wrong.stdout)[0];
    assertEquals(wrong.stderr, `labwire: ${reason}\n`);
    const help = await run([name, "--help", "--json"]);
    assertEquals(help.code, 0);
    assertEquals(only("page", help).text, (await run([name, "--help"])).stdout);
  });
}

Deno.test("what is no command ends so, too, and LABWIRE_JSON asks as well as --json", async () => {
  for (const args of [["nothing", "--json"], ["--json"]]) {
    const { code, stdout } = await run(args);
    assertEquals([code, linesOf(stdout).map(({ event }) => event)], [2, ["end"]]);
  }
  const env = { LABWIRE_JSON: "1" };
  only("version", await run(["--version"], { env }));
  only("page", await run(["--help"], { env }));
  assertEquals(toldBy(await run(["get"], { env })), []);
  assertEquals((await run(["nothing", "--", "--json"])).stdout, "", "behind -- it is no option");
});

Deno.test("a server that is not there is the reason of an end with 3", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const nowhere = "127.0.0.1:1", address = `127.0.0.1:${taken.addr.port}`;
  const cases = [
    ...[["connect"], ["get", "a"], ["ls"], ["put", "main.ts"]]
      .map(([command, ...args]) => [command, nowhere, ...args]),
    ...[["serve"], ["echo-reverse"], ["fileserver", "."]].map((words) => [...words, address]),
  ];
  for (const args of cases) {
    const ended = await run([...args, "--json"]);
    assertEquals([ended.code, toldBy(ended)], [3, []], `${args}`);
    const { reason } = linesOf(ended.stdout)[0];
    assert(ended.stderr.endsWith(`labwire: ${reason}\n`), ended.stderr);
  }
});

Deno.test("a conversation: what is said has its sender, and the server tells the same", async () => {
  await using room = await serve("serve", "127.0.0.1:0", "--motd", "Welcome\x1b[2J");
  await using ada = connect(room.port, ["--name", "Ada", "--json"]);
  await ada.sees('"connected"');
  await using ben = connect(room.port, ["--name", "Ben", "--json"]);
  await ada.sees("Ben joined");
  await ben.type("caf\u00e9 \x1b[31m\u202e\n/msg Ada psst\n/nick Bob\n/nonsense\n/get a.txt\n");
  await ada.sees("Bob");
  await ben.sees('"failed"');
  await ben.endInput();
  const ben1 = await ben.ended();
  await ada.sees("Bob left");
  const served = await room.end();
  const heard = toldBy(await ada.ended());
  assertEquals(heard[0].motd, "Welcome\x1b[2J");
  assertEquals(brief(heard.slice(1), "from", "text", "code"), [
    "notice Ben joined",
    "message Ben caf\u00e9 \x1b[31m\u202e",
    "private Ben psst",
    "notice Ben is now Bob",
    "notice Bob left",
    "bye shutdown",
    "closed",
  ]);
  const told = toldBy(ben1).filter(({ event }) => event !== "failed");
  assertEquals([ben1.code, brief(told, "name")], [1, [
    "connected Ben",
    "reply Bob",
    "error",
    "closed",
  ]]);
  assertEquals(brief(served, "from", "name", "text", "before"), [
    "listening",
    "joined Ada",
    "joined Ben",
    "message Ben caf\u00e9 \x1b[31m\u202e",
    "renamed Bob Ben",
    "left Bob",
    "left Ada",
    "stopped",
  ]);
  assertEquals(served[0].port, room.port);
});

for (const mode of ["ack", "operator", "log"]) {
  Deno.test(`serve --mode ${mode}: messages are events, and nothing else is on standard output`, async () => {
    await using room = await serve("serve", "127.0.0.1:0", "--mode", mode, "--operator");
    await using ada = connect(room.port, ["--name", "Ada", "--json"]);
    await ada.sees('"connected"');
    await ada.type("one\ntwo\n");
    await room.program.sees('"two"');
    await room.program.type("/who\nanswered\n");
    await room.program.sees("Client 1: Ada", "stderr");
    if (mode === "operator") await ada.sees("answered");
    const served = await room.end();
    const messages = served.filter(({ event }) => event === "message");
    assertEquals(brief(messages, "from", "text", "number"), [
      "message Ada one 1",
      "message Ada two 1",
    ]);
    toldBy(await ada.ended());
  });
}

Deno.test("over text a line is a message without a sender, over raw what came, over json it has both", async () => {
  await using room = await serve("serve", "127.0.0.1:0", "--motd", "Hello");
  const over = async (dialect: string) => {
    const ended = await run(["connect", room.address, "--dialect", dialect, "--json"], {}, "hi\n");
    assertEquals(ended.code, 0, ended.stderr);
    const told = toldBy(ended);
    assertEquals(told[0].dialect, dialect);
    return brief(told.filter(({ event }) => event === "message"), "from", "text");
  };
  assertEquals(await over("text"), ["message Hello"]);
  assertEquals(await over("raw"), ["message Hello\n"]);
  assertEquals(await over("json"), ["message Server Hello"]);
  await room.end();
});

Deno.test("files: got, put, listed, and those that are not there", async () => {
  using shared = new Folder({ "a.txt": "hello", "lab/b.txt": "" });
  using desk = new Folder({ "c.txt": "mine" });
  const cwd = desk.path;
  await using server = await serve("fileserver", shared.path, "127.0.0.1:0", "--writable");
  const { address } = server;
  const listed = toldBy(await run(["ls", address, "--json"]));
  assertEquals(brief(listed, "name", "size"), ["entry a.txt 5", "entry lab"]);
  const got = await run(["get", address, "a.txt", "gone", "--sha256", "--json"], { cwd });
  const [file, failed, sum] = toldBy(got);
  assertEquals([got.code, file.event, file.fetched, failed.path], [1, "file", 5, "gone"]);
  assertStringIncludes(got.stderr, `labwire: ${failed.reason}\n`);
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("hello"));
  assertEquals([sum.name, sum.sha256], ["a.txt", new Uint8Array(bytes).toHex()]);
  const put = await run(["put", address, "c.txt", "--name", "Ada", "--json"], { cwd });
  assertEquals(only("file", put).sent, 4);
  const nothing = await run(["put", address, "nowhere", "--json"], { cwd });
  assertEquals([nothing.code, brief(toldBy(nothing), "path")], [1, ["failed nowhere"]]);
  const talk = await run(["connect", address, "--json"], { cwd }, "/get lab/b.txt\n/list\n");
  assertEquals(brief(toldBy(talk).filter(({ event }) => event === "file"), "path"), [
    "file lab/b.txt",
  ]);
  assertEquals(brief(await server.end(), "file"), [
    "listening",
    "fetched a.txt",
    "put c.txt",
    "fetched lab/b.txt",
    "stopped",
  ]);
});

Deno.test("a file that is passed on is offered to one, and is there at both", async () => {
  using desk = new Folder({ "a.txt": "hello" });
  using inbox = new Folder();
  await using room = await serve("serve", "127.0.0.1:0");
  await using ron = connect(room.port, ["--name", "Ron", "--accept-files", inbox.path, "--json"]);
  await ron.sees('"connected"');
  const args = ["connect", room.address, "--name", "Ada", "--json"];
  const sent = await run(args, { cwd: desk.path }, "/send Ron a.txt\n");
  const offered = toldBy(sent).filter(({ event }) => /^(offered|file)$/.test(event));
  assertEquals(brief(offered, "to", "sent"), ["offered Ron", "file 5"]);
  await ron.sees('"file"');
  await ron.endInput();
  const took = toldBy(await ron.ended()).filter(({ event }) => /^(offer|file)$/.test(event));
  assertEquals(brief(took, "from", "fetched"), ["offer Ada", "file 5"]);
  await room.end();
});

Deno.test("accounts: set, listed, removed, with a password only where one was made up", async () => {
  using folder = new Folder();
  const passwd = (args: string[], env = {}) =>
    run(["passwd", "users", ...args, "--json"], { cwd: folder.path, env });
  const made = toldBy(await passwd(["Ada", "Ben", "--generate"]));
  assertEquals(brief(made, "name", "role", "change"), [
    "account Ada student set",
    "account Ben student set",
  ]);
  assertEquals(new Set(made.map(({ password }) => password.length)), new Set([14]));
  const own = await passwd(["Ida", "--role", "instructor"], { LABWIRE_PASSWORD: "secret words" });
  assertEquals(only("account", own).password, undefined);
  assertEquals(brief(toldBy(await passwd(["Ben", "--remove"])), "name", "role", "change"), [
    "account Ben removed",
  ]);
  assertEquals(brief(toldBy(await passwd([])), "name", "role", "change"), [
    "account Ada student none",
    "account Ida instructor none",
  ]);
  const wrong = await passwd(["Nobody", "--remove"]);
  assertEquals([wrong.code, toldBy(wrong)], [2, []]);
});

test("bench tells one event, and none of a server that is not there", async () => {
  await using server = await serve("echo-reverse", "127.0.0.1:0");
  const bench = await run(["bench", server.address, "--messages", "3", "--json"]);
  assertEquals(only("result", bench).messages, { sent: 30, answered: 30, answersEach: 1 });
  assertEquals(brief(await server.end()), ["listening", "stopped"]);
  const nowhere = await run(["bench", "127.0.0.1:1", "--json"]);
  assertEquals([nowhere.code, toldBy(nowhere)], [3, []]);
  assertEquals(nowhere.stderr, `labwire: ${linesOf(nowhere.stdout)[0].reason}\n`);
});

Deno.test("version and schema tell one event each", async () => {
  only("version", await run(["version", "--json"]));
  const { schema } = only("schema", await run(["schema", "message", "--json"]));
  assertEquals(JSON.parse((await run(["schema", "message"])).stdout), schema);
});

Deno.test("Ctrl-C ends a client's events with 130, and those of one that is let go with 4", async () => {
  await using room = await serve("serve", "127.0.0.1:0", "--operator");
  await using ada = connect(room.port, ["--name", "Ada", "--json"]);
  await ada.sees('"connected"');
  ada.signal("SIGINT");
  const ended = await ada.ended();
  assertEquals([ended.code, brief(toldBy(ended))], [130, ["connected"]]);
  await using ben = connect(room.port, ["--name", "Ben", "--json"]);
  await ben.sees('"connected"');
  await room.program.type("/kick Ben\n");
  const kicked = await ben.ended();
  assertEquals([kicked.code, brief(toldBy(kicked), "code")], [4, ["connected", "bye kicked"]]);
  await room.end();
});
