import { assertEquals, assertMatch } from "@std/assert";
import { labwireCommand, Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { anyBytes, Folder, run, sameBytes } from "./support/lab.ts";
import { block, Fake, frame, readTo, welcome, writeAll } from "./support/fake.ts";

/** Runs `labwire get`, for the bytes that it writes. */
async function fetched(args: string[], cwd: string, env: Record<string, string>) {
  const [command, ...before] = labwireCommand(env);
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...before, "get", ...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, stdout, stderr: new TextDecoder().decode(stderr) };
}

test("get -o - writes a file to standard output as it is, and leaves nothing", async () => {
  const bytes = anyBytes(3_500_001);
  using folder = new Folder({ "share/bytes": bytes, "share/empty": "", "here/tmp/.keep": "" });
  await using server = Program.labwire(["fileserver", folder.at("share"), "127.0.0.1:0"]);
  const address = `127.0.0.1:${await server.port()}`;
  const here = folder.at("here"), env = { TMPDIR: folder.at("here/tmp") };
  const all = await fetched([address, "bytes", "-o", "-", "-q"], here, env);
  assertEquals([all.code, all.stderr], [0, ""]);
  assertEquals(sameBytes(all.stdout, bytes), true);
  const empty = await fetched([address, "empty", "-o-", "-q"], here, env);
  assertEquals([empty.code, empty.stdout.length], [0, 0]);
  const none = await fetched([address, "nowhere", "-o", "-"], here, env);
  assertEquals([none.code, none.stdout.length], [1, 0]);
  assertEquals(folder.tree("here/"), ["here/tmp/", "here/tmp/.keep"]);
});

test("get -o - writes no byte of a file that does not verify", async () => {
  await using fake = new Fake(async (conn) => {
    await welcome(conn);
    await readTo(conn, "get");
    const head = { type: "file", id: 1, name: "a", size: 4, from: 0 };
    await writeAll(conn, frame(head));
    await writeAll(conn, block(1, new TextEncoder().encode("evil")));
    await writeAll(conn, frame({ type: "end", id: 1, hash: "0".repeat(64) }));
    await readTo(conn, "the end");
  });
  const { code, stdout, stderr } = await run("get", fake.port, ["a", "-o", "-"]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /its hash is not the announced one/);
});

test("put - puts standard input under the name of --as", async () => {
  using folder = new Folder({ "share/old.txt": "", "mine.txt": "mine" });
  await using server = Program.labwire([
    "fileserver",
    folder.at("share"),
    "127.0.0.1:0",
    "--writable",
  ]);
  const address = `127.0.0.1:${await server.port()}`;
  await using put = Program.labwire(["put", address, "-", "--as", "new.txt", "--sha256"]);
  await put.type("what was typed\n");
  await put.endInput();
  const { code, stdout } = await put.ended();
  assertEquals(code, 0);
  assertMatch(stdout, /^[0-9a-f]{64} {2}-\n$/);
  assertEquals(Deno.readTextFileSync(folder.at("share/new.txt")), "what was typed\n");
  const other = await run("put", Number(address.split(":")[1]), [
    folder.at("mine.txt"),
    "--as",
    "b",
  ]);
  assertEquals([other.code, Deno.readTextFileSync(folder.at("share/b"))], [0, "mine"]);
});

const WRONG: [args: string[], why: RegExp][] = [
  [["get", "h:1", "a", "b", "-o", "-"], /Cannot use -o -: standard output takes one file/],
  [["get", "h:1", "a", "-r", "-o", "-"], /Cannot use -o -: standard output takes one file/],
  [["get", "h:1", "a", "--sha256", "-o", "-"], /Cannot use -o -: --sha256 is for standard output/],
  [["put", "h:1", "-"], /Cannot use -: standard input has no name \(add --as NAME\)/],
  [["put", "h:1", "-", "a", "--as", "b"], /Cannot use --as: it is the name of one file/],
  [["put", "h:1", "-", "a"], /Cannot use -: standard input is one file, and goes alone/],
  [["put", "h:1", "-", "--as", "../b"], /Cannot use --as "..\/b": it is no file name/],
];

for (const [args, why] of WRONG) {
  test(`labwire ${args.join(" ")} is told in one line`, async () => {
    await using program = Program.labwire(args);
    await program.endInput();
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, why);
  });
}

test("a secret comes from the first line of standard input, and the conversation from the rest", async () => {
  using folder = new Folder({ secret: "sword fish\n" });
  const secret = ["--secret-file", folder.at("secret")];
  await using server = Program.labwire(["echo-reverse", "127.0.0.1:0", ...secret]);
  const address = `127.0.0.1:${await server.port()}`;
  await using ada = Program.labwire(["connect", address, "--secret-file", "-"]);
  await ada.type("sword fish\nabc\n");
  await ada.sees("cba\n");
  await ada.endInput();
  assertEquals((await ada.ended()).code, 0);
  await using nobody = Program.labwire(["connect", address, "--secret-file", "-"]);
  await nobody.endInput();
  const { code, stderr } = await nobody.ended();
  assertEquals([code, stderr], [2, "labwire: Cannot read the secret: standard input has none\n"]);
});
