import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import {
  choice,
  count,
  defineCommand,
  flag,
  hidden,
  many,
  text,
} from "../../../lib/cli/command.ts";
import { parseCommandLine } from "../../../lib/cli/parse.ts";

const command = defineCommand({
  name: "try",
  summary: "Try options that repeat, and the environment",
  args: ["[HOST]"],
  options: {
    "max-clients": count("N", "a number", { initial: 3 }),
    mode: choice(["chat", "log"], "a choice", "chat"),
    key: hidden(text("KEY", "nobody's business")),
    send: many(text("TEXT", "a step")),
    expect: many(text("PATTERN", "another")),
    end: many(flag("a step without a value")),
  },
  examples: [],
  run: () => Promise.resolve(0),
});

function environment(variables: Record<string, string>): (name: string) => string | undefined {
  return (name) => variables[name];
}

Deno.test("an option that repeats keeps its values, and their places among the others", () => {
  const words = ["--send", "a", "--expect=b", "host", "--end", "--send", "-c", "--send="];
  const { values, args } = parseCommandLine(command, words);
  assertEquals(values.send, [{ at: 0, value: "a" }, { at: 5, value: "-c" }, { at: 7, value: "" }]);
  assertEquals(values.expect, [{ at: 2, value: "b" }]);
  assertEquals(values.end, [{ at: 4, value: true }]);
  assertEquals(args, ["host"]);
  assertEquals(parseCommandLine(command, []).values.send, []);
});

Deno.test("options come first, then the environment, then defaults, and each says whence it came", () => {
  const variables = environment({
    LABWIRE_MAX_CLIENTS: "7",
    LABWIRE_MODE: "log",
    LABWIRE_JSON: "yes",
  });
  const { values, origins } = parseCommandLine(command, ["--mode", "chat"], variables);
  assertEquals([values["max-clients"], values.mode, values.json], [7, "chat", true]);
  assertEquals(origins["max-clients"], "environment");
  assertEquals(origins.mode, "option");
  assertEquals(origins.expect, "default");
  assertEquals(parseCommandLine(command, ["--json=false"], variables).values.json, false);
});

Deno.test("an empty variable is none, and what is secret is not read here", () => {
  const variables = environment({ LABWIRE_MAX_CLIENTS: "", LABWIRE_KEY: "LEMON" });
  const { values, origins } = parseCommandLine(command, [], variables);
  assertEquals([values["max-clients"], values.key], [3, undefined]);
  assertEquals([origins["max-clients"], origins.key], ["default", "default"]);
});

Deno.test("a variable with a bad value is named, with the remedy", () => {
  const bad = (name: string, value: string) =>
    assertThrows(
      () => parseCommandLine(command, [], environment({ [name]: value })),
      Failure,
    ).line;
  assertEquals(
    bad("LABWIRE_MODE", "caht"),
    'Cannot use LABWIRE_MODE: "caht" is not one of chat, log (did you mean chat?)',
  );
  assertEquals(
    bad("LABWIRE_JSON", "perhaps"),
    'Cannot use LABWIRE_JSON: "perhaps" is not yes or no (it stands in the environment)',
  );
});
