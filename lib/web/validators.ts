/**
 * Whether what a client has is what there is: validators and preconditions (RFC 9110, sections 8.8
 * and 13).
 *
 * @module
 */
import { hash } from "node:crypto";
import { ifMatch, ifNoneMatch } from "@std/http/etag";
import type { Source } from "../files/source.ts";
import { dateOf, parseHttpDate } from "./dates.ts";

/** By what a client recognizes a file that it has already. */
export interface Validators {
  /** Strong for a file that has settled, else weak. */
  etag: string;
  /** When it was last changed, an HTTP date that is not in the future. */
  lastModified: string;
  /** Whether they hold byte for byte, so that a part may be put to another part. */
  strong: boolean;
}

/** The validators of a file. `now` in milliseconds since 1970. */
export function validatorsOf(source: Source, now: number = Date.now()): Validators {
  // Hashed, since the inode is nobody's business.
  const tag = hash("sha256", source.version, "base64url").slice(0, 22);
  const modified = Math.min(source.modified, now / 1000);
  return {
    // A file that was changed moments ago may change again and look the same. The weak tag differs
    // from the strong one that it gets later, so that a copy from before does not stay.
    etag: source.settled ? `"${tag}"` : `W/"${tag}-new"`,
    lastModified: dateOf(modified).toUTCString(),
    strong: source.settled,
  };
}

/**
 * What the preconditions of a GET or HEAD say, in the order of RFC 9110, section 13.2.2: 412, 304,
 * or undefined when the file is to be sent.
 */
export function preconditionStatus(
  { headers }: Request,
  { etag, lastModified }: Validators,
): 304 | 412 | undefined {
  const match = headers.get("If-Match"), noneMatch = headers.get("If-None-Match");
  const changedSince = (name: string) => {
    const since = parseHttpDate(headers.get(name) ?? "");
    return Number.isNaN(since) ? undefined : Date.parse(lastModified) > since;
  };
  if (match !== null) {
    if (match.trim() !== "*" && !ifMatch(match, etag)) return 412;
  } else if (changedSince("If-Unmodified-Since") === true) return 412;
  if (noneMatch !== null) {
    if (!ifNoneMatch(noneMatch, etag)) return 304;
  } else if (changedSince("If-Modified-Since") === false) return 304;
  return undefined;
}

/** Whether the part that a client has belongs to this very file: `If-Range` (section 13.1.5). */
export function rangeHolds(
  { headers }: Request,
  { etag, lastModified, strong }: Validators,
): boolean {
  const condition = headers.get("If-Range");
  return condition === null || strong && (condition === etag || condition === lastModified);
}
