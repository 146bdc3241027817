/**
 * Generated names, asked of a share: what is not in it never comes back.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../../lib/wire/message.ts";
import { Bait, PUBLIC, VISIBLE } from "../support/bait.ts";
import { FileLine } from "../support/file_line.ts";
import { hostileNames } from "../support/hostile_names.ts";

const NAMES = hostileNames({ depth: 3, sampled: 4000 });
const WAYS = [["by handle", false], ["by path", true]] as const;
const SERVED = ["inside.txt", "sub/inner.txt"];

Deno.test("the generated names are many, and reach what is served and what is not", () => {
  assert(NAMES.length > 20_000, `${NAMES.length}`);
  for (const name of ["link/secret.txt", "sub/root", "inside.txt", "../secret.txt", "link.txt"]) {
    assert(NAMES.includes(name), name);
  }
});

for (const [way, byPath] of WAYS) {
  Deno.test(`no generated name lists anything outside the share, ${way}`, async () => {
    using bait = new Bait({ toRoot: true });
    await using line = await FileLine.open(bait.share, { byPath });
    let listed = 0;
    const questions = NAMES.map((argument, id) => command("list", { argument, id }));
    await line.askAll(questions, (question, message) => {
      const name = NAMES[question];
      if (message.type === "error") return;
      assert(message.type === "listing", message.type);
      const folder = name.split("/").filter((part) => part !== "" && part !== ".").join("/");
      assertEquals(message.entries.map(({ name }) => name), VISIBLE[folder], name);
      listed++;
    });
    assert(listed > 10, "the share itself has many names");
    bait.check();
  });

  Deno.test(`no generated name gets anything outside the share, ${way}`, async () => {
    using bait = new Bait({ toRoot: true });
    await using line = await FileLine.open(bait.share, { byPath });
    const zeros = "0".repeat(64);
    for (const extra of [{}, { from: 1, hash: zeros }]) {
      const got = new Set<string>();
      const questions = NAMES.map((argument, id) => command("get", { argument, id, ...extra }));
      await line.askAll(questions, (question, message) => {
        const name = NAMES[question];
        if (message.type === "error") return;
        assert(SERVED.includes(name), `${message.type} for ${JSON.stringify(name)}`);
        got.add(name);
        if (message.type !== "block") return;
        assertEquals(new TextDecoder().decode(message.bytes).slice(0, PUBLIC.length), PUBLIC);
      });
      assert(got.has("inside.txt"));
    }
    bait.check();
  });
}

Deno.test("a name in overlong UTF-8 is no name at all, in any dialect", async () => {
  using bait = new Bait({ toRoot: true });
  await using line = await FileLine.open(bait.share);
  for (const dots of [[0xc0, 0xae, 0xc0, 0xae], [0xe0, 0x80, 0xae, 0xe0, 0x80, 0xae]]) {
    for (const slash of [[0xc0, 0xaf], [0x2f], [0xe0, 0x80, 0xaf]]) {
      const name = String.fromCharCode(...dots, ...slash) + "secret.txt";
      for (const verb of ["list", "get"]) {
        const json = `\x01{"type":"command","name":"${verb}","argument":"${name}","id":1}`;
        await line.conn.send([Uint8Array.from(json, (character) => character.charCodeAt(0))]);
        await line.hear((message) => {
          assertEquals(message.type, "error", JSON.stringify(message));
          return true;
        });
      }
    }
  }
});

function command(
  name: string,
  rest: { argument: string; id: number; from?: number; hash?: string },
): Message {
  return { type: "command", name, ...rest };
}
