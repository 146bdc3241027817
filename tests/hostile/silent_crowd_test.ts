/**
 * Two hundred connections that never say a word.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { amongHonest } from "./support/honest.ts";

const SILENT = 200;

Deno.test("serve takes 200 silent connections for readers, and announces none of them", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    const silent = [];
    for (let i = 0; i < SILENT; i++) silent.push(await scene.connect());
    for (const each of silent) await each.sees(/Ada: word \d+\n/);
    using witness = await scene.connect();
    await witness.send("/who\n");
    await witness.sees(`guest${SILENT + 5}\n`);
    assertEquals(witness.received.match(/^guest\d+$/gm)?.length, SILENT + 1);
    for (const each of silent) await each.close();
    await scene.until(() => /Client count: 5\n$/.test(scene.server.stderr));
    assertEquals(/guest\d+ (joined|left)/.test(witness.received), false);
    await witness.close();
  });
});
