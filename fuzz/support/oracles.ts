/**
 * What must hold whatever comes: how things may fail, and what may not change.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Exit, Failure, ProtocolError } from "../../lib/base/errors.ts";

/** A case's result, or the words in which it was declined. */
export type Attempt<T> = { readonly value: T } | { readonly declined: string };

/** What `work` gives; a {@linkcode ProtocolError} is an answer, too, and all else is a find. */
export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof ProtocolError) return declined(error);
    throw error;
  }
}

/** The same for what a user typed: the answer is a {@linkcode Failure} of usage. */
export function attemptTyped<T>(work: () => T): Attempt<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof Failure && error.exit === Exit.usage) return declined(error);
    throw error;
  }
}

/** The words of an error are shown to people: they say something, and not how labwire is made. */
function declined({ message }: Error): Attempt<never> {
  assert(message !== "" && !LEAK.test(message), `the words of an error: ${message}`);
  return { declined: message };
}

/** What no peer and no log gets to read: traces of the program instead of words of its own. */
export const LEAK = /undefined|\[object |\bNaN\b|\.ts:\d+|file:\/\/|^\s+at |Uncaught|panicked/m;

/** Whether text moves a cursor, colours, reorders or hides; line ends and tabs do not. */
// deno-lint-ignore no-control-regex
export const HARM = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/;

const COMMON = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const before = COMMON.map(describe);

function describe(object: object): [PropertyKey, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).map((
    [key, { value, get }],
  ) => [key, value ?? get]);
}

/** Asserts that what all objects share is as it was. */
export function assertUntouched(): void {
  COMMON.forEach((object, i) => {
    const now = describe(object);
    assertEquals(now.length, before[i].length, "something was added to a prototype");
    now.forEach(([key, value], at) => assert(value === before[i][at][1], `${String(key)} changed`));
  });
}
