/**
 * Secrets and passwords that are typed at a terminal: asked for where they are wanted, never shown.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { labwireCommand, Program, type ProgramOptions } from "../support/program.ts";
import { connect, Folder, run } from "./support/lab.ts";
import { Class, KNOWS, SECRET, serveSecret } from "./support/trust.ts";

const CTRL_C = "\x03", CTRL_D = "\x04", CTRL_U = "\x15", BACKSPACE = "\x7f";

function at(args: string[], options?: ProgramOptions): Program {
  return Program.labwireAtTerminal(args, options);
}

/** Answers prompts in turn, each as soon as it has appeared. */
async function answer(program: Program, ...dialogue: [prompt: string | RegExp, typed: string][]) {
  for (const [prompt, typed] of dialogue) {
    await program.sees(prompt);
    await program.type(typed);
  }
}

/** What a terminal shows, without control sequences. */
function plain(output: string): string {
  // deno-lint-ignore no-control-regex
  return output.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
}

peerTest(["python3"], "a server asks for its secret twice, and shows nothing of it", async () => {
  await using server = at(["serve", "127.0.0.1:0", "--secret"]);
  await answer(server, ["Secret: ", `wrong${CTRL_U}${SECRET}xx${BACKSPACE}${BACKSPACE}\r`]);
  await answer(server, ["Once more: ", `${SECRET}\r`]);
  const [, port] = await server.sees(/listening on 127\.0\.0\.1:(\d+)/);
  assert(plain(server.stdout).startsWith("Secret: \nOnce more: \n"), plain(server.stdout));
  assert(!server.stdout.includes("correct"));
  await using ada = connect(Number(port), ["--name", "Ada"], { env: KNOWS });
  await ada.type("hello\n");
  await server.sees("Ada: hello");
  await server.type("welcome\r");
  await ada.sees("Server: welcome\n");
});

peerTest(["python3"], "two different secrets are none, and Ctrl-C and Ctrl-D give up", async () => {
  await using server = at(["serve", "127.0.0.1:0", "--secret"]);
  await answer(server, ["Secret: ", "one\r"], ["Once more: ", "two\r"]);
  const { code, stdout } = await server.ended();
  assertEquals(code, 2);
  assertStringIncludes(stdout, "labwire: Cannot use the secret: you typed two different ones");
  for (const key of [CTRL_C, CTRL_D]) {
    await using client = at(["connect", "127.0.0.1:1", "--secret"]);
    await answer(client, ["Secret: ", key]);
    assertEquals((await client.ended()).code, 130, plain(client.stdout));
    assertEquals(plain(client.stdout).replace(/\^[CD]/, "").trim(), "Secret:");
  }
});

peerTest(
  ["python3"],
  "connect is asked for a secret that it was not given, and gets in",
  async () => {
    await using server = serveSecret();
    const address = `127.0.0.1:${await server.port()}`;
    await using ada = at(["connect", address, "--name", "Ada"]);
    await answer(ada, ["Secret: ", `${SECRET}\r`], ["Ada> ", "hello\r"]);
    await server.sees("connected as Client 1: Ada\n", "stderr");
    await ada.type(CTRL_D);
    assertEquals((await ada.ended()).code, 0);
    assert(!ada.stdout.includes(SECRET));
    await using eve = at(["connect", address, "--name", "Eve"]);
    await answer(eve, ["Secret: ", "a guess\r"]);
    assertEquals((await eve.ended()).code, 4);
    assertEquals(plain(eve.stdout), "Secret: \nlabwire: Cannot join: the secret is wrong\n");
  },
);

peerTest(
  ["python3"],
  "files are moved with a secret that is asked for, once for all of them",
  async () => {
    using share = new Folder({ "a/1.txt": "1", "a/2.txt": "2", "b.txt": "b" });
    using desk = new Folder({ "essay.txt": "an essay" });
    await using server = serveSecret(["--files", share.path, "--writable"]);
    const address = `127.0.0.1:${await server.port()}`;
    for (const args of [["ls"], ["get", "a", "b.txt", "-r"], ["put", "essay.txt"]]) {
      const [command, ...paths] = args;
      await using client = at([command, address, ...paths], { cwd: desk.path });
      await answer(client, ["Secret: ", `${SECRET}\r`]);
      assertEquals((await client.ended()).code, 0, client.stdout);
      assertEquals(client.stdout.split("Secret: ").length, 2);
    }
    assertEquals(desk.tree(), ["a/", "a/1.txt", "a/2.txt", "b.txt", "essay.txt"]);
    assert(share.names().includes("essay.txt"));
  },
);

