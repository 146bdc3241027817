import { assertEquals, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { choice, count, defineCommand, duration, flag, text } from "../../../lib/cli/command.ts";
import { parseCommandLine, suggest } from "../../../lib/cli/parse.ts";

const command = defineCommand({
  name: "try",
  summary: "Try the parser",
  args: ["[HOST]", "[PORT]"],
  options: {
    name: text("NAME", "a text"),
    count: count("N", "a number", { initial: 3, most: 9 }),
    wait: duration("TIME", "a time", 50),
    mode: choice(["chat", "log"], "a choice", "chat"),
    dialect: choice(["text", "raw"], "a choice without a default", undefined),
    loud: flag("a switch"),
    "max-clients": count("N", "a number", { initial: 1000 }),
  },
  examples: [],
  run: () => Promise.resolve(0),
});

const DEFAULTS = {
  name: undefined,
  count: 3,
  wait: 50,
  mode: "chat",
  dialect: undefined,
  loud: false,
  "max-clients": 1000,
  json: false,
};

const GOOD: [
  line: string,
  values: Partial<typeof DEFAULTS> | Record<string, unknown>,
  args?: string[],
][] = [
  ["", {}],
  ["--name Ada", { name: "Ada" }],
  ["--name=Ada", { name: "Ada" }],
  ["--name=", { name: "" }],
  ["--name=a=b", { name: "a=b" }],
  ["--name 007", { name: "007" }],
  ["--count 9", { count: 9 }],
  ["--count 1 --count 2", { count: 2 }],
  ["--wait 2s", { wait: 2000 }],
  ["--mode log", { mode: "log" }],
  ["--dialect raw", { dialect: "raw" }],
  ["--loud", { loud: true }],
  ["--loud host", { loud: true }, ["host"]],
  ["--max-clients 5", { "max-clients": 5 }],
  ["host 8000", {}, ["host", "8000"]],
  ["host --loud 08000", { loud: true }, ["host", "08000"]],
  ["-- --loud host", {}, ["--loud", "host"]],
  ["1e3", {}, ["1e3"]],
  ["--name -5", { name: "-5" }],
  ["--name --other", { name: "--other" }],
  ["--loud=false", { loud: false }],
  ["--json", { json: true }],
];

for (const [line, values, args = []] of GOOD) {
  Deno.test(`"${line}" is understood`, () => {
    const words = line.split(" ").filter((word) => word !== "");
    const read = parseCommandLine(command, words);
    assertEquals([read.values, read.args], [{ ...DEFAULTS, ...values }, args]);
  });
}

const TIME = "a time such as 50ms or 2s, at most 24 days";

const BAD: [line: string, message: string][] = [
  ["--nmae Ada", "Cannot read the options: unknown option --nmae (did you mean --name?)"],
  [
    "--max-client 5",
    "Cannot read the options: unknown option --max-client (did you mean --max-clients?)",
  ],
  ["--Loud", "Cannot read the options: unknown option --Loud (did you mean --loud?)"],
  [
    "--verbose",
    "Cannot read the options: unknown option --verbose (labwire try --help shows them)",
  ],
  [
    "--verbose=yes",
    "Cannot read the options: unknown option --verbose (labwire try --help shows them)",
  ],
  ["-n Ada", "Cannot read the options: unknown option -n (labwire try --help shows them)"],
  ["--_", "Cannot read the options: unknown option --_ (labwire try --help shows them)"],
  ["a --_=b", "Cannot read the options: unknown option --_ (labwire try --help shows them)"],
  ["-_ a", "Cannot read the options: unknown option -_ (labwire try --help shows them)"],
  ["--name", "Cannot use --name: it has no value (it takes a text)"],
  ["--count", "Cannot use --count: it has no value (it takes a whole number from 1 to 9)"],
  ["--mode", "Cannot use --mode: it has no value (it takes one of chat, log)"],
  ["--name --loud", "Cannot use --name: it has no value (it takes a text)"],
  ["--count=", 'Cannot use --count: "" is not a whole number from 1 to 9'],
  ["--count ten", 'Cannot use --count: "ten" is not a whole number from 1 to 9'],
  ["--count 0", 'Cannot use --count: "0" is not a whole number from 1 to 9'],
  ["--count 10", 'Cannot use --count: "10" is not a whole number from 1 to 9'],
  ["--count 1.5", 'Cannot use --count: "1.5" is not a whole number from 1 to 9'],
  ["--count 1e0", 'Cannot use --count: "1e0" is not a whole number from 1 to 9'],
  ["--count=-1", 'Cannot use --count: "-1" is not a whole number from 1 to 9'],
  ["--max-clients 0", 'Cannot use --max-clients: "0" is not a whole number from 1'],
  ["--wait soon", `Cannot use --wait: "soon" is not ${TIME}`],
  ["--mode chta", 'Cannot use --mode: "chta" is not one of chat, log (did you mean chat?)'],
  ["--mode CHAT", 'Cannot use --mode: "CHAT" is not one of chat, log (did you mean chat?)'],
  ["--mode quiet", 'Cannot use --mode: "quiet" is not one of chat, log'],
  [
    "a b c",
    'Cannot use the argument "c": there is one too many (usage: labwire try [HOST] [PORT])',
  ],
];

for (const [line, message] of BAD) {
  Deno.test(`"${line}" is a mistake that is named`, () => {
    const words = line.split(" ").filter((word) => word !== "");
    const error = assertThrows(() => parseCommandLine(command, words), Failure);
    assertEquals([error.line, error.exit], [message, Exit.usage]);
  });
}

Deno.test("a negative number is no value, whichever of the two is named", () => {
  for (const option of ["--count", "--max-clients", "--wait"]) {
    for (const value of ["-1", "-1s", "-"]) {
      const error = assertThrows(() => parseCommandLine(command, [option, value]), Failure);
      assertEquals(error.exit, Exit.usage);
    }
  }
});

Deno.test("a value that is given as an empty word is an empty value", () => {
  assertEquals(parseCommandLine(command, ["--name", ""]).values.name, "");
  const error = assertThrows(() => parseCommandLine(command, ["--count", ""]), Failure);
  assertEquals(error.message, 'Cannot use --count: "" is not a whole number from 1 to 9');
});

Deno.test("a suggestion is made when one word is near enough to be meant", () => {
  const known = ["serve", "connect", "echo-reverse"];
  assertEquals(suggest("serv", known, ""), "did you mean serve?");
  assertEquals(suggest("CONECT", known, "labwire "), "did you mean labwire connect?");
  assertEquals(suggest("kye", ["key", "name"], "--"), "did you mean --key?");
  assertEquals(suggest("echo", known, ""), undefined);
  assertEquals(suggest("x", known, ""), undefined);
  assertEquals(suggest("x", [], ""), undefined);
});

Deno.test("a time is a number with ms, s, m, h, d or nothing behind it", () => {
  const { read } = duration("TIME", "", 0);
  const good: [string, number][] = [
    ["0", 0],
    ["50", 50],
    ["50ms", 50],
    ["1.5s", 1500],
    [
      "2m",
      120_000,
    ],
    ["1h", 3_600_000],
    ["0.5d", 43_200_000],
  ];
  for (const [text, ms] of good) assertEquals(read(text), ms);
  for (const text of ["", "s", "-1", "1w", "1 s", "1s ", ".5s", "1e3", "Infinity"]) {
    assertEquals(read(text), undefined, text);
  }
});
