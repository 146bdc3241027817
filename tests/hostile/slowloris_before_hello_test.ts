/**
 * Three hundred connections that say nothing, or begin to, a byte at a time.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { bytesOf } from "../support/feed.ts";
import { hello, jsonChat } from "../support/native.ts";
import { Mob, withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const SLOW = 300, STEPS = 4;

/** What each would say, if it ever came to it, and how much it says at first. */
const WORDS: [words: Uint8Array, first: number][] = [
  [hello(), 0],
  [hello(), 1],
  [hello(), 3],
  [hello(), 20],
  [bytesOf('{    "username'), 1],
  [bytesOf(jsonChat("Eve", "hello")), 12],
  [bytesOf("GET /index.html HTTP/1.1\r\n"), 8],
  [new Uint8Array([0x16, 0x03, 0x01, 0x00, 0xc0]), 1],
];

Deno.test("300 that dribble what they begin with keep nobody waiting, and leave nothing behind", async () => {
  await besiege(async (scene) => {
    using mob = await Mob.connect(scene, SLOW);
    const wordsOf = (i: number) => WORDS[i % WORDS.length];
    await mob.say((i) => wordsOf(i)[0].subarray(0, wordsOf(i)[1]));
    for (let step = 0; step < STEPS; step++) {
      await scene.round();
      await mob.say((i) => {
        const [words, first] = wordsOf(i);
        return words.subarray(first + step, first + step + 1);
      });
    }
  });
});

Deno.test("300 that never say a word keep nobody waiting, and leave nothing behind", async () => {
  await besiege(async (scene) => {
    using mob = await Mob.connect(scene, SLOW);
    await mob.hear(/word/); // taken for readers
  });
});

Deno.test("serve takes 200 silent connections for readers, and announces none of them", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    const silent = [];
    for (let i = 0; i < 200; i++) silent.push(await scene.connect());
    for (const each of silent) await each.sees(/Ada: word \d+\n/);
    using witness = await scene.connect();
    await witness.send("/who\n");
    await witness.sees("guest205\n");
    assertEquals(witness.received.match(/^guest\d+$/gm)?.length, 201);
    for (const each of silent) await each.close();
    await scene.until(() => /Client count: 5\n$/.test(scene.server.stderr));
    assertEquals(/guest\d+ (joined|left)/.test(witness.received), false);
    await witness.close();
  });
});

Deno.test("serve waits 5 s for the rest of a hello, and then says so", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using attacker = await scene.connect();
    await attacker.send(hello("Eve").subarray(0, 20));
    await scene.round();
    await attacker.send(hello("Eve").subarray(20, 21)); // one more byte gives no more time
    const reason = "the first message took over 5 s";
    assertEquals(withoutTheRoom(await attacker.sawEnd()), `${reason}\n`);
    await scene.server.sees(new RegExp(`Rejecting 127\\.0\\.0\\.1:\\d+: ${reason}\n`), "stderr");
    await scene.server.sees("Client count: 4\n", "stderr");
    await attacker.close();
  });
});
