/**
 * Times of files, which may be any number, as dates.
 *
 * @module
 */

const MOST_MS = 8.64e15; // what a Date holds

/** A time in seconds since 1970, cut to what a date can be. */
export function dateOf(seconds: number): Date {
  return new Date(Math.max(-MOST_MS, Math.min(MOST_MS, seconds * 1000)));
}

/** An HTTP date (RFC 9110, section 5.6.7) in milliseconds since 1970; NaN when it is none. */
export function parseHttpDate(text: string): number {
  return Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`); // asctime names no zone
}
