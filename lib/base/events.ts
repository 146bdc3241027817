/**
 * What commands tell programs (`--json`): one JSON object a line on standard output.
 *
 * @module
 */

/** Something that happened: its name, and what belongs to it. Version and time are added. */
export interface Event {
  /** What happened. */
  event: string;
  /** All else. */
  [field: string]: unknown;
}

/** Takes events. */
export type Emit = (event: Event) => void;
