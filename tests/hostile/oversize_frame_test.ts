/**
 * An attacker who announces a native frame of four gigabytes, or of one byte too many.
 *
 * @module
 */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { FRAME_BYTES } from "../../lib/base/limits.ts";
import { concat } from "../support/feed.ts";
import { chat, control, hello } from "../support/native.ts";
import { residentBytes, withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const SERVE = ["serve", "127.0.0.1:0"];
const MiB = 1024 * 1024;

/** The four bytes in front of a frame. */
function announcing(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

for (const length of [0xffffffff, FRAME_BYTES + 1]) {
  Deno.test(`serve says goodbye to a native client that announces ${length} bytes`, async () => {
    await amongHonest(SERVE, async (scene) => {
      using attacker = await scene.connectNative("Eve");
      await attacker.send(concat([chat("before"), announcing(length), new Uint8Array(1000)]));
      const received = await attacker.sawEnd();
      const why = `a frame of ${length} bytes is over the limit of ${FRAME_BYTES}`;
      assertStringIncludes(
        received,
        `{"type":"bye","code":"protocol","reason":"Cannot read what you sent: ${why}"}`,
      );
      await scene.server.sees(`Eve cannot be read: ${why}`, "stderr");
      await attacker.close();
    });
  });
}

Deno.test("serve takes no announced length for a hello", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    await attacker.send(announcing(FRAME_BYTES + 1));
    const received = withoutTheRoom(await attacker.sawEnd());
    assertEquals(received, "the first bytes are in no dialect that is known here\n");
    await scene.server.sees(/Rejecting 127\.0\.0\.1:\d+: the first bytes are in no/, "stderr");
    await attacker.close();
  });
});

Deno.test("serve takes 0xFFFFFFFF as first bytes for text, and says that it is none", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    await attacker.send(announcing(0xffffffff));
    await attacker.sees("Cannot do that: a message is not valid UTF-8");
    await attacker.close();
  });
});

Deno.test("serve refuses a control message over the limit, and goes on with its sender", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connectNative();
    await attacker.send(chat("A".repeat(MiB - 23)));
    await attacker.sees("a control message is over the limit of 1048576 bytes");
    await attacker.send(chat("A".repeat(65_537)));
    await attacker.sees("a message is over the limit of 65536 characters");
    await attacker.send(control({ type: "command", name: "who", argument: "" }));
    await attacker.sees("guest5");
    await attacker.close();
  });
});

Deno.test("a hundred clients that announce a frame and never send it cost no memory", async () => {
  await amongHonest(SERVE, async (scene) => {
    const attackers = [];
    for (let i = 0; i < 100; i++) attackers.push(await scene.connectNative());
    const before = residentBytes(scene.server);
    for (const each of attackers) await each.send(concat([announcing(MiB), hello("half")]));
    await scene.round();
    assertLess(residentBytes(scene.server) - before, 40 * MiB);
    for (const each of attackers) await each.close();
    await scene.until(() => scene.server.stderr.includes("guest104 has disconnected"));
  });
});