peerTest(["python3"], "connect is asked who one is, where a server wants to know", async () => {
  using people = await Class.of({ "Ada": "student" });
  using share = new Folder();
  using desk = new Folder({ "essay.txt": "an essay" });
  const files = ["--files", share.path, "--dropbox"];
  await using server = serveSecret(["--users", people.file, ...files]);
  const address = `127.0.0.1:${await server.port()}`;
  const password = people.passwords["Ada"];
  const options = { cwd: desk.path, env: { USER: "" } };
  await using ada = at(["connect", address], options);
  await answer(ada, ["Secret: ", `${SECRET}\r`], ["User: ", "ada\r"]);
  await answer(ada, ["Password of ada: ", `${password}\r`], ["Ada> ", "/put essay.txt\r"]);
  await ada.sees(/essay\.txt: 8 bytes .* verified/);
  assertEquals(ada.stdout.split("Password").length, 2, "asked once");
  assert(!ada.stdout.includes(password) && !ada.stdout.includes(SECRET));
  assertEquals(share.tree(), ["Ada/", "Ada/essay.txt"]);
  await using ben = at(["connect", address, "--user", "Ada"], { env: KNOWS });
  await answer(ben, ["Password of Ada: ", "guess\r"]);
  assertEquals((await ben.ended()).code, 4);
  const told = "Password of Ada: \nlabwire: Cannot join: the user or the password is wrong\n";
  assertEquals(plain(ben.stdout), told);
});

peerTest(
  ["python3"],
  "a password is asked for even where lines come from a pipe, a name is not",
  async () => {
    using people = await Class.of({ "Ada": "student" });
    await using server = serveSecret(["--users", people.file]);
    const address = `127.0.0.1:${await server.port()}`;
    const piped = ["sh", "-c", 'echo piped | "$@"', "sh", ...labwireCommand(KNOWS)];
    const command = [...piped, "connect", address, "--user", "Ada"];
    await using ada = Program.atTerminal(command, { env: KNOWS });
    await answer(ada, ["Password of Ada: ", `${people.passwords["Ada"]}\r`]);
    assertEquals((await ada.ended()).code, 0, ada.stdout);
    await server.sees("Client 1: Ada has disconnected\n", "stderr");
    await using nobody = Program.atTerminal([...piped, "connect", address], { env: KNOWS });
    const { code, stdout } = await nobody.ended();
    assertEquals(code, 4, stdout);
    assertStringIncludes(stdout, "this server wants to know who you are (add --user NAME, and");
  },
);

peerTest(["python3"], "passwd asks twice, and keeps what was typed as a hash only", async () => {
  using folder = new Folder();
  const file = folder.at("users"), password = "Grüße, welt";
  await using passwd = at(["passwd", file, "Ada", "--role", "instructor"]);
  await answer(passwd, ["New password of Ada: ", `${password}\r`]);
  await answer(passwd, ["Once more: ", `${password}\r`]);
  assertEquals((await passwd.ended()).code, 0);
  const shown = `New password of Ada: \nOnce more: \n${file}: 1 account\n`;
  assertEquals(plain(passwd.stdout), shown);
  const text = Deno.readTextFileSync(file);
  assertMatch(text, /^Ada:instructor:scrypt:32768:[\w+/=]+:[\w+/=]+\n$/);
  await using server = serveSecret(["--users", file]);
  await using ada = connect(await server.port(), ["--user", "Ada"], {
    env: { ...KNOWS, LABWIRE_PASSWORD: password.normalize("NFD") },
  });
  await server.sees("connected as Client 1: Ada\n", "stderr");
  await ada.endInput();
  assertEquals((await ada.ended()).code, 0);
});

Deno.test("without a terminal nothing is asked: the remedy is named", async () => {
  const words = ["connect", "127.0.0.1:1", "--secret"];
  await using secret = Program.start("setsid", ["-w", ...labwireCommand(), ...words]);
  const { code, stdout, stderr } = await secret.ended();
  assertEquals([code, stdout], [2, ""]);
  assertMatch(
    stderr,
    /^labwire: Cannot ask for a secret: there is no terminal \(give --secret-file FILE or LABWIRE_SECRET\)\n$/,
  );
  const refused = await run("ls", 1, ["--password-file", "x"]);
  assertMatch(
    refused.stderr,
    /^labwire: Cannot use --password-file without a name \(add --user NAME\)\n$/,
  );
});
