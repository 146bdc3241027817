/**
 * Clients that speak another version of the native protocol, or none.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { control } from "../support/native.ts";
import { Mob } from "./support/attack.ts";
import { besiege } from "./support/siege.ts";

/** Numbers that a version can be; each is told which one is spoken here. */
const OTHERS = ["0", "2", "1000000000", "1e9", "1.5", "0.9999", "1e308", "4294967297"];

/** What is no version: the hello is none. */
const NONE = [
  '"1"',
  '"1.0"',
  "-1",
  "1e999",
  "null",
  "true",
  "[1]",
  "{}",
  '{"valueOf":1}',
  undefined,
];

function helloOf(version: string | undefined): Uint8Array {
  const field = version === undefined ? "" : `"version":${version},`;
  return control(`{"type":"hello",${field}"cipher":"none","name":"Eve"}`);
}

Deno.test("clients of another version are told so, and leave nothing behind", async () => {
  await besiege(async (scene) => {
    using others = await Mob.connect(scene, OTHERS.length * 4);
    const versionOf = (i: number) => OTHERS[i % OTHERS.length];
    await others.say((i) => helloOf(versionOf(i)));
    for (const [i, told] of (await others.hear()).entries()) {
      const reason = `this server speaks version 1, not ${Number(versionOf(i))}`;
      assertStringIncludes(told, `{"type":"refused","code":"version","reason":"${reason}"}`);
      assertEquals(told.includes("welcome"), false);
    }
    using none = await Mob.connect(scene, NONE.length * 4);
    await none.say((i) => helloOf(NONE[i % NONE.length]));
    for (const told of await none.hear()) {
      assertStringIncludes(told, "the first bytes are in no dialect that is known here\n");
      assertEquals(told.includes("welcome"), false);
    }
    assertEquals(scene.server.stderr.includes("Eve"), false);
  });
});
