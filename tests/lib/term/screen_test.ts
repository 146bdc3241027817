import { assertEquals } from "@std/assert";
import { type Ended, Program } from "../../support/program.ts";

const TERM = new URL("../../../lib/term/", import.meta.url);

/** Runs a script in a process of its own, with pipes for input and output; what it wrote. */
async function run(script: string, input = ""): Promise<Ended> {
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const imports = `import { draw, keepBelow, note, print } from "${TERM}screen.ts";
    import { safeText } from "${TERM}../base/safe_text.ts";
    import { openInput } from "${TERM}input.ts"; import { Progress } from "${TERM}progress.ts";`;
  await using program = Program.start(Deno.execPath(), ["eval", "-c", config, imports + script], {
    env: { NO_COLOR: "" },
  });
  await program.type(input);
  await program.endInput();
  return await program.ended();
}

Deno.test("results go to standard output, notes to standard error", async () => {
  const { stdout, stderr } = await run(`print(["one", "two"]); note("a note"); print([]);`);
  assertEquals([stdout, stderr], ["one\ntwo\n", "a note\n"]);
});

Deno.test("what is made harmless is written as it is, one line each", async () => {
  const script = 'print([safeText("\\x1b[2J\\nx")]); note(safeText("a\\rb\\u202e"));';
  const { stdout, stderr } = await run(script);
  assertEquals([stdout, stderr], ["␛[2J␊x\n", "a␍b<U+202E>\n"]);
});

Deno.test("a pipe gets no colour, no footer and no progress", async () => {
  const { stdout, stderr } = await run(`
    const kept = keepBelow({ hide: () => {}, show: () => draw("FOOTER") });
    print(["bright"], "bright");
    note("alarm", "alarm");
    const progress = new Progress("file");
    progress.update(5, 10);
    progress[Symbol.dispose]();
    note("faint", "faint");
    Deno.exit();
  `);
  assertEquals([stdout, stderr], ["bright\n", "alarm\nfaint\n"]);
});

Deno.test("more than a pipe holds is written to its end", async () => {
  const { stdout } = await run(`print(Array(50_000).fill("0123456789"));`);
  assertEquals(stdout.length, 550_000);
});

Deno.test("a pipe is read line by line, the last without an end as well", async () => {
  const script = `
    const signal = new AbortController().signal;
    const input = await openInput({ signal, prompt: "> ", interrupt: () => {} });
    input.setPrompt("? ");
    for await (const line of input.lines()) print([JSON.stringify(line)]);
    print([String(input.interactive)]);
    input[Symbol.dispose]();
  `;
  const { stdout, stderr } = await run(script, "one\r\n\nGrüße\nlast");
  assertEquals([stdout, stderr], ['"one"\n""\n"Grüße"\n"last"\nfalse\n', ""]);
});

Deno.test("reading ends when the signal aborts, though nothing more comes", async () => {
  const script = `
    const stop = new AbortController();
    const input = await openInput({ signal: stop.signal, prompt: "", interrupt: () => {} });
    for await (const line of input.lines()) stop.abort();
    print(["over"]);
    Deno.exit();
  `;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const imports =
    `import { print } from "${TERM}screen.ts"; import { openInput } from "${TERM}input.ts";`;
  await using program = Program.start(Deno.execPath(), ["eval", "-c", config, imports + script]);
  await program.type("one\n");
  assertEquals((await program.ended()).stdout, "over\n");
});
