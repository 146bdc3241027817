import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import {
  choice,
  count,
  defineCommand,
  duration,
  flag,
  hidden,
  many,
  text,
} from "../../../lib/cli/command.ts";
import { parseCommandLine } from "../../../lib/cli/parse.ts";
import { commandNamed } from "../../../lib/cli/command_named.ts";
import { settingsOf, variablesIn } from "../../../lib/cli/settings.ts";

const base = { summary: "Try it", examples: [], run: () => Promise.resolve(0) };
const serve = defineCommand({
  ...base,
  name: "serve",
  args: ["ADDRESS"],
  options: {
    mode: choice(["chat", "ack"], "how", "chat"),
    "max-clients": count("N", "how many", { initial: 3 }),
    key: hidden(text("KEY", "a secret")),
    send: many(text("TEXT", "a step")),
    loud: flag("be loud"),
  },
});
const wait = defineCommand({
  ...base,
  name: "wait",
  args: [],
  options: { mode: duration("TIME", "how long", 50), "password-file": text("FILE", "a secret") },
});

function shown(line: string[], variables: Record<string, string> = {}) {
  const rows = settingsOf(serve, line, (name) => variables[name]);
  return Object.fromEntries(rows.map(({ option, value, origin }) => [option, [value, origin]]));
}

Deno.test("a setting is what was typed, else its variable, else the default; no argument is needed", () => {
  assertEquals(shown([]), {
    mode: ["chat", "default"],
    "max-clients": ["3", "default"],
    key: [undefined, "default"],
    send: [undefined, "default"],
    loud: ["no", "default"],
    json: ["no", "default"],
  });
  const variables = { LABWIRE_MODE: "ack", LABWIRE_MAX_CLIENTS: "7", LABWIRE_LOUD: "1" };
  const line = ["--max-clients", "005", "--send", "a", "--send=b c", "127.0.0.1:8000", "--json"];
  assertEquals(shown(line, variables), {
    mode: ["ack", "environment"],
    "max-clients": ["005", "option"],
    key: [undefined, "default"],
    send: ["a b c", "option"],
    loud: ["yes", "environment"],
    json: ["yes", "option"],
  });
});

Deno.test("a secret has an origin and no value, wherever it comes from", () => {
  assertEquals(shown(["--key", "LEMON"]).key, [undefined, "option"]);
  assertEquals(shown([], { LABWIRE_KEY: "LEMON" }).key, [undefined, "environment"]);
  const [, , , other] = settingsOf(wait, [], (name) => ({ LABWIRE_PASSWORD: "1234" })[name]);
  assertEquals(other, {
    option: "password",
    variable: "LABWIRE_PASSWORD",
    value: undefined,
    origin: "environment",
    secret: true,
  });
  const found = variablesIn({ LABWIRE_KEY: "LEMON", LABWIRE_PASSWORD: "1234" }, [serve, wait]);
  assertEquals(/LEMON|1234/.test(JSON.stringify(found)), false);
});

Deno.test("what a command would refuse is refused", () => {
  assertThrows(() => shown(["--mod", "ack"]), Failure, "unknown option --mod");
  assertThrows(() => shown([], { LABWIRE_MODE: "akc" }), Failure, "Cannot use LABWIRE_MODE");
  assertThrows(() => commandNamed("serv", [serve, wait]), Failure, '"serv": unknown command');
});

Deno.test("a variable has its readers, with what is wrong for each, or the name that is meant", () => {
  const found = variablesIn({
    LABWIRE: "dist/labwire",
    LABWIRE_MODE: "ack",
    LABWIRE_LOUD: "",
    LABWIRE_MAX_CLIENT: "4",
    LABWIRE_FROBNICATE: "1",
    PATH: "/bin",
  }, [serve, wait]);
  assertEquals(
    found.map(({ variable, uses, meant }) => [
      variable,
      uses.map(({ command, problem }) => [command, problem]),
      meant,
    ]),
    [
      ["LABWIRE_FROBNICATE", [], undefined],
      ["LABWIRE_MAX_CLIENT", [], "LABWIRE_MAX_CLIENTS"],
      ["LABWIRE_MODE", [
        ["serve", undefined],
        ["wait", "not a time such as 50ms or 2s, at most 24 days"],
      ], undefined],
    ],
  );
});

Deno.test("a command that takes another's line keeps all behind the first argument as it is", () => {
  const config = defineCommand({
    ...base,
    name: "config",
    args: ["[C...]"],
    through: true,
    options: {},
  });
  const line = ["serve", "--mode", "ack", "--", "--loud"];
  assertEquals(parseCommandLine(config, line).args, line);
  const { args, values } = parseCommandLine(config, ["serve", "--json"]);
  assertEquals([args, values.json], [["serve", "--json"], true]);
  assertEquals(parseCommandLine(config, ["--json"]).args, []);
  assertThrows(() => parseCommandLine(config, ["--mode", "serve"]), Failure, "unknown option");
});
