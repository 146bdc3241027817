/**
 * How events are written down: tables of names, fields and what they mean, from which come the types
 * of TypeScript here, the JSON Schema (`labwire schema`) and a page (docs/events.md).
 *
 * @module
 */

/** What a field holds. */
export type Shape =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "object"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | Fields;

/** Fields by name, each with what it holds and what that is; a name that ends in `?` may be missing. */
export interface Fields {
  /** What it holds, and what that is. */
  readonly [name: string]: readonly [shape: Shape, about: string];
}

/** Events by name. */
export interface EventTable {
  /** What has happened, and what belongs to it. */
  readonly [name: string]: { readonly about: string; readonly fields: Fields };
}

/** The values that a shape takes. */
export type ValueOf<S> = S extends "string" ? string
  : S extends "integer" | "number" ? number
  : S extends "boolean" ? boolean
  : S extends "object" ? Readonly<Record<string, unknown>>
  : S extends { readonly list: infer Each } ? readonly ValueOf<Each>[]
  : S extends { readonly map: infer Each } ? Readonly<Record<string, ValueOf<Each>>>
  : ValuesOf<S>;

/** The values of a table of fields. */
export type ValuesOf<F> =
  & { -readonly [K in keyof F as K extends `${string}?` ? never : K]: ValueOf<First<F[K]>> }
  & {
    -readonly [K in keyof F as K extends `${infer Name}?` ? Name : never]?:
      | ValueOf<First<F[K]>>
      | undefined;
  };

/** What stands first in a pair. */
export type First<P> = P extends readonly [infer S, string] ? S : never;

/** Whether a shape is a list. */
export function isList(shape: Shape): shape is { readonly list: Shape } {
  return typeof shape === "object" && "list" in shape && !isField(shape.list);
}

/** Whether a shape is a map. */
export function isMap(shape: Shape): shape is { readonly map: Shape } {
  return typeof shape === "object" && "map" in shape && !isField(shape.map);
}

/** A field could have that name, too. */
function isField(value: unknown): boolean {
  return Array.isArray(value);
}
