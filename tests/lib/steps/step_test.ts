import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { checkOrder, parseScript, parseStep, STEP_WORDS } from "../../../lib/steps/step.ts";

Deno.test("a line of a script is the same step as an option", async () => {
  const values: Record<string, string> = {
    send: "a b \\n",
    expect: "x  y",
    timeout: "2s",
    save: "X",
    "send-file": "a file",
    "send-hex": "0d 0a",
    wait: "3",
  };
  for (const word of STEP_WORDS) {
    const option = await parseStep("--", word, values[word] ?? "");
    const [line] = await parseScript("lab", `${word} ${values[word] ?? ""}`);
    assertEquals(line.action, option.action);
    assertEquals(line.label.replace("lab:1, ", "--"), option.label);
  }
});

Deno.test("a script has comments, empty lines, ends of lines of both kinds, and spaces in its texts", async () => {
  const steps = await parseScript(
    "lab",
    "# first\n\n  send  two  words \r\nSEND\n\texpect\t# no comment\n#send x\nwait 1.5s\nwait Close",
  );
  assertEquals(steps.map(({ label }) => label), [
    'lab:3, send " two  words "',
    'lab:4, send ""',
    'lab:5, expect "# no comment"',
    'lab:7, wait "1.5s"',
    'lab:8, wait "Close"',
  ]);
  assertEquals(steps[3].action, { type: "wait", until: { kind: "time", ms: 1500 } });
  assertEquals(steps[4].action, { type: "wait", until: { kind: "close" } });
});

Deno.test("a mistake in a script is told with its line", async () => {
  const cases: [string, string][] = [
    ["send a\nsnd b", 'Cannot use lab:2: "snd" is no step'],
    ["send a\\q", 'Cannot use lab:1, send "a\\q": \\q is no escape, at character 2'],
    ["expect", 'Cannot use lab:1, expect "": it is empty'],
    ["timeout soon", 'Cannot use lab:1, timeout "soon": it is no time such as 500ms or 2s'],
    ["timeout 30d", "it is no time such as"],
    ["wait", 'Cannot use lab:1, wait "": it is no time'],
    ["wait 0", "so many messages cannot be waited for"],
    ["save 1a", "a name is letters, digits and _"],
    ["send-file", "it names no file"],
    ["send-hex 4", "a byte has two hexadecimal digits"],
    ["reset now", "nothing stands behind it"],
  ];
  for (const [script, message] of cases) {
    const error = await assertRejects(() => parseScript("lab", script), Failure, message);
    assertEquals(error.exit, Exit.usage);
  }
});

Deno.test("steps that make no sense one after the other are refused", async () => {
  const cases: [string, string][] = [
    ["save A", "nothing is expected before it"],
    ["send ${A}", 'no step before it saves "A"'],
    ["expect a\nexpect ${A}\nsave A", 'lab:2, expect "${A}": no step before it saves "A"'],
    ["half-close\nsend a", "our side is closed before"],
    ["half-close\nhalf-close", "our side is closed before"],
    ["reset\nexpect a", "the connection is reset before"],
    ["send-file -\nsend-file -", "standard input can be read only once"],
  ];
  for (const [script, message] of cases) {
    const steps = await parseScript("lab", script);
    assertEquals(assertThrows(() => checkOrder(steps), Failure, message).exit, Exit.usage);
  }
  const file = await parseScript("lab", "send-file -");
  checkOrder(file);
  assertThrows(() => checkOrder(file, { input: true }), Failure, "read only once");
  checkOrder(
    await parseScript(
      "lab",
      "expect /a(.)/\nsave A\nsend ${A}\nexpect ${A}\nhalf-close\nwait close",
    ),
  );
});
