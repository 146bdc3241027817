/**
 * What a folder holds, as a page or as JSON.
 *
 * @module
 */
import { safeText } from "../base/safe_text.ts";
import { hash } from "node:crypto";
import { format as formatBytes } from "@std/fmt/bytes";
import { escape } from "@std/html/entities";
import { accepts } from "@std/http/negotiation";
import type { ListingEntry } from "../wire/file_message.ts";
import { dateOf } from "./dates.ts";
import { COMMON_HEADERS } from "./responses.ts";

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
h1 { font-size: 1.25rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th { text-align: start }
th:first-child { width: 100% }
th, td { border-bottom: 1px solid #8884; padding: .25rem 1rem .25rem 0 }
td:first-child { overflow-wrap: anywhere }
th + th, td + td { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash("sha256", STYLE, "base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** An entry of a folder as JSON has it. */
export interface Listed {
  /** Without folders. */
  name: string;
  /** Which of the two it is. */
  kind: "file" | "folder";
  /** Bytes; absent on a folder. */
  size?: number;
  /** When it was last changed: ISO 8601, UTC. */
  modified: string;
  /** Whether a file may be executed by its owner. */
  executable?: boolean;
}

/**
 * The answer to a GET or HEAD of a folder whose path has the names `names`: a page, or an array of
 * {@linkcode Listed} for a client that would rather have JSON. Folders come first.
 */
export function listingResponse(
  request: Request,
  names: string[],
  entries: ListingEntry[],
): Response {
  const listed = entries.map(listedOf);
  const sorted = [
    ...listed.filter(({ kind }) => kind === "folder"),
    ...listed.filter(({ kind }) => kind === "file"),
  ];
  const headers = { ...COMMON_HEADERS, "Content-Security-Policy": POLICY, "Vary": "Accept" };
  return accepts(request, "text/html", "application/json") === "application/json"
    ? Response.json(sorted, { headers })
    : new Response(pageOf(names, sorted), {
      headers: { ...headers, "Content-Type": "text/html; charset=UTF-8" },
    });
}

function listedOf({ name, size, modified, executable }: ListingEntry): Listed {
  const kind = size === undefined ? "folder" : "file";
  return { name, kind, size, modified: dateOf(modified).toISOString(), executable };
}

/** Names are plain: they hold no control character, and links to them stay in the folder. */
function pageOf(names: string[], entries: Listed[]): string {
  const title = escape(safeText(`/${names.map((name) => `${name}/`).join("")}`));
  const parent = names.length > 0
    ? `<tr><td><a href="../">../</a></td><td></td><td></td></tr>`
    : "";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1><bdi>${title}</bdi></h1>
<table>
<thead><tr><th>Name</th><th>Size</th><th>Modified (UTC)</th></tr></thead>
<tbody>
${[parent, ...entries.map(rowOf)].filter((row) => row !== "").join("\n")}
</tbody>
</table>
</body>
</html>
`;
}

function rowOf({ name, size, modified }: Listed): string {
  const slash = size === undefined ? "/" : "";
  const href = `./${encodeURIComponent(name)}${slash}`;
  const link = `<a href="${href}"><bdi>${escape(safeText(name))}</bdi>${slash}</a>`;
  const bytes = size === undefined ? "" : formatBytes(size, { binary: true });
  const time = modified.slice(0, -8).replace("T", " "); // to the minute
  return `<tr><td>${link}</td><td>${bytes}</td><td>${time}</td></tr>`;
}
