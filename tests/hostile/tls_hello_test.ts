/**
 * A client that begins with TLS.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { bytesOf, concat } from "../support/feed.ts";
import { withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const LOGGED = /Rejecting 127\.0\.0\.1:\d+: the client began with TLS, which is not served here\n/;

Deno.test("serve closes on a TLS client hello without a word, and logs why", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using attacker = await scene.connect();
    const record = new Uint8Array([0x16, 0x03, 0x01, 0x00, 0xc0, 0x01, 0x00, 0x00, 0xbc]);
    await attacker.send(concat([record, bytesOf("\x03\x03".padEnd(188, "\0"))]));
    assertEquals(withoutTheRoom(await attacker.sawEnd()), "");
    await scene.server.sees(LOGGED, "stderr");
    await attacker.close();
  });
});

Deno.test("a TLS client learns that serve does not speak TLS", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    const connecting = Deno.connectTls({ hostname: "127.0.0.1", port: scene.port });
    await assertRejects(async () => {
      using conn = await connecting;
      await conn.handshake();
    });
    await scene.server.sees(LOGGED, "stderr");
  });
});
