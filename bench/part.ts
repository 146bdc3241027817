/**
 * A piece of the page: what was measured, as a table, and what was not reached.
 *
 * @module
 */

export interface Part {
  readonly heading: string;
  readonly table: string;
  /** A sentence for each target that was missed. */
  readonly missed: readonly string[];
}

/** "1.5x, met", or "missed", or nothing where there is no target. */
export function verdict(target: string | number | undefined, met: boolean): string {
  return !target ? "" : `${target}, ${met ? "met" : "missed"}`;
}

/** Parts as they stand in the page and on the terminal. */
export function written(parts: readonly Part[]): string {
  return parts.map(({ heading, table }) => `### ${heading}\n\n${table}\n`).join("");
}
