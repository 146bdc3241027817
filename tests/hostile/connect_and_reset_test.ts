/**
 * Storms of connections that are reset, or closed, at once, or after a word.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { bytesOf, concat } from "../support/feed.ts";
import { chat, hello, jsonChat } from "../support/native.ts";
import { Mob, sendAndReset } from "./support/attack.ts";
import { besiege } from "./support/siege.ts";

const STORM = 300; // 4,500 in all
const WORDS = [
  new Uint8Array(),
  hello(),
  concat([hello(), chat("hello")]),
  bytesOf("/who\n"),
  bytesOf("hello"),
  bytesOf(jsonChat("", "/who")),
];

Deno.test("storms of connections that are reset leave nothing behind", async () => {
  await besiege(async (scene, round) => {
    const storm = Array.from({ length: STORM }, (_, i) => WORDS[i % WORDS.length]);
    await Promise.all(storm.map((words) => sendAndReset(scene, words, { atOnce: round % 2 > 0 })));
  });
});

for (const [way, batch] of [["one after the other", 1], ["in batches", 50]] as const) {
  Deno.test(`storms of connections that are closed at once ${way} leave nothing behind`, async () => {
    await besiege(async (scene, round) => {
      for (let i = 0; i < STORM; i += batch) {
        using _mob = await Mob.connect(scene, batch);
      }
      await scene.until(() => scene.server.stderr.includes(`as Client ${round * STORM + 20}\n`));
      assertEquals(scene.server.stderr.includes("Max clients"), false); // places are free at once
    });
  });
}
