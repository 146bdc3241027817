import { assert } from "@std/assert";

const root = new URL("../../", import.meta.url);
const page = await Deno.readTextFile(new URL("docs/security.md", root));

/** The rows of the table of threats: the cells of each, from attacker to tests. */
const rows = page.slice(page.indexOf("\n## Threats\n")).split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| attacker |"))
  .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));

Deno.test("every test that the table of threats names is there", async () => {
  assert(rows.length > 20, `${rows.length} rows found`);
  for (const [attacker, tries, , shown] of rows) {
    const paths = Array.from(shown.matchAll(/`([^`]+)`/g), ([, path]) => path);
    assert(paths.length > 0, `nothing shows what stops "${attacker}: ${tries}"`);
    let folder = "";
    for (const path of paths) {
      if (path.includes("/")) folder = path.slice(0, path.lastIndexOf("/") + 1);
      // A bare name stands in the folder of the one before.
      const whole = path.includes("/") ? path : folder + path;
      const { isFile, isDirectory } = await Deno.stat(new URL(whole, root)).catch(() => {
        throw new Error(`docs/security.md names ${whole}, which does not exist`);
      });
      assert(path.endsWith("/") ? isDirectory : isFile && /_test\.ts$/.test(path), whole);
    }
  }
});

Deno.test("every attacker who is marked as besieging does so", async () => {
  for (const [, tries, , shown] of rows) {
    if (!tries.endsWith("\u25cf")) continue;
    const [, path] = /`([^`]+)`/.exec(shown)!;
    assert((await Deno.readTextFile(new URL(path, root))).includes("besiege("), path);
  }
});

Deno.test("every siege stands in the table of threats", async () => {
  const named = rows.map(([, , , shown]) => shown).join();
  for await (const { name } of Deno.readDir(new URL("tests/hostile/", root))) {
    if (!name.endsWith("_test.ts")) continue;
    const text = await Deno.readTextFile(new URL(`tests/hostile/${name}`, root));
    if (text.includes("besiege(")) assert(named.includes(name), `${name} is not in the table`);
  }
});
