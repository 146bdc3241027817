/**
 * An attacker who sends bytes that are no UTF-8.
 *
 * @module
 */
import { assertEquals, assertNotMatch } from "@std/assert";
import { bytesOf, concat } from "../support/feed.ts";
import { chat, frame, jsonChat } from "../support/native.ts";
import { toldOverJson } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const SERVE = ["serve", "127.0.0.1:0"];
const REASON = "Cannot do that: a message is not valid UTF-8";

/** A lone continuation, an overlong slash, half an é, a surrogate, beyond Unicode, never a byte. */
const WRONG = [[0x80], [0xc0, 0xaf], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff]]
  .map((bytes) => new Uint8Array(bytes));

Deno.test("serve answers text that is no UTF-8 with a reason, and relays nothing of it", async () => {
  await amongHonest(SERVE, async (scene) => {
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using attacker = await scene.connect();
    for (const bytes of WRONG) {
      await attacker.send(concat([bytesOf("so"), bytes, bytesOf("what\n")]));
    }
    await attacker.send("/nick Eve\nI can spell\n");
    await attacker.sees("You are Eve\n");
    assertEquals(attacker.received.split(`${REASON}\n`).length, WRONG.length + 1);
    await witness.sees("Eve: I can spell\n");
    assertNotMatch(witness.received, /so.*what|\ufffd/);
    await witness.close();
    await attacker.close();
  });
});

Deno.test("serve answers JSON that is no UTF-8, outside and inside base64, with a reason", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    const says = (count: number) =>
      scene.until(() => toldOverJson(attacker.received).length > count);
    let count = 0;
    for (const bytes of WRONG) {
      const message = concat([bytesOf("so"), bytes]).toBase64();
      await attacker.send(JSON.stringify({ username: "Eve", timestamp: 1, message }));
      await says(count++);
      const end = bytesOf('","timestamp":1,"message":"aGk="}');
      await attacker.send(concat([bytesOf('{"username":"'), bytes, end]));
      await says(count++);
    }
    assertEquals(toldOverJson(attacker.received), Array(count).fill(REASON));
    await attacker.send(jsonChat("Eve", "/nick Evelyn"));
    await says(count);
    await attacker.close();
  });
});

Deno.test("serve answers native frames that are no UTF-8 with a reason, and goes on", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connectNative("Eve");
    for (const bytes of WRONG) {
      const [start, end] = [bytesOf('\x01{"type":"chat","text":"so'), bytesOf('"}')];
      await attacker.send(frame(concat([start, bytes, end])));
    }
    await attacker.send(chat("/nick is text here"));
    await attacker.send(frame(bytesOf('\x01{"type":"command","name":"end","argument":""}')));
    await attacker.sees("unknown command /end");
    assertEquals(attacker.received.split(REASON).length, WRONG.length + 1);
    await attacker.close();
  });
});
