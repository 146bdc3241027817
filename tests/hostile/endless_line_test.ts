/**
 * An attacker who sends a gigabyte, and no newline in it.
 *
 * @module
 */
import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { LINE_BYTES } from "../../lib/base/limits.ts";
import { bytesOf } from "../support/feed.ts";
import { Mob, openDescriptors, withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const REASON = "Cannot read what you sent: a line is over the limit of 65536 bytes\n";
const GIGABYTE = 1_000_000_000;
const PIECE = 6_000_000;

/** How lines begin that never end: like text, like the text of who has sent a line, json and HTTP. */
const BEGINNINGS = ["", "/who\n", '{"username":"', "GET /"];

Deno.test("a gigabyte without a newline costs nobody a word, and no memory", async () => {
  const piece = bytesOf("A".repeat(PIECE));
  let sent = 0;
  await besiege(async (scene) => {
    using mob = await Mob.connect(scene, BEGINNINGS.length);
    await mob.say((i) => BEGINNINGS[i]);
    for (let i = 0; i < 3; i++) sent += await mob.say(() => piece);
  });
  assertGreater(sent, GIGABYTE);
});

for (const [size, bytes] of [["100 KB", 100_000], ["10 MB", 10_000_000]] as const) {
  Deno.test(`serve tells who sends ${size} without a newline why it ends, and goes on`, async () => {
    await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
      using attacker = await scene.connect();
      const sending = attacker.send("A".repeat(bytes)).catch(() => {}); // it need not take it all
      assertEquals(withoutTheRoom(await attacker.sawEnd()), REASON);
      await scene.server.sees(/guest5 cannot be read: a line is over the limit/, "stderr");
      await sending;
      await attacker.close();
    });
  });
}

Deno.test("serve tells who has spoken before the same, and whose line was too long leaves", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using attacker = await scene.connect();
    await attacker.send("/nick Eve\n");
    await attacker.sees("You are Eve\n");
    await attacker.send("A".repeat(LINE_BYTES + 1));
    assertStringIncludes(await attacker.sawEnd(), REASON);
    await attacker.close();
    using witness = await scene.connect();
    await witness.send("/who\n");
    assertEquals((await witness.sees(/guest6\n/)).includes("Eve\n"), false);
    await witness.close();
  });
});

Deno.test("serve does not read for ever from who never stops sending", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    await scene.round();
    const descriptors = openDescriptors(scene.server);
    using attacker = await scene.connect();
    const flood = "A".repeat(100_000);
    const flooding = (async () => {
      for (;;) await attacker.send(flood);
    })().catch(() => {});
    assertEquals(withoutTheRoom(await attacker.sawEnd()), REASON);
    await scene.until(() => openDescriptors(scene.server) === descriptors);
    await flooding;
    await attacker.close();
  });
});
