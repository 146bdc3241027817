/**
 * The same offenders at the door of echo-reverse.
 *
 * @module
 */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { FRAME_BYTES } from "../../lib/base/limits.ts";
import { bytesOf, concat } from "../support/feed.ts";
import { chat, control, hello } from "../support/native.ts";
import { openDescriptors, residentBytes, sendAndReset, toldOverJson } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const ECHO = ["echo-reverse", "127.0.0.1:0"];
const MiB = 1024 * 1024;

Deno.test("echo-reverse tells who sends an endless line why it ends", async () => {
  await amongHonest(ECHO, async (scene) => {
    using attacker = await scene.connect();
    const sending = attacker.send("A".repeat(10_000_000)).catch(() => {});
    const reason = "Cannot read what you sent: a line is over the limit of 65536 bytes\n";
    assertEquals(await attacker.sawEnd(), reason);
    await sending;
    await attacker.close();
  });
});

Deno.test("echo-reverse says goodbye to who announces an oversize frame", async () => {
  await amongHonest(ECHO, async (scene) => {
    using attacker = await scene.connectNative();
    await attacker.send(concat([chat("abc"), new Uint8Array([0xff, 0xff, 0xff, 0xff, 1])]));
    const received = await attacker.sawEnd();
    assertStringIncludes(received, '{"type":"reply","text":"cba"}');
    assertStringIncludes(received, '{"type":"bye","code":"protocol","reason":"Cannot read');
    assertStringIncludes(received, `4294967295 bytes is over the limit of ${FRAME_BYTES}`);
    await attacker.close();
  });
});

Deno.test("echo-reverse tells JSON clients what is oversize, too deep or broken", async () => {
  await amongHonest(ECHO, async (scene) => {
    const offences = {
      ['{"a":"'.padEnd(200_000, "A")]: "a JSON value is over the limit of 131072 bytes",
      ['{"a":' + "[".repeat(1000)]: "JSON nested deeper than 64",
      '{"a":1}}': "malformed JSON: an object begins with {",
    };
    for (const [offence, reason] of Object.entries(offences)) {
      using attacker = await scene.connect();
      await attacker.send(offence);
      const told = toldOverJson(await attacker.sawEnd());
      assertEquals(told.at(-1), `Cannot read what you sent: ${reason}`);
      await attacker.close();
    }
  });
});

Deno.test("echo-reverse answers what is no message with a reason, and goes on", async () => {
  await amongHonest(ECHO, async (scene) => {
    using json = await scene.connect();
    await json.send('{"username" "Eve"}{"username":"Eve","timestamp":1,"message":"%"}');
    await json.send(`{"username":"Eve","timestamp":1,"message":"${btoa("abc")}"}`);
    await scene.until(() => toldOverJson(json.received).at(-1) === "cba");
    assertEquals(toldOverJson(json.received)[1], 'Cannot do that: "message" is not base64');
    await json.close();
    using text = await scene.connect();
    await text.send(concat([new Uint8Array([0xff, 0xfe]), bytesOf("\nabc\n")]));
    assertEquals(
      await text.sees("cba\n"),
      "Cannot do that: a message is not valid UTF-8\ncba\n",
    );
    await text.close();
    using native = await scene.connectNative();
    await native.send(control({ type: "__proto__" }));
    await native.send(control({ type: { toString: 1 } }));
    await native.send(chat("abc"));
    await native.sees('"text":"cba"');
    await native.close();
  });
});

Deno.test("echo-reverse goes on when clients vanish in mid-frame", async () => {
  await amongHonest(ECHO, async (scene) => {
    await scene.round();
    const descriptors = openDescriptors(scene.server);
    const halves = [hello().subarray(0, 9), concat([hello(), chat("x").subarray(0, 9)])];
    for (const half of [...halves, bytesOf('{"user'), bytesOf("abc\nab")]) {
      await sendAndReset(scene, half);
      using attacker = await scene.connect();
      await attacker.send(half);
      await scene.round();
      await attacker.close();
    }
    await scene.until(() => openDescriptors(scene.server) === descriptors);
  });
});

Deno.test("echo-reverse reads nothing more from who does not read its answers", async () => {
  await amongHonest(ECHO, async (scene) => {
    const before = residentBytes(scene.server);
    using attacker = await scene.connectDeaf();
    const lines = bytesOf(("A".repeat(1000) + "\n").repeat(1000));
    let written = 0;
    const flooding = (async () => {
      for (; written < 100 * MiB;) written += await attacker.write(lines);
    })().catch(() => {});
    for (let last = -1; last !== written;) {
      last = written;
      await scene.round();
    }
    assertLess(written, 90 * MiB);
    assertLess(residentBytes(scene.server) - before, 100 * MiB);
    attacker.close();
    await flooding;
  });
});
