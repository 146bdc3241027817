/**
 * Hundreds at once that end their sending side, and never read nor close.
 *
 * @module
 */
import { hello, jsonChat } from "../support/native.ts";
import { Mob } from "./support/attack.ts";
import { besiege } from "./support/siege.ts";

const FLOOD = 200; // 3,000 in all
const WORDS = ["", "I am off\n", "and I", hello(), jsonChat("", "/help"), hello().subarray(0, 9)];

Deno.test("a flood of half-closed connections costs nobody a word, and leaves nothing behind", async () => {
  await besiege(async (scene) => {
    using mob = await Mob.connect(scene, FLOOD);
    await mob.say((i) => WORDS[i % WORDS.length]);
    await mob.endSending();
    await scene.round();
  });
});

Deno.test("serve lets go of half-closed connections that never close", async () => {
  await besiege(async (scene, round) => {
    using mob = await Mob.connect(scene, FLOOD / 4);
    await mob.say((i) => WORDS[i % WORDS.length]);
    await mob.endSending();
    if (round % 5 === 0) { // their places are free without their doing
      await scene.until(() => /Client count: 20\n(?!.*as Client)/.test(scene.server.stderr));
    }
  });
});
