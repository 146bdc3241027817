/**
 * Three hundred participants whose next message is as long as it may be, and never comes to its end.
 *
 * @module
 */
import { FRAME_BYTES, JSON_BYTES, LINE_BYTES } from "../../lib/base/limits.ts";
import { bytesOf, concat } from "../support/feed.ts";
import { frame, hello, jsonChat } from "../support/native.ts";
import { Mob } from "./support/attack.ts";
import { besiege } from "./support/siege.ts";

const SLOW = 300, STEPS = 3;

/** Joins, says all but the last bytes of a message, and then one byte of these at a time. */
async function dribble(mob: Mob, words: (index: number) => Uint8Array, next: () => Promise<void>) {
  await mob.say((i) => words(i).subarray(0, -STEPS - 1));
  for (let left = STEPS + 1; left > 1; left--) {
    await next();
    await mob.say((i) => words(i).subarray(-left, -left + 1));
  }
}

Deno.test("300 native clients that dribble the end of a frame of 1 MiB cost no memory", async () => {
  const words = frame(concat([bytesOf("\x02\0\0\0\x01"), new Uint8Array(FRAME_BYTES - 5)]));
  await besiege(async (scene) => {
    using mob = await Mob.connect(scene, SLOW);
    await mob.say(() => hello());
    await mob.hear(/"type":"welcome"/);
    await dribble(mob, () => words, () => scene.round());
  });
});

Deno.test("300 text and JSON clients that dribble the end of a message cost no memory", async () => {
  const line = bytesOf("A".repeat(LINE_BYTES) + "\n");
  const object = bytesOf(jsonChat("Eve", "/who").slice(0, -2).padEnd(JSON_BYTES - 2, "A") + '"}');
  await besiege(async (scene) => {
    using mob = await Mob.connect(scene, SLOW);
    await mob.say((i) => i % 2 ? "/help\n" : jsonChat(`Eve${i}`, "/help"));
    await mob.hear(/./);
    await dribble(mob, (i) => i % 2 ? line : object, () => scene.round());
  });
});
