/**
 * What programs are told (`--json`), held to the schema that they are given.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/2020";
import addFormats from "ajv-formats";
import type { EventFields, EventName } from "../../lib/base/events.ts";
import { allSchema, oneSchema } from "../../lib/base/events/schema.ts";
import { EVENTS } from "../../lib/base/events/table.ts";

const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(allSchema());

/** One line. */
// deno-lint-ignore no-explicit-any
export type Told = Record<string, any> & { event: EventName };

/**
 * Every line of a standard output, which must be an event that stands in the table, with no fields but
 * those, and good by the schema.
 */
export function linesOf(stdout: string): Told[] {
  assert(stdout === "" || stdout.endsWith("\n"), `a line has no end: ${stdout}`);
  return stdout.split("\n").slice(0, -1).map(checked);
}

/** The same of a command that has ended, whose last event says so, and none before it. */
export function toldBy({ code, stdout }: { code: number; stdout: string }): Told[] {
  const told = linesOf(stdout);
  const ends = told.filter(({ event }) => event === "end");
  assertEquals([ends.length, told.at(-1)?.event, told.at(-1)?.code], [1, "end", code], stdout);
  return told.slice(0, -1);
}

/** The only event that a command told beside its end. */
export function only<N extends EventName>(
  name: N,
  ended: { code: number; stdout: string },
): EventFields<N> {
  const told = toldBy(ended);
  assertEquals(told.map(({ event }) => event), [name], ended.stdout);
  return told[0] as unknown as EventFields<N>;
}

function checked(line: string): Told {
  const event: Told = JSON.parse(line);
  const good: boolean = validate(event);
  assert(good, `${line}: ${ajv.errorsText(validate.errors)}`);
  assert(event.event in EVENTS, `no event of the table: ${line}`);
  const known = oneSchema(event.event).properties as Record<string, unknown>;
  for (const field of Object.keys(event)) assert(field in known, `${field} is unknown: ${line}`);
  return event;
}
