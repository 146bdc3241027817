import { safeLines } from "../../lib/base/safe_text.ts";
import type { Context } from "../../lib/cli/command.ts";
import { print } from "../../lib/term/screen.ts";

/** Prints a page; under `--json` as an event. */
export function showPage(text: string, { emit }: Pick<Context, "emit">): void {
  if (emit) emit({ event: "page", text });
  else print(safeLines(text));
}
