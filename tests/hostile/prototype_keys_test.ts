/**
 * An attacker who sends JSON keys and names that JavaScript objects inherit, and keys twice.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { control, hello, jsonChat } from "../support/native.ts";
import { Mob, toldOverJson, withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const SERVE = ["serve", "127.0.0.1:0"];
const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

/** Messages that would change every object of the server, or pass for what they are not. */
const POLLUTING = INHERITED.flatMap((key) => [
  `{"type":"chat","text":"hello","${key}":{"text":"evil","gone":true,"polluted":true}}`,
  `{"type":"command","name":"${key}","argument":"x"}`,
  `{"type":"command","name":"msg","argument":"${key} x"}`,
  `{"type":"command","name":"nick","argument":"${key}"}`,
  `{"type":"${key}","${key}":{"${key}":1}}`,
  `{"type":"hello","${key}":1}`,
  `{"type":"offer","id":1,"name":"${key}","size":1,"to":"${key}"}`,
  `{"type":"put","id":1,"name":"${key}","size":1,"exists":"${key}"}`,
]);

Deno.test("keys that objects inherit cost nobody a word, and leave nothing behind", async () => {
  await besiege(async (scene) => {
    using native = await Mob.connect(scene, POLLUTING.length);
    await native.say(() => hello());
    await native.hear(/welcome/);
    await native.say((i) => control(POLLUTING[i]));
    await native.say(() => control({ type: "command", name: "asked", argument: "" }));
    await native.hear(/unknown command \/asked/);
    using json = await Mob.connect(scene, INHERITED.length);
    await json.say((i) =>
      `{"${INHERITED[i]}":{"username":"Eve"},` + jsonChat("", "/asked").slice(1)
    );
    await json.hear(/unknown command \/asked/);
  });
});

Deno.test("serve takes the last of two fields with the same name, checked like any other", async () => {
  await amongHonest(SERVE, async (scene) => {
    using reader = await scene.connect();
    await reader.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using attacker = await scene.connectNative("Eve");
    await attacker.send(control('{"type":"chat","text":"one","text":"two","type":"chat"}'));
    await attacker.send(control('{"type":"chat","text":"one","text":["two"]}'));
    await attacker.sees('text\\" of \\"chat\\" must be a string');
    await attacker.send(control('{"type":"chat","text":"evil","type":"welcome"}'));
    await attacker.sees('\\"version\\" of \\"welcome\\" must be');
    await attacker.send(control('{"type":"chat","text":"done"}'));
    const heard = await reader.sees("Eve: done\n");
    assertEquals(heard.match(/^Eve: .*/gm), ["Eve: two", "Eve: done"]);
    using json = await scene.connect();
    await json.send(
      `{"username":"Ada","username":"Mallory",${jsonChat("Mallory", "it is me").slice(1)}`,
    );
    await reader.sees("Mallory: it is me\n");
    await json.close();
    await attacker.close();
    await reader.close();
  });
});

Deno.test("serve knows no message type and no command that objects inherit", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connectNative("Eve");
    for (const name of INHERITED) {
      await attacker.send(control({ type: name }));
      await attacker.sees(`unknown message type \\"${name}\\"`);
      await attacker.send(control({ type: "command", name, argument: "" }));
      await attacker.sees(`unknown command /${name};`);
    }
    await attacker.close();
    using text = await scene.connect();
    for (const name of INHERITED) {
      await text.send(`/${name} x\n`);
      await text.sees(`unknown command /${name.toLowerCase()};`);
    }
    await text.close();
  });
});

Deno.test("serve takes no field from a __proto__ in JSON", async () => {
  await amongHonest(SERVE, async (scene) => {
    using native = await scene.connectNative("Eve");
    await native.send(control('{"type":"chat","__proto__":{"text":"evil"}}'));
    await native.sees('text\\" of \\"chat\\" must be a string');
    await native.send(control('{"__proto__":{"type":"chat","text":"evil"}}'));
    await native.sees("unknown message type: it is no text");
    await native.close();
    using late = await scene.connect();
    await late.send(control('{"type":"hello","__proto__":{"version":1,"cipher":"none"}}'));
    const received = withoutTheRoom(await late.sawEnd());
    assertEquals(received, "the first bytes are in no dialect that is known here\n");
    await late.close();
    using json = await scene.connect();
    await json.send(`{"__proto__":${jsonChat("Eve", "evil")}}`);
    const reason = 'Cannot do that: "username" must be a string';
    await scene.until(() => toldOverJson(json.received).includes(reason));
    await json.close();
  });
});

Deno.test("serve takes inherited names for names like any others", async () => {
  await amongHonest(SERVE, async (scene) => {
    using reader = await scene.connect();
    await reader.send("/nick Reader\n");
    await reader.sees("You are Reader\n");
    using attacker = await scene.connect();
    for (const name of INHERITED) {
      await attacker.send(`/nick ${name}\n`);
      await attacker.sees(`You are ${name}\n`);
      await attacker.send(`I am ${name}\n`);
      await reader.sees(`${name}: I am ${name}\n`);
      await reader.send(`/msg ${name} so you say\n`);
    }
    await scene.until(() => attacker.received.split("Reader (private): so you say\n").length > 5);
    await reader.send("/msg __proto__ still there?\n");
    await reader.sees('nobody here is called "__proto__"');
    await attacker.close();
    await reader.close();
  });
});
