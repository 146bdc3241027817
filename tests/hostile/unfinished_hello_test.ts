/**
 * A native client whose hello never comes whole.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hello } from "../support/native.ts";
import { withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

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
