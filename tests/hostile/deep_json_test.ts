/**
 * An attacker who nests JSON to exhaust the parser's stack.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { control, hello, jsonChat } from "../support/native.ts";
import { Mob, toldOverJson, withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const SERVE = ["serve", "127.0.0.1:0"];

const DEPTH = 100_000;
const DEEP = [["[", "]"], ['{"a":', "}"], ['[{"a":', "}]"]]
  .map(([open, close]) => open.repeat(DEPTH) + "1" + close.repeat(DEPTH));

Deno.test("JSON nested 100,000 deep costs nobody a word, and leaves nothing behind", async () => {
  await besiege(async (scene) => {
    using json = await Mob.connect(scene, 2 * DEEP.length); // as first words, and later
    await json.say((i) => i % 2 ? jsonChat("", "/who") + DEEP[i >> 1] : `{"a":${DEEP[i >> 1]}}`);
    using greeting = await Mob.connect(scene, DEEP.length);
    await greeting.say((i) => control(`{"type":"hello","version":1,"cipher":${DEEP[i]}}`));
    using native = await Mob.connect(scene, DEEP.length);
    await native.say(() => hello());
    await native.hear(/welcome/);
    await native.say((i) => control(`{"type":"chat","text":${DEEP[i]}}`));
    await native.hear(/JSON nested deeper than 64|is over the limit of/);
    for (const told of await json.hear()) {
      assertStringIncludes(told, "Cannot read what you sent: ");
    }
    await greeting.hear();
  });
});

Deno.test("serve ends JSON that opens too often, and says why", async () => {
  await amongHonest(SERVE, async (scene) => {
    for (const bracket of ["[", '{"a":']) {
      for (const depth of [64, 20_000]) {
        using attacker = await scene.connect();
        await attacker.send('{"a":' + bracket.repeat(depth));
        const reason = "Cannot read what you sent: JSON nested deeper than 64";
        assertEquals(toldOverJson(await attacker.sawEnd()), [reason]);
        await attacker.close();
      }
    }
  });
});

Deno.test("serve refuses deep JSON in a native frame, and goes on with its sender", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connectNative();
    for (const [open, close] of [["[", "]"], ['{"a":', "}"]]) {
      const deep = open.repeat(100_000) + "1" + close.repeat(100_000);
      await attacker.send(control(`{"type":"chat","text":${deep}}`));
      await attacker.send(control({ type: "command", name: `after${open[0]}`, argument: "" }));
      await attacker.sees(`unknown command /after${open[0]}`);
    }
    assertEquals(attacker.received.split("JSON nested deeper than 64").length, 3);
    await attacker.close();
  });
});

Deno.test("serve takes no hello that nests deep", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    await attacker.send(control(`{"type":"hello","version":1,"cipher":"none","name":${deep}}`));
    assertStringIncludes(withoutTheRoom(await attacker.sawEnd()), "in no dialect that is known");
    await attacker.close();
  });
});

Deno.test("serve counts brackets in a string for nothing", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connectNative();
    await attacker.send(control({ type: "command", name: "msg", argument: "[".repeat(1000) }));
    await attacker.sees(`nobody here is called \\"${"[".repeat(1000)}\\"`);
    await attacker.close();
  });
});
