/**
 * An attacker whose JSON messages carry no base64.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { jsonChat } from "../support/native.ts";
import { toldOverJson } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const WRONG = ["aGk", "aGk==", "a-_k", "aGk=aGk=", "====", "é", "aR==", "%%%%", "aGk=\u0000"];

Deno.test("serve answers what is no base64 with a reason, and goes on with its sender", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using attacker = await scene.connect();
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees(/connected as Client [56]/, "stderr");
    for (const [i, message] of WRONG.entries()) {
      await attacker.send(JSON.stringify({ username: "Eve", timestamp: 1, message }));
      await scene.until(() => toldOverJson(attacker.received).length > i);
    }
    const reasons = toldOverJson(attacker.received);
    assertEquals(reasons, WRONG.map(() => 'Cannot do that: "message" is not base64'));
    await attacker.send(jsonChat("Eve", "this is"));
    assertEquals((await witness.sees("Eve: this is\n")).match(/^Eve: .*$/gm), ["Eve: this is"]);
    await witness.close();
    await attacker.close();
  });
});
