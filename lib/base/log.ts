/**
 * Where a server says what happens: one line per connection event.
 *
 * @module
 */

/** Takes one line without its end; whoever makes a Log sees to it that control characters show. */
export type Log = (line: string) => void;
