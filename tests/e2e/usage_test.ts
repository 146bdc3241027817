/**
 * The command line: what is understood, what is not, and the remedies that are named.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { type Ended, Program } from "../support/program.ts";
import { count, Folder } from "./support/lab.ts";

const COMMANDS = ["serve", "connect", "echo-reverse", "fileserver"];
const NO_KEY = { env: { LABWIRE_KEY: "" } };

async function run(...args: string[]): Promise<Ended> {
  await using program = Program.labwire(args, NO_KEY);
  return await program.ended();
}

/** Asserts exit code 2, nothing on standard output, and one line of error that holds `words`. */
async function assertUsageError(args: string[], ...words: string[]): Promise<void> {
  const { code, stdout, stderr } = await run(...args);
  assertEquals([code, stdout], [2, ""], `${args}: ${stderr}`);
  const lines = stderr.split("\n").filter((line) => !/seen by other users|learning/.test(line));
  assertEquals([lines.length, lines[1]], [2, ""], `${args}: ${stderr}`);
  assertMatch(lines[0], /^labwire: Cannot .*[^.]$/);
  for (const each of words) assertStringIncludes(lines[0], each);
}

Deno.test("usage: what is nearly a command, an option or a value is met with did-you-mean", async () => {
  await assertUsageError(["conect"], '"conect"', "did you mean labwire connect?");
  await assertUsageError(["server"], "did you mean labwire serve?");
  await assertUsageError(["echo-revers"], "did you mean labwire echo-reverse?");
  await assertUsageError(["connect", "--nam", "Ada"], "--nam", "did you mean --name?");
  await assertUsageError(["serve", "--max-client=3"], "did you mean --max-clients?");
  await assertUsageError(["serve", "--mode", "acks"], '"acks"', "did you mean ack?");
  await assertUsageError(["serve", "--mode=operater"], "did you mean operator?");
  await assertUsageError(["connect", "--dialect", "rew"], "did you mean raw?");
  await assertUsageError(["connect", "--cipher", "viginere"], "did you mean vigenere?");
});

Deno.test("usage: what is far from anything is met with what there is", async () => {
  await assertUsageError(["frobnicate"], '"frobnicate"', "labwire --help");
  await assertUsageError(["connect", "--frobnicate"], "labwire connect --help");
  await assertUsageError(["connect", "-x"], "labwire connect --help");
  await assertUsageError(["serve", "--mode", "frobnicate"], "chat, ack, operator, log");
  await assertUsageError(["connect", "--dialect", "morse"], "native, text, raw, json");
  const { code, stdout } = await run();
  assertEquals(code, 2);
  for (const command of COMMANDS) assertStringIncludes(stdout, `  ${command} `);
});

Deno.test("usage: bad and missing values, and too many arguments, are refused", async () => {
  for (const number of ["0", "-1", "many", "1.5", ""]) {
    await assertUsageError(["serve", `--max-clients=${number}`], "a whole number from 1");
  }
  await assertUsageError(["serve", "--max-clients"], "--max-clients", "no value");
  await assertUsageError(["connect", "--name"], "--name", "no value");
  await assertUsageError(["connect", "--pace", "soon"], '"soon"', "50ms");
  for (const address of ["a:b:c", "127.0.0.1:65536", "127.0.0.1:x", "99999", ""]) {
    await assertUsageError(["serve", address], `"${address}"`, "host:8000");
    await assertUsageError(["connect", address], `"${address}"`, "host:8000");
  }
  await assertUsageError(["serve", "localhost", "0", "more"], '"more"', "labwire serve [ADDRESS]");
  await assertUsageError(["serve", "localhost", "more"], '"more"', "no port");
  await assertUsageError(["serve", "localhost:0", "8000"], '"localhost:0 8000"', "host:8000");
});

