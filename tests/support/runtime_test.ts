import { assert, assertStringIncludes } from "@std/assert";
import { LACKS } from "./runtime.ts";

Deno.test("every test in the list of what an older runtime lacks is there, and can be left out", async () => {
  for (const { reason, tests } of LACKS) {
    for (const [file, names] of Object.entries(tests)) {
      const text = await Deno.readTextFile(new URL(`../e2e/${file}`, import.meta.url));
      for (const name of names) {
        if (name.startsWith("examples/")) { // a test for each script, as peerTest
          const [script] = name.split(" ");
          assert(await Deno.stat(new URL(`../../${script}`, import.meta.url)), script);
          continue;
        }
        const quoted = RegExp.escape(JSON.stringify(name));
        const declared = new RegExp(`^(test|peerTest)\\((\\s*\\[[^\\]]*\\],)?\\s*${quoted}`, "m");
        assertStringIncludes(text, `"${name}"`, reason);
        assert(declared.test(text), `${file}: "${name}" is declared by Deno.test itself`);
      }
    }
  }
});
