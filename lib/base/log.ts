/**
 * Where a server says what happens: one line per connection event.
 *
 * @module
 */
import type { SafeText } from "./safe_text.ts";

/** Takes one line without its end. */
export type Log = (line: SafeText) => void;

/** What happened, for a program: a word for the event, and what belongs to it. Never a secret. */
export interface AuditEvent {
  /** What happened: `joined`, `refused`, `kicked`, … (docs/security.md lists them). */
  event: string;
  /** Where the peer is, as `host:port`. */
  origin?: string;
  /** Who it is. */
  name?: string;
  /** All else. */
  [field: string]: unknown;
}

/** Takes events; the time is added by whoever writes them down. */
export type Audit = (event: AuditEvent) => void;
