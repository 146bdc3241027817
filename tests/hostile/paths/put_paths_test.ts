/**
 * Generated names, put into a share: nothing is written outside it, nor over what is hidden in it.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { Message } from "../../../lib/wire/message.ts";
import { Bait } from "../support/bait.ts";
import { FileLine, type LineOptions } from "../support/file_line.ts";
import { hostileNames, numbersFrom } from "../support/hostile_names.ts";

/** Those that can be put cost a disk's time: there are more of them the deeper one looks. */
const NAMES = hostileNames({ depth: 2, sampled: 5000 });
const OWNERS = hostileNames({ depth: 2, sampled: 0 });

/** Puts a file under each name; how many were taken. */
async function putAll(
  line: FileLine,
  names: readonly string[],
  exists?: "replace" | "rename",
): Promise<number> {
  let saved = 0;
  const questions = names.map((name, id): Message => ({ type: "put", id, name, size: 3, exists }));
  await line.askAll(questions, (_, message) => {
    assert(/^(error|want|saved)$/.test(message.type), message.type);
    if (message.type === "saved") saved++;
  }, "PUT");
  return saved;
}

for (const [way, byPath] of [["by handle", false], ["by path", true]] as const) {
  for (const exists of [undefined, "replace", "rename"] as const) {
    Deno.test(`no generated name is written outside the share, ${way}, exists: ${exists}`, async () => {
      using bait = new Bait();
      await using line = await FileLine.open(bait.share, { byPath, writable: true });
      const saved = await putAll(line, exists ? NAMES.slice(0, 2500) : NAMES, exists);
      assert(saved > 1, `${saved} of ${NAMES.length} taken`);
      bait.check({ replaced: exists === "replace" });
    });
  }

  Deno.test(`no generated name makes a folder outside the share, ${way}`, async () => {
    using bait = new Bait();
    await using line = await FileLine.open(bait.share, { byPath, writable: true });
    const saved = await putAll(line, NAMES.map((name) => `${name}/`));
    assert(saved > 1, `${saved} of ${NAMES.length} taken`);
    bait.check();
  });

  Deno.test(`no name of a client leads out of a dropbox, ${way}`, async () => {
    using bait = new Bait();
    await using line = await FileLine.open(bait.share, { byPath, dropbox: true });
    const next = numbersFrom(1);
    let saved = 0;
    for (const owner of OWNERS) {
      saved += await putAs(line, owner, ["paper.txt", NAMES[next(NAMES.length)], "folder/"]);
    }
    assert(saved > 1, `${saved} of ${OWNERS.length} taken`);
    bait.check();
  });
}

async function putAs(line: FileLine, owner: string, names: string[]): Promise<number> {
  await using own = await FileLine.to(line.service, owner);
  return await putAll(own, names, "replace");
}

Deno.test("a dropbox shows nothing of what is in it, whatever is asked", async () => {
  using bait = new Bait();
  const options: LineOptions = { dropbox: true, owner: "Ada" };
  await using line = await FileLine.open(bait.share, options);
  await putAll(line, ["paper.txt"]);
  for (const name of ["list", "get"]) {
    const questions = ["", ".", "Ada", "Ada/paper.txt", "inside.txt", ...NAMES.slice(0, 1000)].map(
      (argument, id): Message => ({ type: "command", name, argument, id }),
    );
    await line.askAll(questions, (_, message) => {
      assert(message.type === "error", message.type);
    });
  }
});
