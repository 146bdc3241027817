/**
 * What get, ls and put cannot do, and how they say so; hand-ins into a dropbox.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Program } from "../support/program.ts";
import { Fake, frame, readTo, writeAll } from "./support/fake.ts";
import { connect, Folder, run } from "./support/lab.ts";

function fileserver(folder: Folder, ...args: string[]): Program {
  return Program.labwire(["fileserver", folder.path, "127.0.0.1:0", ...args]);
}

/** A port of this machine on which nobody listens. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

const COMMANDS = [["get", "a.txt"], ["put", "a.txt"], ["ls"]];

Deno.test("get, put and ls end with 2 when they are misused, before they connect", async () => {
  const port = freePort();
  const misuses: [string, string[]][] = [
    ["get", []],
    ["put", []],
    ["get", ["a.txt", "--nothing"]],
    ["get", ["a.txt", "-x"]],
    ["get", ["a.txt", "-o"]],
    ["ls", ["a", "b"]],
    ["get", ["a.txt", "--key", "LEMON"]],
    ["get", ["a.txt", "--rename", "--resume"]],
    ["put", ["a.txt", "--overwrite", "--rename"]],
    ["put", ["a.txt", "--resume"]],
  ];
  for (const [command, args] of misuses) {
    const { code, stdout, stderr } = await run(command, port, args);
    assertEquals([code, stdout], [2, ""], `${command} ${args}: ${stderr}`);
    assertMatch(stderr, /^labwire: Cannot [^\n]*\n$/m);
  }
});

Deno.test("get, put and ls end with 3 when nobody listens", async () => {
  for (const [command, ...args] of COMMANDS) {
    const { code, stdout, stderr } = await run(command, freePort(), args);
    assertEquals([code, stdout], [3, ""]);
    assertMatch(stderr, /^labwire: Cannot connect to 127\.0\.0\.1:\d+: connection refused .*\n$/);
  }
});

Deno.test("get, put and ls end with 4 where there are no files, or the cipher is another", async () => {
  using desk = new Folder({ "a.txt": "hello" });
  const cwd = desk.path;
  await using room = Program.labwire(["serve", "127.0.0.1:0"]);
  await using echo = Program.labwire(["echo-reverse", "127.0.0.1:0"]);
  await using sealed = fileserver(desk, "--cipher", "aes-gcm", "--key", "a phrase");
  for (const server of [room, echo, sealed]) {
    for (const [command, ...args] of COMMANDS) {
      const { code, stdout, stderr } = await run(command, await server.port(), args, { cwd });
      assertEquals([code, stdout], [4, ""], stderr);
      assertMatch(stderr, /^labwire: Cannot .*(shares no|shares none|the cipher aes-gcm).*\n$/);
    }
  }
  assertEquals(desk.names(), ["a.txt"]);
});

Deno.test("get, put and ls end with 5 when the other side is no labwire", async () => {
  using desk = new Folder({ "a.txt": "hello" });
  await using fake = new Fake(async (conn) => {
    await readTo(conn, "hello");
    await writeAll(conn, new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  for (const [command, ...args] of COMMANDS) {
    const { code, stdout } = await run(command, fake.port, args, { cwd: desk.path });
    assertEquals([code, stdout], [5, ""]);
  }
});

Deno.test("get ends with 130 on Ctrl-C while it waits for an answer", async () => {
  using desk = new Folder();
  const asked = Promise.withResolvers<void>();
  await using fake = new Fake(async (conn) => {
    await readTo(conn, '"hello"');
    const welcome = { type: "welcome", version: 1, name: "x", mode: "files", features: ["files"] };
    await writeAll(conn, frame(welcome));
    await readTo(conn, '"get"');
    asked.resolve();
    await readTo(conn, "its end");
  });
  const args = ["get", `127.0.0.1:${fake.port}`, "a.txt"];
  await using client = Program.labwire(args, { cwd: desk.path });
  await client.until(asked.promise);
  client.signal("SIGINT");
  const { code, stdout } = await client.ended();
  assertEquals([code, stdout, desk.names()], [130, "", []]);
});

Deno.test("what is not served is not got, and names that lead elsewhere are not put", async () => {
  using shared = new Folder({ ".hidden": "secret", "sub/a.txt": "hello" });
  using desk = new Folder({ ".hidden": "mine", "a.txt": "mine", "b:c.txt": "mine" });
  await using server = fileserver(shared, "--writable");
  const port = await server.port();
  for (const path of [".hidden", "../etc/passwd", "sub", "sub/../sub/a.txt", "/etc/passwd", "x"]) {
    const { code, stderr } = await run("get", port, [path, "-o", "got"], { cwd: desk.path });
    const why = path === "sub" ? "It is a folder. (--recursive fetches it)" : "File not found.";
    assertEquals([code, stderr], [1, `labwire: Cannot get "${path}": ${why}\n`]);
  }
  const refused = [[".hidden"], ["b:c.txt"], ["a.txt", "-d", "../x"], ["a.txt", "-d", "/.x"]];
  for (const args of [...refused, ["nothing"], ["."], ["a.txt", "-d", "sub/a.txt"]]) {
    const { code, stdout, stderr } = await run("put", port, args, { cwd: desk.path });
    assert([1, 2].includes(code) && stdout === "", `${args}: ${stderr}`);
    assertMatch(stderr, /^labwire: Cannot (put|read|take) "[^\n]*\n$/);
  }
  assertEquals(shared.tree(), [".hidden", "sub/", "sub/a.txt"]);
});

Deno.test("nothing is put where nothing may be, or too much", async () => {
  using desk = new Folder({ "small.txt": "12345", "large.txt": "x".repeat(20_000) });
  const cwd = desk.path;
  const limits: [string[], string, RegExp][] = [
    [[], "small.txt", /: this server takes no files/],
    [["--writable", "--max-upload", "4"], "small.txt", /: a file may have 4 bytes here, not 5\n$/],
    [["--writable", "--quota", "10K"], "large.txt", /: there is no room left for it/],
  ];
  for (const [args, name, words] of limits) {
    using shared = new Folder();
    await using server = fileserver(shared, ...args);
    const { code, stdout, stderr } = await run("put", await server.port(), [name], { cwd });
    assertEquals([code, stdout, shared.names()], [1, "", []], stderr);
    assertMatch(stderr, words);
  }
});

Deno.test("hand-ins stand under the name of whoever handed them in, and are nobody else's to see", async () => {
  using shared = new Folder();
  using desk = new Folder({ "report.txt": "mine", "lab/a.txt": "a" });
  const cwd = desk.path;
  for (const kind of [["fileserver", shared.path], ["serve", "--files", shared.path]]) {
    await using server = Program.labwire([...kind, "127.0.0.1:0", "--dropbox"]);
    const port = await server.port();
    const put = (...args: string[]) => run("put", port, args, { cwd });
    assertEquals((await put("report.txt", "--name", "Ada Lovelace")).code, 0);
    assertEquals((await put("-r", "lab", "--name", "Ben")).code, 0);
    const tree = ["Ada Lovelace/", "Ada Lovelace/report.txt", "Ben/", "Ben/lab/", "Ben/lab/a.txt"];
    assertEquals(shared.tree(), tree);
    Deno.writeTextFileSync(desk.at("report.txt"), "forged");
    for (const how of [[], ["--overwrite"]]) {
      const again = await put("report.txt", "--name", "Ada Lovelace", ...how);
      assertEquals([again.code, again.stdout], [1, ""], again.stderr);
      assertMatch(again.stderr, /exists already \(--rename numbers the new one\)\n$/);
    }
    assertEquals((await put("report.txt", "--name", "Ada Lovelace", "--rename")).code, 0);
    assertEquals(new TextDecoder().decode(shared.read("Ada Lovelace/report.txt")), "mine");
    assertEquals(shared.names(), ["Ada Lovelace", "Ben"]);
    for (const name of ["..", ".x", "a/b", ""]) {
      assertEquals((await put("report.txt", "--name", name)).code, 1, name);
    }
    for (const args of [["ls"], ["get", "Ben/lab/a.txt"], ["get", "-r", "Ben"]]) {
      const { code, stdout } = await run(args[0], port, args.slice(1), { cwd });
      assertEquals([code, stdout], [1, ""], `${args}`);
    }
    await using client = connect(port, ["--name", "Cleo"], { cwd });
    await client.type("/list\n/get Ben/lab/a.txt\n/put report.txt\n");
    await client.endInput();
    const { code, stderr } = await client.ended();
    assertEquals(code, 1, stderr);
    assertEquals(new TextDecoder().decode(shared.read("Cleo/report.txt")), "forged");
    assertEquals(desk.names(), ["lab", "report.txt"]);
    for (const name of shared.names()) Deno.removeSync(shared.at(name), { recursive: true });
    Deno.writeTextFileSync(desk.at("report.txt"), "mine");
  }
});
