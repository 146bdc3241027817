/**
 * Which names a peer may use, for what it asks for and for what it sends.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { NAME_BYTES } from "../base/limits.ts";
import { safeText } from "../base/safe_text.ts";
import { encodeText } from "../wire/utf8.ts";

/** Devices that Windows finds in every folder, whatever ending is put behind them. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;

/**
 * Whether a name means one entry of a folder, on every system, and is shown as it is. One that
 * begins with a dot does not: such files are the owner's own business.
 */
export function isPlainName(name: string): boolean {
  return name !== "" && !name.startsWith(".") && !/[\\/:\0\t]|[. ]$/.test(name) &&
    encodeText(name).length <= NAME_BYTES && !name.includes("\ufffd") && safeText(name) === name &&
    !(Deno.build.os === "windows" && (DEVICE.test(name) || /[<>"|?*]/.test(name)));
}

/** The folders and the last name of a path with slashes; undefined unless all of it is plain. */
export function partsOf(path: string): string[] | undefined {
  const parts = path.split("/");
  return parts.every(isPlainName) ? parts : undefined;
}

/** The names in a path, without empty ones and `.`: `/lab/./a.txt` is `lab` and `a.txt`. */
export function segmentsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Where a file lies while it is on its way: hidden, beside its place. */
export function partName(name: string): string {
  const part = `.${name}.part`;
  if (encodeText(indexName(part)).length <= NAME_BYTES) return part;
  return `.${createHash("sha256").update(name).digest("hex")}.part`;
}

/** Where the hashes of a part's blocks lie. */
export function indexName(part: string): string {
  return `${part}.index`;
}

/** `a.txt` numbered: `a (2).txt`; the first is `a.txt` itself. */
export function numbered(name: string, number: number): string {
  if (number === 1) return name;
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
