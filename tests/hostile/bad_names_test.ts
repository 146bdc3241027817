/**
 * An attacker who asks for a name that would harm or deceive.
 *
 * @module
 */
import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { hello, jsonChat } from "../support/native.ts";
import { toldOverJson } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const SERVE = ["serve", "127.0.0.1:0"];

/** Names, and why not. */
const NAMES: [string, string][] = [
  ["", "a name cannot be empty"],
  [" \t ", "a name cannot be empty"],
  ["N".repeat(300), "a name has at most 32 characters, not 300"],
  ["\x1b[31mEve\x1b[0m", "a name cannot hold control characters"],
  ["\x1b]0;owned\x07", "a name cannot hold control characters"],
  ["Ada\rEve", "a name cannot hold control characters"],
  ["Eve\u202eadA", "a name cannot hold control characters"],
  ["Eve\u200b", "a name cannot hold control characters"],
  ["Eve: I am", "a name cannot hold control characters, tabs or colons"],
  ["Server", "could be taken for the server's own words"],
  ["\uff33ERVER", "could be taken for the server's own words"],
  ["* Ada", "could be taken for the server's own words"],
  ["Ada", "is taken"],
  ["\uff21DA", "is taken"],
];

Deno.test("serve refuses a native hello with such a name, with the code for it", async () => {
  await amongHonest(SERVE, async (scene) => {
    for (const [name, reason] of NAMES) {
      using attacker = await scene.connect();
      await attacker.send(hello(name));
      const received = await attacker.sawEnd();
      assertStringIncludes(received, '{"type":"refused","code":"name","reason":"');
      assertStringIncludes(received, reason);
      assertEquals(received.includes("welcome"), false);
      await attacker.close();
    }
    // deno-lint-ignore no-control-regex
    assertNotMatch(scene.server.stderr, /[\x00-\x09\x0b-\x1f\u202e]/);
  });
});

Deno.test("serve answers /nick with such a name, and keeps the old one", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    for (const [name, reason] of NAMES) {
      const seen = attacker.received.length;
      await attacker.send(`/nick ${name}\n`);
      await scene.until(() => attacker.received.slice(seen).includes(reason));
    }
    await attacker.send("/nick Eve\n");
    await attacker.sees("You are Eve\n");
    // deno-lint-ignore no-control-regex
    assertNotMatch(attacker.received, /[\x00-\x08\x0b-\x1f\u202e]/);
    await attacker.close();
  });
});

Deno.test("serve takes no such name from JSON, and relays under the guest's", async () => {
  await amongHonest(SERVE, async (scene) => {
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using attacker = await scene.connect();
    for (const [i, [name, reason]] of NAMES.entries()) {
      await attacker.send(jsonChat(name, `it is me, ${i}`));
      await witness.sees(`guest6: it is me, ${i}\n`);
      const told = toldOverJson(attacker.received);
      assertStringIncludes(told.at(-1) ?? "", `Cannot take the name: `);
      assertStringIncludes(told.at(-1) ?? "", reason);
    }
    await witness.close();
    await attacker.close();
  });
});

Deno.test("serve in mode ack takes no such first message for a name, and asks again", async () => {
  await amongHonest(["serve", "127.0.0.1:0", "--mode", "ack"], async (scene) => {
    using attacker = await scene.connect();
    for (const [name, reason] of NAMES.filter(([, reason]) => reason !== "is taken")) {
      const seen = attacker.received.length;
      await attacker.send(`${name}\n`);
      await scene.until(() => attacker.received.slice(seen).includes(reason));
    }
    await attacker.send("Eve\n");
    await attacker.sees("successfully.\n");
    assertNotMatch(attacker.received, /ACK/);
    await attacker.close();
  });
});
