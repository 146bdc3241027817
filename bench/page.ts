/**
 * bench/README.md: a section for each benchmark, written by one without losing the others, and one
 * of notes, which is written by hand and which no benchmark changes.
 *
 * @module
 */

/** In the order of the page. */
const SECTIONS = ["servers", "notes", "transfer", "workers"] as const;

export type Section = typeof SECTIONS[number];

const PAGE = new URL("README.md", import.meta.url);

/** Replaces one section of the page. */
export async function writeSection(name: Section, text: string): Promise<void> {
  await Deno.writeTextFile(PAGE, withSection(await Deno.readTextFile(PAGE), name, text));
}

/** The page with one section replaced; all that is in no section is dropped. */
export function withSection(page: string, name: Section, text: string): string {
  const sections = SECTIONS.map((each) => {
    const content = each === name ? text : sectionOf(page, each);
    return content === undefined ? "" : `\n${begin(each)}\n\n${content.trim()}\n\n${end(each)}\n`;
  });
  return `# Benchmark\n${sections.join("")}`;
}

function sectionOf(page: string, name: Section): string | undefined {
  const start = page.indexOf(begin(name)), stop = page.indexOf(end(name));
  return start < 0 || stop < start ? undefined : page.slice(start + begin(name).length, stop);
}

function begin(name: Section): string {
  return `<!-- ${name} -->`;
}

function end(name: Section): string {
  return `<!-- end of ${name} -->`;
}

/** A Markdown table with padded columns, so that it reads well in a terminal too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |\n`;
  return line(head) + line(widths.map((width) => "-".repeat(width))) + rows.map(line).join("");
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A line on the terminal, without waiting. */
export function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
