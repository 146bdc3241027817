import type { Events } from "../events.ts";
import { CLIENT_EVENTS } from "./client_events.ts";
import { COMMON_EVENTS } from "./common_events.ts";
import { FILE_EVENTS } from "./file_events.ts";
import { LOAD_EVENTS } from "./load_events.ts";
import { SERVER_EVENTS } from "./server_events.ts";

/** All events by name, in the order in which they are shown. */
export const EVENTS: Events = {
  ...CLIENT_EVENTS,
  ...FILE_EVENTS,
  ...SERVER_EVENTS,
  ...LOAD_EVENTS,
  ...COMMON_EVENTS,
};
