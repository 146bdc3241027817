/**
 * A client that writes UTF-16.
 *
 * @module
 */
import { assertEquals, assertNotMatch } from "@std/assert";
import { withoutTheRoom } from "./support/attack.ts";
import { amongHonest } from "./support/honest.ts";

const UNKNOWN = "the first bytes are in no dialect that is known here\n";
const NO_UTF8 = "Cannot do that: a message is not valid UTF-8";

/** `text` in UTF-16, with a byte order mark or without. */
function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length + (mark ? 2 : 0)));
  if (mark) view.setUint16(0, 0xfeff, littleEndian);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i + (mark ? 2 : 0), text.charCodeAt(i), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

Deno.test("serve refuses big-endian UTF-16 in one line that says why", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using attacker = await scene.connect();
    await attacker.send(utf16("hello\n", false, false));
    assertEquals(withoutTheRoom(await attacker.sawEnd()), UNKNOWN);
    await scene.server.sees(/Rejecting 127\.0\.0\.1:\d+: the first bytes are in no/, "stderr");
    await attacker.close();
  });
});

for (const littleEndian of [true, false]) {
  const order = littleEndian ? "little" : "big";
  Deno.test(`serve answers ${order}-endian UTF-16 with a mark in a line that says why`, async () => {
    await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
      using witness = await scene.connect();
      await witness.send("here\n");
      await scene.server.sees("connected as Client 5", "stderr");
      using attacker = await scene.connect();
      await attacker.send(utf16("hello", littleEndian, true));
      await attacker.sees(NO_UTF8);
      await attacker.close();
      await scene.server.sees("guest6 has disconnected", "stderr");
      assertNotMatch(witness.received, /h.?e.?l.?l.?o/);
      await witness.close();
    });
  });
}

Deno.test("serve shows the zeros of UTF-16 that could be text", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using attacker = await scene.connect();
    await attacker.send(utf16("hi", true, false));
    await witness.sees("guest6: h␀i␀\n");
    await witness.close();
    await attacker.close();
  });
});
