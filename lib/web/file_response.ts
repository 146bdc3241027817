import { create as contentDisposition } from "content-disposition";
import type { Source } from "../files/source.ts";
import { bodyOf } from "./body.ts";
import { contentTypeOf } from "./content_type.ts";
import { spanOf } from "./range.ts";
import { COMMON_HEADERS, plainResponse } from "./responses.ts";
import { preconditionStatus, rangeHolds, validatorsOf } from "./validators.ts";

/** How a file is sent. */
export interface FileResponseOptions {
  /** Whether a browser is to save it rather than to show it. */
  attachment?: boolean;
}

/**
 * The answer to a GET or HEAD of a file: all of it, one range, or why neither. The file is closed
 * with the answer's body, or before where there is none.
 */
export async function fileResponse(
  request: Request,
  source: Source,
  { attachment = false }: FileResponseOptions = {},
): Promise<Response> {
  await using stack = new AsyncDisposableStack();
  stack.use(source);
  const { size } = source;
  const validators = validatorsOf(source);
  const headers = {
    ...COMMON_HEADERS,
    "Accept-Ranges": "bytes",
    "Content-Security-Policy": "sandbox",
    "ETag": validators.etag,
    "Last-Modified": validators.lastModified,
  };
  const status = preconditionStatus(request, validators);
  if (status === 304) return new Response(null, { status, headers });
  if (status === 412) return plainResponse(status, "The file is not the one you have.");

  const ranged = request.method === "GET" && rangeHolds(request, validators);
  const part = spanOf(ranged ? request.headers.get("Range") : null, size);
  if (part === null) {
    return plainResponse(416, "The file has no such bytes.", {
      "Content-Range": `bytes */${size}`,
    });
  }
  const { start, end } = part ?? { start: 0, end: size };
  const init = {
    status: part ? 206 : 200,
    headers: {
      ...headers,
      ...(part ? { "Content-Range": `bytes ${start}-${end - 1}/${size}` } : {}),
      "Content-Disposition": contentDisposition(source.name, {
        type: attachment ? "attachment" : "inline",
      }),
      "Content-Length": `${end - start}`,
      "Content-Type": contentTypeOf(source.name),
    },
  };
  if (request.method === "HEAD") return new Response(null, init);
  stack.move(); // the body closes it
  return new Response(bodyOf(source, { start, end }), init);
}
