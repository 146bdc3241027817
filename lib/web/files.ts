/**
 * A share on the web, to be read only.
 *
 * @module
 */
import { ProtocolError } from "../base/errors.ts";
import type { Share } from "../files/share.ts";
import { fileResponse } from "./file_response.ts";
import { isOwnHost } from "./host.ts";
import { listingResponse } from "./listing.ts";
import { COMMON_HEADERS, plainResponse } from "./responses.ts";
import { namesIn, targetOf } from "./target.ts";

const NOT_FOUND = "There is no such file or folder.";

/**
 * Answers requests with files of a share and listings of its folders: GET and HEAD, and nothing
 * else. A folder's path ends with a slash, so that links in its page lead into it. `?download` makes
 * a browser save a file rather than show it.
 */
export function answerWith(share: Share): (request: Request, peer: string) => Promise<Response> {
  return async (request, peer) => {
    if (!isOwnHost(request.headers.get("Host"), peer)) {
      return plainResponse(403, "This name is not this machine's: ask for localhost.");
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return plainResponse(405, "Only GET and HEAD are served.", { "Allow": "GET, HEAD" });
    }
    try {
      return await answer(share, request);
    } catch (error) {
      if (error instanceof URIError) return plainResponse(400, "The path is not well encoded.");
      if (error instanceof ProtocolError) return plainResponse(404, NOT_FOUND);
      throw error;
    }
  };
}

async function answer(share: Share, request: Request): Promise<Response> {
  const { path, query } = targetOf(request);
  const names = namesIn(path);
  if (!names) return plainResponse(404, NOT_FOUND);
  const name = names.join("/");
  if (path.endsWith("/")) return listingResponse(request, names, await share.entries(name));
  const source = await share.openFile(name).catch(orFolder);
  if (source) return await fileResponse(request, source, { attachment: query === "?download" });
  if (!await share.hasFolder(name)) return plainResponse(404, NOT_FOUND);
  // Relative, and behind `./`: no name makes it lead to another host.
  const location = `./${encodeURIComponent(names.at(-1)!)}/`;
  return new Response(null, { status: 302, headers: { ...COMMON_HEADERS, "Location": location } });
}

/** What is no file may be a folder. */
function orFolder(error: unknown): undefined {
  if (!(error instanceof ProtocolError)) throw error;
}
