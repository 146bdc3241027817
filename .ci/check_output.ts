/**
 * Holds that remote text is shown safely: only `lib/term` writes to the standard streams, and only
 * `lib/base/safe_text.ts` makes a SafeText. Prints each line that does else, and exits with 1.
 *
 *     deno run -A .ci/check_output.ts [--root=FOLDER]
 *
 * @module
 */
import { root, sources, write } from "./tree.ts";

interface Rule {
  found: RegExp;
  home: string;
  problem: string;
}

const RULES: Rule[] = [
  {
    found: /\bconsole\s*(?:\?\.|[.[])/g,
    home: "lib/term/",
    problem: "only lib/term writes, and never by console",
  },
  {
    found: /\b(?:Deno|process)\s*(?:\?\.|\.)\s*(?:stdout|stderr)\b/g,
    home: "lib/term/",
    problem: "only lib/term writes to standard output and standard error",
  },
  {
    found: /\bDeno\s*\[|\}\s*=\s*Deno\s*;|"node:(?:process|console)"/g,
    home: "lib/term/",
    problem: "there is no other way to them, either",
  },
  {
    found: /\bimport\s*\{[^}]*\bdraw\b[^}]*\}\s*from\s*"[^"]*\/screen\.ts"/g,
    home: "lib/term/",
    problem: "only lib/term draws",
  },
  {
    found: /\bas\s+(?:readonly\s+)?SafeText\b|(?<![\w$])<SafeText\b/g,
    home: "lib/base/safe_text.ts",
    problem: "only lib/base/safe_text.ts makes a SafeText",
  },
];

const problems: string[] = [];
for (const path of await sources()) {
  const code = withoutComments(await Deno.readTextFile(new URL(path, root)));
  for (const { found, home, problem } of RULES) {
    if (path.startsWith(home)) continue;
    for (const { index } of code.matchAll(found)) {
      problems.push(`${path}:${code.slice(0, index).split("\n").length}: ${problem}`);
    }
  }
}

for (const problem of problems) write(problem);
write(problems.length === 0 ? "output is safe" : `${problems.length} places break safe output`);
Deno.exit(problems.length === 0 ? 0 : 1);

/**
 * The lines of a source, emptied where they hold only a comment, and without comments behind code.
 * Strings stay: one that only names a stream can be worded otherwise, and code in a template counts.
 */
function withoutComments(source: string): string {
  return source
    .replace(/^[ \t]*\/\*[^]*?\*\//gm, (comment) => comment.replace(/.+/g, ""))
    .replace(/^[ \t]*\/\/.*/gm, "")
    .replace(/ \/\/ [^"'`$\n]*$/gm, "");
}
