import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EVENT_NAMES, oneSchema } from "../../lib/base/events/schema.ts";
import { type Fields, isList, isMap, type Shape } from "../../lib/base/events/shape.ts";
import { EVENTS } from "../../lib/base/events/table.ts";

const page = await Deno.readTextFile(new URL("../../docs/events.md", import.meta.url));

type Row = [field: string, type: string, about: string];

/** Each field as the page has it: `clients.asked`, of each in a list `rows[].count`, of a map `faults.*.count`. */
function rowsOf(fields: Fields, before = ""): Row[] {
  return Object.entries(fields).flatMap(([key, [shape, about]]): Row[] => {
    const name = before + key.replace(/\?$/, "");
    const shown = `\`${name}\`${key.endsWith("?") ? ", optional" : ""}`;
    return [[shown, typeOf(shape), about], ...inner(shape, name)];
  });
}

function typeOf(shape: Shape): string {
  if (typeof shape === "string") return shape;
  if (isList(shape)) return `list of ${typeOf(shape.list)}s`;
  return isMap(shape) ? `object of ${typeOf(shape.map)}s` : "object";
}

function inner(shape: Shape, name: string): Row[] {
  if (typeof shape === "string") return [];
  if (isList(shape)) return inner(shape.list, `${name}[]`);
  return isMap(shape) ? inner(shape.map, `${name}.*`) : rowsOf(shape, `${name}.`);
}

/** What the page says of an event: its first sentence, and the rows of its table. */
function shownOf(name: string): { about: string; rows: string[][] } {
  const start = page.indexOf(`\n### \`${name}\`\n`);
  assert(start >= 0, `docs/events.md has nothing of ${name}`);
  const lines = page.slice(start + 1).split(/\n##/)[0].split("\n");
  const rows = lines.filter((line) => line.startsWith("| `"))
    .map((line) => line.slice(2, -2).split(" | "));
  return { about: lines[2], rows };
}

Deno.test("the page has every event of the table, field by field, and no other", () => {
  for (const name of EVENT_NAMES) {
    const { about, fields } = EVENTS[name];
    assertEquals(shownOf(name), { about, rows: rowsOf(fields) }, name);
  }
  const shown = Array.from(page.matchAll(/^### `(.*)`$/gm), ([, name]) => name);
  assertEquals(shown.toSorted(), EVENT_NAMES.toSorted());
});

Deno.test("a schema asks for the fields that are not optional, of objects within it, too", () => {
  const { properties, required } = oneSchema("result") as {
    properties: Record<string, { type: string; required?: string[] }>;
    required: string[];
  };
  assert(required.includes("clients") && !required.includes("rate"));
  assertEquals([properties.clients.type, properties.rate.type], ["object", "number"]);
  assertEquals(properties.messages.required, ["sent", "answered", "answersEach"]);
});

Deno.test("the audit log's events are named by the page about security", async () => {
  const security = await Deno.readTextFile(new URL("../../docs/security.md", import.meta.url));
  assertStringIncludes(security, "[docs/events.md](events.md)");
});
