/**
 * How clients end, by what the other side does and what their standard input is: every cell of the
 * tables of docs/endings.md is what is observed, for `labwire connect` as for `nc` and `ncat`.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { sleep } from "../../lib/base/tasks.ts";
import { lacks } from "../support/peers.ts";
import {
  CLIENTS,
  errorsOf,
  type How,
  INPUTS,
  start,
  TYPED,
  types,
} from "./support/ending_programs.ts";
import { type Ending, ENDINGS } from "./support/endings.ts";
import { sections, tableOf } from "./support/endings_page.ts";

const STAYS = "stays";
/** Between the endings that chance decides between: programs of other makes have such. */
const OR = " *or* ";
/** A client that stays is one that has not ended this long after the other side acted. */
const STAYS_MS = 700;
/** One that is to end has this long, on a machine with much to do. */
const ENDS_MS = 30_000;
/** Clients at once. */
const AT_ONCE = 10;

/** Sentences that may stand on standard error, as the page lists them, to the words it has for them. */
const SENTENCES = new Map(
  tableOf("What is said on standard error").slice(1)
    .map(([words, sentence]) => [sentence.replaceAll("`", ""), words]),
);

Deno.test("the page has a section for each ending, and no other", () => {
  const others = [
    "Where labwire differs, and why",
    "What is said on standard error",
    "Servers",
  ];
  assertEquals(
    sections().filter((title) => !others.includes(title)),
    ENDINGS.map(({ title }) => title),
  );
});

for (const ending of ENDINGS) {
  Deno.test(`how clients end is what the page says: ${ending.title}`, async () => {
    const [header, ...rows] = tableOf(ending.title);
    assertEquals(header.slice(1), CLIENTS.map((client) => `\`${client}\``));
    assertEquals(rows.map(([input]) => input), [...INPUTS]);
    assertEquals(rows.filter((row) => row.slice(1, 5).some((cell) => cell.includes(OR))), []);
    const observed = rows.map((row) => row.slice());
    const cells = INPUTS.flatMap((input, i) =>
      CLIENTS.map((client, j) => ({ how: { input, client }, row: observed[i], column: j + 1 }))
    ).filter(({ how }) => !missing(how));
    await inTurns(cells, async ({ how, row, column }) => {
      const may = row[column].split(OR);
      const seen = await observe(ending, how, may.some((cell) => cell.startsWith(STAYS)));
      if (!may.includes(seen)) row[column] = seen;
    });
    assertEquals(observed, rows);
  });
}

/** Whether a program that a cell needs is not on this machine. */
function missing({ client, input }: How): boolean {
  const needed = input === "a terminal" ? ["python3"] : ["sh"];
  if (client === "nc" || client === "ncat") needed.push(client);
  return needed.some(lacks);
}

/** Does some work for each of many, a few at once. */
async function inTurns<T>(many: T[], work: (each: T) => Promise<void>): Promise<void> {
  const waiting = many.values();
  const one = async () => {
    for (const each of waiting) await work(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** Runs a client to its end, or until it is clear that it stays; the cell that tells of it. */
async function observe(ending: Ending, how: How, mayStay: boolean): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const { port, words, play } = await ending.open(how, stack);
  const program = start(how, port, ending.options);
  const ended = program.ended();
  stack.defer(async () => {
    await program[Symbol.asyncDispose]();
    await ended;
  });
  const playing = (async () => {
    if (types(how)) await program.type(`${TYPED}\n`);
    if (how.input === "a pipe that ends") await program.endInput();
    await play?.(program);
  })().catch(() => {}); // it has ended before: then that is what there is to tell
  const over = new AbortController();
  const late = sleep(ENDS_MS, over.signal);
  const enough = mayStay
    ? Promise.race([playing, late]).then(() => sleep(STAYS_MS, over.signal))
    : late;
  const end = await Promise.race([ended, enough]);
  over.abort();
  const told = [
    end ? `${end.code}` : STAYS,
    program.stdout === words ? "words" : program.stdout && JSON.stringify(program.stdout),
    sentenceOf(errorsOf(program, how)),
  ];
  return told.filter((each) => each !== "").join(", ");
}

/** The page's words for what is on standard error; the whole of it, when it has none. */
function sentenceOf(errors: string): string {
  const sentence = errors.replace(/:\d+:/, ":PORT:").replace(/\n$/, "");
  return errors && (SENTENCES.get(sentence) ?? JSON.stringify(errors));
}
