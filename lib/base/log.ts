/**
 * Where a server says what happens: one line per connection event.
 *
 * @module
 */
import type { Event } from "./events.ts";
import type { SERVER_EVENTS } from "./events/server_events.ts";
import type { SafeText } from "./safe_text.ts";

/** Takes one line without its end. */
export type Log = (line: SafeText) => void;

/** What happens at a server, for programs. Never a secret, never what was said. */
export type AuditEvent = Event<keyof typeof SERVER_EVENTS>;

/** Takes events; version and time are added by whoever writes them down. */
export type Audit = (event: AuditEvent) => void;
