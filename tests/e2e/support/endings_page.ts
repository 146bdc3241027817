/**
 * The tables of docs/endings.md, to be compared with what is observed.
 *
 * @module
 */

/** The page. */
export const PAGE: string = await Deno.readTextFile(
  new URL("../../../docs/endings.md", import.meta.url),
);

/** The table of a section, by the section's heading: rows of cells, the header first. */
export function tableOf(title: string): string[][] {
  const start = PAGE.indexOf(`\n## ${title}\n`);
  if (start < 0) throw new Error(`docs/endings.md has no section "${title}"`);
  const section = PAGE.slice(start + 1).split(/\n(?=## )/)[0];
  const lines = section.split("\n").filter((line) => /^\|[^-]/.test(line));
  return lines.map((line) => line.slice(2, -2).split(" | "));
}

/** The sections that have a table. */
export function sections(): string[] {
  return Array.from(PAGE.matchAll(/^## (.*)$/gm), ([, title]) => title)
    .filter((title) => tableOf(title).length > 0);
}
