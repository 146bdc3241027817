/**
 * An attacker who sends a JSON object that never ends.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { JSON_BYTES } from "../../lib/base/limits.ts";
import { toldOverJson } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const SERVE = ["serve", "127.0.0.1:0"];
const REASON = "Cannot read what you sent: a JSON value is over the limit of 131072 bytes";

for (const size of [JSON_BYTES + 1, 10_000_000]) {
  Deno.test(`serve tells who sends ${size} bytes of one JSON object why it ends`, async () => {
    await amongHonest(SERVE, async (scene) => {
      using attacker = await scene.connect();
      const sending = attacker.send('{"username":"'.padEnd(size, "A")).catch(() => {});
      assertEquals(toldOverJson(await attacker.sawEnd()), [REASON]);
      await scene.server.sees(/guest5 cannot be read: a JSON value is over the limit/, "stderr");
      await sending;
      await attacker.close();
    });
  });
}

Deno.test("serve tells the same to who sends one byte too many in an object that ends", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    const [start, end] = ['{"username":"Eve","timestamp":1,"message":"', '"}'];
    await attacker.send(start.padEnd(JSON_BYTES + 1 - end.length, "A") + end);
    assertEquals(toldOverJson(await attacker.sawEnd()), [REASON]);
    await attacker.close();
  });
});

Deno.test("serve refuses a text that fits an object and no message, and goes on", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    const message = btoa("A".repeat(65_537));
    await attacker.send(JSON.stringify({ username: "Eve", timestamp: 1, message }));
    const reason = "Cannot do that: a message is over the limit of 65536 characters";
    await scene.until(() => toldOverJson(attacker.received).includes(reason));
    await attacker.close();
  });
});
