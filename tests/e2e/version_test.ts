/**
 * `labwire version`, and what an executable needs and leaves: nothing.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { only } from "../support/events.ts";
import { EXECUTABLE } from "../support/executable.ts";
import { type Ended, Program, type ProgramOptions } from "../support/program.ts";
import { Folder } from "./support/lab.ts";

async function run(args: string[], options?: ProgramOptions): Promise<Ended> {
  await using program = Program.labwire(args, options);
  return await program.ended();
}

Deno.test("version says version, commit, runtime and system, for people and for scripts", async () => {
  const json = await run(["version", "--json"]);
  assertEquals([json.code, json.stderr], [0, ""]);
  const { version, commit, dirty, deno, v8, os, arch } = only("version", json);
  assertEquals([os, arch], [Deno.build.os, Deno.build.arch]);
  assertEquals((await run(["--version"])).stdout, `labwire ${version}\n`);
  if (EXECUTABLE) {
    assert(commit === undefined || /^[0-9a-f]{40}$/.test(commit), commit);
    assertEquals(typeof dirty, "boolean");
  } else {
    assertEquals([commit, dirty, deno, v8], [
      undefined,
      undefined,
      Deno.version.deno,
      Deno.version.v8,
    ]);
  }
  const from = EXECUTABLE ? `commit ${commit?.slice(0, 12) ?? "unknown"}` : "from its source";
  const changed = dirty ? ", changed" : "";
  const lines = `labwire ${version} (${from}${changed})\nDeno ${deno}, V8 ${v8}, ${os} ${arch}\n`;
  assertEquals((await run(["version"])).stdout, lines);
});

Deno.test({
  name: "an executable leaves nothing in its folder, its home or the system's temporary folder",
  ignore: !EXECUTABLE,
  fn: async () => {
    using home = new Folder();
    using temporary = new Folder();
    const env = { HOME: home.path, TMPDIR: temporary.path };
    assertEquals((await run(["version"], { env })).code, 0);
    await using server = Program.labwire(["echo-reverse", "127.0.0.1:0"], { env });
    const args = ["connect", `127.0.0.1:${await server.port()}`];
    await using client = Program.labwire(args, { env });
    await client.type("desserts\n");
    await client.sees("stressed\n");
    await client.endInput();
    assertEquals((await client.ended()).code, 0);
    server.signal("SIGINT");
    assertEquals((await server.ended()).code, 0);
    assertEquals([home.names(), temporary.names()], [[], []]);
    const beside = Array.from(Deno.readDirSync(EXECUTABLE!.folder), ({ name }) => name);
    assertEquals(beside, ["labwire"]);
  },
});

Deno.test({
  name: "an executable sees no variable that it was not given",
  ignore: !EXECUTABLE,
  fn: async () => {
    const [command, ...args] = EXECUTABLE!.command({ GIVEN: "1" });
    const shown = await new Deno.Command(command, { args: [...args.slice(0, -1), "env"] }).output();
    const names = new TextDecoder().decode(shown.stdout).trim().split("\n")
      .map((line) => line.split("=")[0]);
    assertEquals(names.sort(), ["GIVEN", "HOME", "NO_COLOR"]);
    assertMatch(EXECUTABLE!.path, /^\/.*\/labwire$/);
  },
});
