/**
 * A client whose words are cheap to send and costly to deal with.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { chat, control } from "../support/native.ts";
import { amongHonest } from "./support/honest.ts";

const SERVE = ["serve", "127.0.0.1:0"];

Deno.test("serve looks for a name in a long private message only as far as names reach", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    // Each took seconds while every blank could end a name: the others would wait for minutes.
    const line = `/msg x${" ﬁ".repeat(16_000)}\n`;
    await attacker.send(line.repeat(50) + "/who\n");
    const answer = await attacker.sees("Ada\n");
    assertEquals(answer.match(/nobody here is called "x"/g)?.length, 50);
    await attacker.close();
  });
});

Deno.test("serve passes on no message that is many times larger for its readers", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connectNative("x".repeat(32));
    // Over text each newline would be a line with the name in front: 35 bytes for one.
    await attacker.send(chat("\n".repeat(60_000)));
    await attacker.sees("a message is over the limit of 1000 lines");
    const argument = `Ada ${"x".repeat(100_000)}`;
    await attacker.send(control({ type: "command", name: "msg", argument }));
    await attacker.sees("a message is over the limit of 65536 characters");
    await attacker.close();
  });
});
