import { assertEquals, assertMatch } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";

Deno.test("every command is found under its own name, with the summary that the overview shows", async () => {
  for (const { name, summary, load } of COMMANDS) {
    const command = await load();
    assertEquals([command.name, command.summary], [name, summary]);
    assertMatch(summary, /^[A-Z].*[^.]$/);
  }
});

Deno.test("every file of commands is a command, and what they share has a folder of its own", () => {
  const files = Array.from(Deno.readDirSync(new URL("../../commands/", import.meta.url)));
  const names = files.map(({ name }) => name.replace(/\.ts$/, "").replaceAll("_", "-"));
  const known = [...COMMANDS.map(({ name }) => name), "mod", "shared"];
  assertEquals(names.sort(), known.sort());
});

/** `bench` expects answers of a kind, which it names; `connect` expects what it spells out. */
const APART = ["expect"];

Deno.test("an option means the same in every command that has it", async () => {
  const seen = new Map<string, string>();
  for (const { load } of COMMANDS) {
    for (const [name, { value, wanted }] of Object.entries((await load()).options)) {
      if (APART.includes(name)) continue;
      const meaning = `${value} ${wanted}`;
      assertEquals(meaning, seen.get(name) ?? meaning, name);
      seen.set(name, meaning);
    }
  }
});
