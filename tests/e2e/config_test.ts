/**
 * `labwire config`: what a person and a program are shown.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Ended, Program } from "../support/program.ts";

async function config(args: string[], env: Record<string, string>): Promise<Ended> {
  await using program = Program.labwire(["config", ...args], { env });
  await program.endInput();
  return await program.ended();
}

Deno.test("config shows each option of a command line with its origin, and no secret", async () => {
  const env = { LABWIRE_MODE: "ack", LABWIRE_KEY: "LEMON", LABWIRE_SECRET: "tell nobody" };
  const { code, stdout, stderr } = await config(["serve", "--max-clients", "3"], env);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^mode +ack +LABWIRE_MODE$/m);
  assertMatch(stdout, /^max-clients +3 +option$/m);
  assertMatch(stdout, /^cipher +none +default$/m);
  assertMatch(stdout, /^key +set +LABWIRE_KEY$/m);
  assertMatch(stdout, /^secret +set +LABWIRE_SECRET$/m);
  assert(!/LEMON|tell nobody/.test(stdout));
});

Deno.test("config without a command shows the variables that are set, and names unknown ones", async () => {
  const { code, stdout, stderr } = await config([], { LABWIRE_MODE: "ack", LABWIRE_MOED: "log" });
  assertEquals([code, stdout], [0, "LABWIRE_MODE  ack  serve\n"]);
  assertEquals(stderr, "labwire: LABWIRE_MOED stands for nothing (did you mean LABWIRE_MODE?)\n");
});

Deno.test("config --json tells each option, wherever --json stands", async () => {
  const env = { LABWIRE_MODE: "ack", LABWIRE_KEY: "LEMON", LABWIRE_MOED: "log" };
  for (const args of [["--json", "serve"], ["serve", "--json"]]) {
    const { stdout, stderr } = await config(args, env);
    assertEquals(stderr, "");
    const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const find = (option: string) => events.find((each) => each.option === option);
    const { command, variable, value, origin } = find("mode");
    assertEquals([command, variable, value, origin], [
      "serve",
      "LABWIRE_MODE",
      "ack",
      "environment",
    ]);
    assertEquals([find("key").value, find("key").origin], [undefined, "environment"]);
    const { event, meant } = events.find(({ variable }) => variable === "LABWIRE_MOED");
    assertEquals([event, meant], ["unknown-variable", "LABWIRE_MODE"]);
    assertEquals(events.at(-1).event, "end");
  }
});
