/**
 * What a request asks for, as it was sent: `new URL` would resolve `..` before anybody has seen it.
 *
 * @module
 */
import { isPlainName } from "../files/names.ts";

/** The two halves of a request's target (RFC 9112, section 3.2). */
export interface Target {
  /** From the first slash on, percent-encoded. */
  path: string;
  /** With its question mark, or empty. */
  query: string;
}

/** The target of a request. */
export function targetOf(request: Request): Target {
  const { url } = request;
  const slash = url.indexOf("/", url.indexOf("://") + 3);
  const target = slash < 0 ? "/" : url.slice(slash);
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target, query: "" }
    : { path: target.slice(0, mark), query: target.slice(mark) };
}

/**
 * The names in a path, each decoded once; a slash at its end adds none. Undefined when one of them
 * cannot be in a share: what decodes to a slash, `..` or a hidden name leads nowhere.
 *
 * @throws {URIError} when it is not well percent-encoded UTF-8.
 */
export function namesIn(path: string): string[] | undefined {
  const names = path.split("/").slice(1).map(decodeURIComponent);
  if (names.at(-1) === "") names.pop();
  return names.every(isPlainName) ? names : undefined;
}
