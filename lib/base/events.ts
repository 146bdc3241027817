/**
 * What commands tell programs (`--json`): one JSON object a line on standard output. The tables of
 * `events/` have all of it; within version 1 they are added to, and nothing in them is removed or
 * changed. Only types are made of them here: the tables themselves are loaded by who describes them.
 *
 * @module
 */
import type { CLIENT_EVENTS } from "./events/client_events.ts";
import type { COMMON_EVENTS } from "./events/common_events.ts";
import type { FILE_EVENTS } from "./events/file_events.ts";
import type { LOAD_EVENTS } from "./events/load_events.ts";
import type { SERVER_EVENTS } from "./events/server_events.ts";
import type { ValuesOf } from "./events/shape.ts";

/** The version of the form, `v` in every event. */
export const EVENTS_VERSION = 1;

/** All events, by name. */
export type Events =
  & typeof CLIENT_EVENTS
  & typeof FILE_EVENTS
  & typeof SERVER_EVENTS
  & typeof LOAD_EVENTS
  & typeof COMMON_EVENTS;

/** The name of an event. */
export type EventName = keyof Events;

/** What belongs to an event. */
export type EventFields<N extends EventName> = ValuesOf<Events[N]["fields"]>;

/** One of some events, by their names; any, unless they are named. */
export type Event<N extends EventName = EventName> = {
  [Name in N]: { event: Name } & EventFields<Name>;
}[N];

/** Takes events. */
export type Emit = (event: Event) => void;

/** An event as it is written: with the version of its form, and the time. */
export function stamped({ event, ...fields }: Event): Record<string, unknown> {
  return { v: EVENTS_VERSION, event, at: new Date().toISOString(), ...fields };
}
