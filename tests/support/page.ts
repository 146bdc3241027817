/**
 * The commands that a page tells its readers to type.
 *
 * @module
 */

import { COMMANDS } from "../../commands/mod.ts";

/** One command of a page. */
export interface PageCommand {
  /** As typed; a line that goes on behind `\` is one. */
  line: string;
  /** The heading that it stands under. */
  section: string;
  /** What follows as `#> …`: lines that whoever types it will see; `…` stands for anything. */
  sees: string[];
  /** Its exit code, where the page says one: `#> exit code 1`. */
  code?: number;
}

/** How a block of commands begins, where it is only indented. */
const PROGRAMS =
  /^(labwire|nc|ncat|socat|curl|wget|printf|echo|deno|npx|npm|python3|openssl|cat|mkdir|sh|eval)\b/;

/**
 * All commands of a Markdown text, in order: of blocks that are indented by four and begin with a
 * program, of blocks fenced as `sh`, and of code in a sentence that is a whole labwire command.
 */
export function commandsIn(markdown: string): PageCommand[] {
  const commands: PageCommand[] = [];
  let section = "", open = false;
  let block = "none" as "none" | "sh" | "other" | "indented" | "quoted";
  const add = (text: string) => {
    const last = commands.at(-1);
    const code = /^#> exit code (\d+)$/.exec(text)?.[1];
    if (code && last) last.code = Number(code);
    else if (/^#>/.test(text)) last?.sees.push(text.slice(2).trim());
    else if (/^\s*(#|$)/.test(text)) return;
    else if (open && last) last.line += `\n${text}`;
    else commands.push({ line: text, section, sees: [] });
    open = /\\$/.test(text);
  };
  for (const line of markdown.split("\n")) {
    const fence = /^ *```(.*)/.exec(line);
    if (fence) {
      block = block === "sh" || block === "other" ? "none" : fence[1] === "sh" ? "sh" : "other";
    } else if (block === "sh") add(line.trim());
    else if (block !== "other") {
      const indented = /^ {4}(\S.*)$/.exec(line)?.[1];
      if (indented === undefined) block = line === "" ? block : "none";
      else if (block === "none") block = PROGRAMS.test(indented) ? "indented" : "quoted";
      if (indented !== undefined && block === "indented") add(indented);
      if (indented !== undefined) continue;
      section = /^#+ (.*)/.exec(line)?.[1] ?? section;
      for (const [, code] of line.matchAll(/`(labwire [^`]+)`/g)) {
        const [, command] = /^labwire ([a-z-]+) \S/.exec(code) ?? [];
        if (COMMANDS.some(({ name }) => name === command) && !/[…A-Z]{4}/.test(code)) {
          commands.push({ line: code, section, sees: [] });
        }
      }
    }
  }
  return commands;
}

/** The files that a page shows, by name: blocks fenced as "```python server.py". */
export function filesIn(markdown: string): Record<string, string> {
  const blocks = markdown.matchAll(/^```(?:python|sh|text) (\S+)\n([^]*?)^```/gm);
  return Object.fromEntries(Array.from(blocks, ([, name, content]) => [name, content]));
}
