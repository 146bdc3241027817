/**
 * The events as JSON Schema (2020-12), for programs in any language.
 *
 * @module
 */
import { type EventName, EVENTS_VERSION } from "../events.ts";
import { type Fields, isList, isMap, type Shape } from "./shape.ts";
import { EVENTS } from "./table.ts";

/** Any JSON object. */
export type Schema = Record<string, unknown>;

const ENVELOPE = {
  v: { const: EVENTS_VERSION, description: "the version of this form" },
  event: { type: "string", description: "what has happened" },
  at: { type: "string", format: "date-time", description: "when, in UTC" },
};

/** All names, in the order in which they are shown. */
export const EVENT_NAMES: readonly EventName[] = Object.keys(EVENTS) as EventName[];

/** The schema of one event. What it does not know it lets pass: fields are added in time. */
export function eventSchema(name: EventName): Schema {
  const { about, fields } = EVENTS[name];
  const { properties, required } = fieldsSchema(fields);
  return {
    description: about,
    type: "object",
    properties: { ...ENVELOPE, event: { const: name }, ...properties },
    required: ["v", "event", "at", ...required],
  };
}

/** The schema of every event; it lets pass those that it does not know. */
export function allSchema(): Schema {
  return {
    $schema: DIALECT,
    title: `labwire events, version ${EVENTS_VERSION}`,
    description: "One line of what a labwire command prints under --json.",
    type: "object",
    properties: ENVELOPE,
    required: ["v", "event", "at"],
    allOf: EVENT_NAMES.map((name) => ({
      if: { properties: { event: { const: name } } },
      then: { $ref: `#/$defs/${name}` },
    })),
    $defs: Object.fromEntries(EVENT_NAMES.map((name) => [name, eventSchema(name)])),
  };
}

/** The schema of one event, to stand alone. */
export function oneSchema(name: EventName): Schema {
  return { $schema: DIALECT, title: `labwire event ${name}`, ...eventSchema(name) };
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

function fieldsSchema(fields: Fields): { properties: Schema; required: string[] } {
  const properties: Schema = {}, required: string[] = [];
  for (const [key, [shape, description]] of Object.entries(fields)) {
    const name = key.replace(/\?$/, "");
    properties[name] = { ...shapeSchema(shape), description };
    if (name === key) required.push(name);
  }
  return { properties, required };
}

function shapeSchema(shape: Shape): Schema {
  if (typeof shape === "string") return { type: shape };
  if (isList(shape)) return { type: "array", items: shapeSchema(shape.list) };
  if (isMap(shape)) return { type: "object", additionalProperties: shapeSchema(shape.map) };
  return { type: "object", ...fieldsSchema(shape) };
}