Deno.test("usage: a key, a cipher and a dialect that do not fit together are refused", async () => {
  const connect = ["connect", "127.0.0.1:1"];
  await assertUsageError([...connect, "--cipher", "vigenere", "--key", "123"], "letter");
  await assertUsageError([...connect, "--cipher", "caesar", "--key", "three"], "caesar");
  for (const cipher of ["vigenere", "caesar", "xor", "aes-gcm"]) {
    await assertUsageError([...connect, "--cipher", cipher], cipher, "--key");
  }
  await assertUsageError([...connect, "--key", "LEMON"], "--cipher");
  await assertUsageError([...connect, "--cipher", "xor", "--key-file", "no/file"], '"no/file"');
  for (const dialect of ["text", "raw", "json"]) {
    for (const cipher of ["xor", "aes-gcm"]) {
      const args = ["--dialect", dialect, "--cipher", cipher, "--key", "secret"];
      await assertUsageError([...connect, ...args], cipher, dialect, "--dialect native");
      await assertUsageError(["serve", "127.0.0.1:0", ...args], cipher, dialect);
    }
  }
});

Deno.test("usage: a folder to share must be there", async () => {
  using folder = new Folder({ "file.txt": "no folder" });
  const address = "127.0.0.1:0";
  await assertUsageError(["fileserver", "no/folder", address], '"no/folder"', "no such folder");
  await assertUsageError(["fileserver", folder.at("file.txt"), address], "not a folder");
  await assertUsageError(["serve", address, "--files", "no/folder"], '"no/folder"');
});

Deno.test("usage: --version and --help go to standard output, with 0", async () => {
  for (const args of [["--version"], ["-V"], ["serve", "--version"]]) {
    const { code, stdout, stderr } = await run(...args);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^labwire \d+\.\d+\.\d+\n$/);
  }
  for (const args of [["--help"], ["-h"], ["help"]]) {
    const { code, stdout, stderr } = await run(...args);
    assertEquals([code, stderr], [0, ""]);
    for (const command of COMMANDS) assertStringIncludes(stdout, `  ${command} `);
  }
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await run(command, "--help");
    assertEquals([code, stderr], [0, ""]);
    for (const part of [`labwire ${command} [`, "Options:", "--cipher", "Examples:"]) {
      assertStringIncludes(stdout, part);
    }
    assertEquals((await run(command, "-h")).stdout, stdout);
  }
});

Deno.test("usage: a key on the command line is warned of, one from a file or the environment is not", async () => {
  using folder = new Folder({ "key.txt": "LEMON\n" });
  const serve = ["serve", "127.0.0.1:0", "--operator", "--cipher", "vigenere"];
  await using open = Program.labwire([...serve, "--key", "LEMON"]);
  await using fromFile = Program.labwire([...serve, "--key-file", folder.at("key.txt")]);
  await using fromEnvironment = Program.labwire(serve, { env: { LABWIRE_KEY: "LEMON" } });
  for (const [server, warnings] of [[open, 1], [fromFile, 0], [fromEnvironment, 0]] as const) {
    using peer = await Peer.connect(await server.port());
    await peer.send("Lxfopv ef rnhr");
    await server.sees(": Attack at dawn\n");
    await peer.close();
    const { stderr } = server;
    assertEquals(count(stderr, "command line can be seen"), warnings, stderr);
  }
});

Deno.test("usage: that a classical cipher protects nothing is said once, and not of aes-gcm", async () => {
  for (
    const [cipher, key] of [["vigenere", "K"], ["caesar", "3"], ["xor", "k"], ["aes-gcm", "k"]]
  ) {
    const env = { LABWIRE_KEY: key };
    await using server = Program.labwire(["serve", "127.0.0.1:0", "--cipher", cipher], { env });
    const address = `127.0.0.1:${await server.port()}`;
    for (const name of ["Ada", "Ben"]) {
      const args = ["connect", address, "--name", name, "--cipher", cipher];
      await using client = Program.labwire(args, { env });
      await client.endInput();
      const { code, stderr } = await client.ended();
      assertEquals([code, count(stderr, "protects nothing")], [0, cipher === "aes-gcm" ? 0 : 1]);
      await server.sees(`: ${name} has disconnected`, "stderr");
    }
    assertEquals(count(server.stderr, "protects nothing"), cipher === "aes-gcm" ? 0 : 1);
    assert(!server.stderr.includes("command line"));
  }
});
