/**
 * An attacker who sends what looks like JSON and is none.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { control, jsonChat } from "../support/native.ts";
import { toldOverJson } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const SERVE = ["serve", "127.0.0.1:0"];

Deno.test("serve ends at what is no object any more, and says why", async () => {
  await amongHonest(SERVE, async (scene) => {
    const why = "malformed JSON: an object begins with {";
    for (const end of ["}", "]", ',{"a":1}', "oops"]) {
      using attacker = await scene.connect();
      await attacker.send('{"a":1}' + end);
      const reasons = toldOverJson(await attacker.sawEnd());
      assertEquals(reasons.at(-1), `Cannot read what you sent: ${why}`, end);
      await attacker.close();
    }
    await scene.server.sees(`guest5 cannot be read: ${why}`, "stderr");
  });
});

Deno.test("serve says so when a JSON client ends inside an object", async () => {
  await amongHonest(SERVE, async (scene) => {
    for (const text of ['{"username":"Eve"', '{"', '{"username":"Eve\\"}', '{"a":[}']) {
      using attacker = await scene.connect();
      await attacker.send(text);
      await attacker.endSending();
      const why = "malformed JSON: the stream ended inside an object";
      assertEquals(toldOverJson(await attacker.sawEnd()), [`Cannot read what you sent: ${why}`]);
      await attacker.close();
    }
  });
});

/** What is balanced, so that the stream can be followed, and still no message. */
const WRONG: [string, RegExp][] = [
  ['{"username" "Eve"}', /^Cannot do that: malformed JSON: /],
  ['{"username":"Eve",}', /^Cannot do that: malformed JSON: /],
  ['{"a": ]', /^Cannot do that: malformed JSON: /],
  ['{"a":nan}', /^Cannot do that: malformed JSON: /],
  ['{"a":"line\nbreak"}', /^Cannot do that: malformed JSON: /],
  ['{"a":1}', /^Cannot do that: "username" must be a string$/],
  ['{"username":["Eve"],"timestamp":1,"message":""}', /"username" must be a string$/],
  ['{"username":"Eve","timestamp":"1","message":""}', /"timestamp" must be a number from 0$/],
  ['{"username":"Eve","timestamp":-1,"message":""}', /"timestamp" must be a number from 0$/],
  ['{"username":"Eve","timestamp":1e999,"message":""}', /"timestamp" must be a number from 0$/],
  ['{"username":"Eve","timestamp":1,"message":null}', /"message" must be a string$/],
];

Deno.test("serve answers JSON that is no message with a reason, and goes on", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    await attacker.send('{"a":1}');
    await scene.until(() => toldOverJson(attacker.received).length === 1);
    for (const [i, [text, reason]] of WRONG.entries()) {
      await attacker.send(text);
      await scene.until(() => toldOverJson(attacker.received).length === i + 2);
      assertMatch(toldOverJson(attacker.received)[i + 1], reason, text);
    }
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 6", "stderr");
    await attacker.send(jsonChat("Eve", "at last", 1e300));
    await witness.sees("Eve: at last\n");
    await witness.close();
    await attacker.close();
  });
});

/** Control messages that are none. */
const CONTROL: [unknown, string][] = [
  ["{", "malformed JSON"],
  ['{"type":"chat","text":"a"}}', "malformed JSON"],
  ["", "malformed JSON"],
  ["null", "a control message is not a JSON object"],
  ['["chat"]', "a control message is not a JSON object"],
  [{}, "unknown message type"],
  [{ type: "shout" }, "unknown message type"],
  [{ type: ["chat"], text: "hi" }, "unknown message type"],
  [{ type: { toString: 1 }, text: "hi" }, "unknown message type"],
  [{ type: null }, "unknown message type"],
  [{ type: "chat" }, '"text\\" of \\"chat\\" must be a string'],
  [{ type: "chat", text: { length: 1 } }, '"text\\" of \\"chat\\" must be a string'],
  [{ type: "chat", text: "hi", at: -1 }, '"at\\" of \\"chat\\" must be a number'],
  [{ type: "command", name: "who" }, '"argument\\" of \\"command\\" must be a string'],
  [{ type: "welcome", version: 1, name: "x", mode: "chat", features: [] }, "does not send"],
  [{ type: "hello", version: 1, cipher: "none", name: "Ada" }, "does not send"],
];

Deno.test("serve answers control messages that are none with a reason, and goes on", async () => {
  await amongHonest(SERVE, async (scene) => {
    for (const [message, reason] of CONTROL) {
      using attacker = await scene.connectNative();
      await attacker.send(control(message));
      await attacker.sees(reason);
      await attacker.send(control({ type: "command", name: "still", argument: "" }));
      await attacker.sees("unknown command /still");
      await attacker.close();
    }
  });
});
