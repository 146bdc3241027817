/**
 * Every command of README and docs, run.
 *
 * @module
 */
import { assert, assertRejects } from "@std/assert";
import { peerTest } from "../support/peers.ts";
import { commandsIn } from "../support/page.ts";
import { type PageOptions, runPage } from "../support/page_run.ts";

const ROOT = new URL("../../", import.meta.url);
const SECRET = { LABWIRE_SECRET: "correct horse battery staple" };
const PASSWORD = { LABWIRE_PASSWORD: "tell nobody 1234" };
const [HELLO, BYE] = ["hello\n", "exit\n"];

/** How the pages are run whose commands do not all speak for themselves. */
const PAGES: Record<string, PageOptions> = {
  "README.md": {
    files: {
      "handouts/notes.txt": "notes",
      "handouts/lab1/a.txt": "a",
      "handouts/big.iso": "big",
      "handins/keep": "",
      "report.pdf": "a report",
    },
    how: {
      "npx -y deno@2.9.6 task demo": { elsewhere: "deno task demo" },
      "npx -y deno@2.9.6 task test": { elsewhere: "deno task ok" }, // which ends with it
      "deno task compile": { elsewhere: "deno task compile" },
      "deno task release --target linux-x64": { elsewhere: "deno task release --target linux-x64" },
      'sh install.sh "file://$PWD/dist/release"': {
        elsewhere: 'sh install.sh "file://$PWD/dist/release"',
      },
      "npx -y deno@2.9.6 task labwire connect": { types: HELLO },
      "nc 127.0.0.1 8000": { types: HELLO + BYE },
      "labwire connect 127.0.0.1:8000 --dialect raw --cipher vigenere --key LEMON": { types: BYE },
      "labwire connect --accept-files inbox": { types: HELLO },
      "labwire connect unix:room.sock": { types: HELLO },
      "labwire connect unix:room.sock --name Ada --reconnect": { types: HELLO },
      "labwire serve :8000 --secret": { env: SECRET },
      "labwire connect 10.0.0.5:8000 --secret": { types: HELLO, env: SECRET },
      "labwire passwd users Ada --role instructor": { env: PASSWORD },
      "labwire serve :8000 --users users --secret --audit audit.jsonl": { env: SECRET },
      "labwire connect 10.0.0.5:8000 --secret --user Ada": {
        types: HELLO,
        env: { ...SECRET, ...PASSWORD },
      },
    },
  },
  "docs/idioms.md": { files: { "notes.txt": "one\ntwo\n" } },
  "docs/scripting.md": {
    how: {
      "labwire connect 127.0.0.1:5000 --dialect text --timeout 1s --send hello --expect ollah": {
        code: 6,
      },
    },
  },
  "docs/security.md": {
    how: {
      "labwire passwd users Ada --role instructor": { env: PASSWORD },
      "labwire serve :8000 --users users --secret": { env: SECRET },
    },
  },
};

/** The pages of a folder. */
function pagesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)), ({ name }) => `${folder}/${name}`)
    .filter((name) => name.endsWith(".md")).sort();
}

for (const page of ["README.md", ...pagesIn("docs"), ...pagesIn("docs/labs")]) {
  peerTest(
    ["nc", "curl", "python3"],
    `${page}: every command does what the page says`,
    async () => {
      await runPage(await Deno.readTextFile(new URL(page, ROOT)), PAGES[page]);
    },
  );
}

Deno.test("what a page is not run for is run in CI", async () => {
  const run = await Deno.readTextFile(new URL(".ci/run", ROOT));
  for (const { how = {} } of Object.values(PAGES)) {
    for (const [line, { elsewhere }] of Object.entries(how)) {
      if (elsewhere !== undefined) assert(run.includes(elsewhere), line);
    }
  }
});

Deno.test("every page that is told how to be run is there", async () => {
  for (const page of Object.keys(PAGES)) {
    assert(commandsIn(await Deno.readTextFile(new URL(page, ROOT))).length > 0, page);
  }
});

Deno.test("a page that shows another exit code than its command's is found out", async () => {
  const page = (line: string, code: number) => `\`\`\`sh\n${line}\n#> exit code ${code}\n\`\`\`\n`;
  await runPage(page("sh -c 'exit 6'", 6));
  await assertRejects(() => runPage(page("sh -c 'exit 6'", 1)), Error, "exit 6");
  await assertRejects(() => runPage(page("true", 1)), Error, "true");
});

Deno.test("a page goes on behind & when what it shows has come, and not without it", async () => {
  const page = (shown: string) => `\`\`\`sh\necho there; sleep 60 &\n#> ${shown}\ntrue\n\`\`\`\n`;
  await runPage(page("there"));
  await assertRejects(() => runPage("```sh\necho there &\n#> gone\n```\n"), Error, "gone");
});
