import { contentType as known } from "@std/media-types/content-type";

const TEXT = "text/plain; charset=UTF-8";

/** Program text, which browsers show as plain text and save to disk by its own name. */
const SOURCES = new Set(
  ".c .cpp .go .h .ini .ipynb .java .kt .md .py .rs .sh .sql .tex .toml .ts .yaml .yml".split(" "),
);

/** The media type of a file by its name; bytes of no known kind otherwise. */
export function contentTypeOf(name: string): string {
  const extension = /\.[^.]+$/.exec(name)?.[0].toLowerCase() ?? "";
  if (SOURCES.has(extension)) return TEXT;
  return known(extension) ?? "application/octet-stream";
}
