import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { defineCommand, flag, short, size, text } from "../../../lib/cli/command.ts";
import { helpPage } from "../../../lib/cli/help.ts";
import { parseCommandLine } from "../../../lib/cli/parse.ts";

const command = defineCommand({
  name: "fetch",
  summary: "Try short options and several arguments",
  args: ["ADDRESS", "PATH..."],
  options: {
    output: short("o", text("DIR", "where to")),
    recursive: short("r", flag("whole folders")),
    quiet: short("q", flag("no words")),
    quota: size("SIZE", "how much", 10 * 1024 ** 3),
  },
  examples: [],
  run: () => Promise.resolve(0),
});

const DEFAULTS = {
  output: undefined,
  recursive: false,
  quiet: false,
  json: false,
  quota: 10 * 1024 ** 3,
};

function wordsOf(line: string): string[] {
  return line.split(" ").filter((word) => word !== "");
}

const GOOD: [
  line: string,
  values: Partial<Record<keyof typeof DEFAULTS, unknown>>,
  args: string,
][] = [
  ["lab a.txt", {}, "lab a.txt"],
  ["lab a b c d", {}, "lab a b c d"],
  ["lab a -o out", { output: "out" }, "lab a"],
  ["lab a -o=out", { output: "out" }, "lab a"],
  ["lab a -o a=b", { output: "a=b" }, "lab a"],
  ["lab a -o -", { output: "-" }, "lab a"],
  ["lab a -o 007", { output: "007" }, "lab a"],
  ["lab a -o x -o y", { output: "y" }, "lab a"],
  ["lab a --output x -o y", { output: "y" }, "lab a"],
  ["-o out lab a", { output: "out" }, "lab a"],
  ["-r lab a", { recursive: true }, "lab a"],
  ["lab -r a b", { recursive: true }, "lab a b"],
  ["lab a -rq", { recursive: true, quiet: true }, "lab a"],
  ["lab a -rqo out", { recursive: true, quiet: true, output: "out" }, "lab a"],
  ["lab a --recursive -q --json", { recursive: true, quiet: true, json: true }, "lab a"],
  ["lab -- -r -o", {}, "lab -r -o"],
  ["lab -", {}, "lab -"],
  ["lab a --quota 1.5G", { quota: 1.5 * 1024 ** 3 }, "lab a"],
  ["lab a --quota=0", { quota: 0 }, "lab a"],
];

for (const [line, values, args] of GOOD) {
  Deno.test(`"fetch ${line}" is understood`, () => {
    const expected = { values: { ...DEFAULTS, ...values }, args: args.split(" ") };
    const { values: read, args: rest } = parseCommandLine(command, wordsOf(line));
    assertEquals({ values: read, args: rest }, expected);
  });
}

const USAGE = "(usage: labwire fetch ADDRESS PATH...)";
const HELP = "(labwire fetch --help shows them)";

const BAD: [line: string, message: string][] = [
  ["", `Cannot run fetch: ADDRESS is missing ${USAGE}`],
  ["lab", `Cannot run fetch: PATH is missing ${USAGE}`],
  ["-r lab", `Cannot run fetch: PATH is missing ${USAGE}`],
  ["lab a -x", `Cannot read the options: unknown option -x ${HELP}`],
  ["lab a -R", `Cannot read the options: unknown option -R ${HELP}`],
  ["lab a -rx", `Cannot read the options: unknown option -rx ${HELP}`],
  ["lab a -j", `Cannot read the options: unknown option -j ${HELP}`],
  ["lab a -o", "Cannot use --output: it has no value (it takes a text)"],
  ["lab a -o -r", "Cannot use --output: it has no value (it takes a text)"],
  [
    "lab a --quota 10X",
    'Cannot use --quota: "10X" is not a size such as 500K, 10M or 1G',
  ],
];

for (const [line, message] of BAD) {
  Deno.test(`"fetch ${line}" is a mistake that is named`, () => {
    const error = assertThrows(() => parseCommandLine(command, wordsOf(line)), Failure);
    assertEquals([error.line, error.exit], [message, Exit.usage]);
  });
}

Deno.test("an argument in brackets may be missing, and one too many is named", () => {
  const listing = { ...command, name: "ls", args: ["ADDRESS", "[FOLDER]"] };
  assertEquals(parseCommandLine(listing, ["lab"]).args, ["lab"]);
  assertEquals(parseCommandLine(listing, ["lab", "sub"]).args, ["lab", "sub"]);
  const missing = assertThrows(() => parseCommandLine(listing, []), Failure);
  assertEquals(missing.message, "Cannot run ls: ADDRESS is missing");
  const extra = assertThrows(() => parseCommandLine(listing, ["lab", "a", "b"]), Failure);
  assertEquals(extra.message, 'Cannot use the argument "b": there is one too many');
});

Deno.test("an argument that is an empty word is an argument", () => {
  assertEquals(parseCommandLine(command, ["lab", "", "a"]).args, ["lab", "", "a"]);
});

Deno.test("an empty word behind an option is its value, and no argument", () => {
  for (const option of ["--output", "-o"]) {
    const { values, args } = parseCommandLine(command, ["lab", "a", option, "", "b"]);
    assertEquals([values.output, args], ["", ["lab", "a", "b"]]);
  }
  assertEquals(parseCommandLine(command, ["lab", "-r", "", "a"]).args, ["lab", "", "a"]);
});

Deno.test("help shows letters before their names, and arguments as they are typed", () => {
  const page = helpPage(command);
  assertStringIncludes(page, "  labwire fetch ADDRESS PATH... [options]\n");
  assertStringIncludes(page, "  -o, --output DIR  where to\n");
  assertStringIncludes(page, "  -r, --recursive   whole folders\n");
  assertStringIncludes(page, "  --quota SIZE      how much (default 10G)\n");
});

Deno.test("a size is a number with a binary unit or none, and whole bytes", () => {
  const { read } = size("SIZE", "", 0);
  const good: Record<string, number> = {
    "0": 0,
    "500": 500,
    "64K": 65536,
    "64k": 65536,
    "10M": 10 * 1024 ** 2,
    "1.5GiB": 1.5 * 1024 ** 3,
    "2T": 2 * 1024 ** 4,
    "1KB": 1024,
    "7B": 7,
    "1.7": 1,
  };
  for (const [text, bytes] of Object.entries(good)) assertEquals(read(text), bytes, text);
  for (const text of ["", "K", "-1", "1e3", ".5K", "1 K", "1P", "0x10", "Infinity", "1KK"]) {
    assertEquals(read(text), undefined, text);
  }
});

Deno.test("the default of a size is shown in the largest unit that leaves it whole", () => {
  const shown = (bytes: number) => size("SIZE", "", bytes).shown;
  assertEquals([0, 1000, 1536, 2048, 1024 ** 3, 3 * 1024 ** 4].map(shown), [
    "0",
    "1000",
    "1536",
    "2K",
    "1G",
    "3T",
  ]);
});
