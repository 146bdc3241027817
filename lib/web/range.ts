/** Some bytes of a file. */
export interface Span {
  /** The first. */
  start: number;
  /** The one behind the last. */
  end: number;
}

/**
 * The bytes that a `Range` header asks for (RFC 9110, section 14); null when there are none such.
 * Undefined without a header, and for one that may be ignored: of another unit, with several ranges,
 * or with no range at all.
 */
export function spanOf(header: string | null, size: number): Span | null | undefined {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "");
  if (!match) return undefined;
  const [first, last] = match.slice(1).map((digits) => digits === "" ? undefined : Number(digits));
  let span: Span;
  if (first === undefined) {
    if (last === undefined) return undefined;
    span = { start: Math.max(0, size - last), end: size };
  } else {
    if (last !== undefined && last < first) return undefined;
    span = { start: first, end: Math.min(size, (last ?? Infinity) + 1) };
  }
  return span.start < span.end ? span : null;
}
