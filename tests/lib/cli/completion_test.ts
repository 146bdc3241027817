import { assertEquals } from "@std/assert";
import { choice, defineCommand, flag, many, short, text } from "../../../lib/cli/command.ts";
import { completionOf, quoted, valuesOf } from "../../../lib/cli/completion.ts";

const base = { summary: "Do it", examples: [], run: () => Promise.resolve(0) };
const copy = defineCommand({
  ...base,
  name: "copy",
  args: ["ADDRESS", "[FILE...]"],
  options: {
    into: short("d", text("DIR", "where to")),
    key: text("KEY", "the key"),
    mode: choice(["fast", "slow"], "how", "fast"),
    from: many(text("FILE", "what")),
    quiet: short("q", flag("say nothing")),
  },
});
const look = defineCommand({
  ...base,
  name: "look",
  args: ["TOPIC"],
  through: true,
  options: { mode: choice(["near", "far"], "where", "near"), into: text("DIR", "where to") },
});

Deno.test("what a value can be is told by its choices, or by what stands for it", () => {
  const [{ options, args }] = completionOf([copy]);
  assertEquals(options.map(({ spellings, takes }) => [spellings.join(), takes]), [
    ["--into,-d", "folder"],
    ["--key", "any"],
    ["--mode", [{ word: "fast" }, { word: "slow" }]],
    ["--from", "file"],
    ["--quiet,-q", undefined],
    ["--json", undefined],
    ["--help,-h", undefined],
  ]);
  assertEquals(options.filter(({ many }) => many).map(({ value }) => value), ["FILE"]);
  assertEquals(args, [
    { name: "ADDRESS", takes: "any", optional: false, many: false },
    { name: "FILE", takes: "file", optional: true, many: true },
  ]);
});

Deno.test("words are given by the name of what they stand for", () => {
  const topics = [{ word: "ciphers", help: "what they do" }];
  const [, { args, through }] = completionOf([copy, look], { TOPIC: topics });
  assertEquals([args[0].takes, through], [topics, true]);
});

Deno.test("an option that means the same everywhere is written once, any other by command", () => {
  const values = valuesOf(completionOf([copy, look]));
  assertEquals([...values.keys()], [
    "*:--into",
    "*:-d",
    "*:--key",
    "copy:--mode",
    "look:--mode",
    "*:--from",
  ]);
  assertEquals(values.get("look:--mode"), [{ word: "near" }, { word: "far" }]);
});

Deno.test("a text in single quotes is that text to a shell", async () => {
  for (const text of ["plain", "it's", "''", '$HOME `x` \\ "', "a\nb"]) {
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `printf %s ${quoted(text)}`],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), text);
  }
});
