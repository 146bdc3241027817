/**
 * What all answers have in common: nothing may run in them, and no other site may use them.
 *
 * @module
 */

/** Headers of every answer. Whoever keeps a copy asks each time whether it still holds. */
export const COMMON_HEADERS = {
  "Cache-Control": "no-cache",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** An answer in one sentence of plain text. */
export function plainResponse(
  status: number,
  sentence: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: {
      ...COMMON_HEADERS,
      "Content-Type": "text/plain; charset=UTF-8",
      "Content-Security-Policy": "default-src 'none'",
      ...headers,
    },
  });
}
