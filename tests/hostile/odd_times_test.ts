/**
 * A JSON client whose timestamps no other dialect can carry.
 *
 * @module
 */
import { assertNotMatch } from "@std/assert";
import { amongHonest } from "./support/honest.ts";

Deno.test("serve passes on no time that would end its native clients", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    await using victim = scene.join("Victim");
    await scene.server.sees("Victim", "stderr");
    using attacker = await scene.connect();
    for (const timestamp of ["-1", "1e999", "-1e999", "1e300", "null", "[]"]) {
      await attacker.send(`{"username":"Eve","timestamp":${timestamp},"message":"aGk="}`);
    }
    await attacker.send(`{"username":"Eve","timestamp":5,"message":"${btoa("done")}"}`);
    await victim.sees("Eve: done\n");
    assertNotMatch(victim.stderr, /Cannot/);
    await victim.endInput();
    await victim.ended();
    await attacker.close();
  });
});
