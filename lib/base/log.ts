/**
 * Where a server says what happens: one line per connection event.
 *
 * @module
 */
import type { SafeText } from "./safe_text.ts";

/** Takes one line without its end. */
export type Log = (line: SafeText) => void;
