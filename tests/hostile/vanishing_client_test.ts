/**
 * A client that vanishes in the middle of what it says, by a close or by a reset.
 *
 * @module
 */
import { bytesOf, concat } from "../support/feed.ts";
import { chat, hello } from "../support/native.ts";
import { sendAndReset } from "./support/attack.ts";
import { amongHonest, type Scene } from "./support/honest.ts";

/** What was said when the client vanished: half a hello, frame, length, JSON object, line. */
const HALVES: Uint8Array[] = [
  hello("Eve").subarray(0, 20),
  concat([hello("Eve"), chat("half a frame").subarray(0, 12)]),
  concat([hello("Eve"), new Uint8Array(2)]),
  bytesOf('{"username":"Eve","timestamp":1,"mess'),
  bytesOf("/nick Eve\nhalf a li"),
];

const WAYS: Record<string, (scene: Scene, bytes: Uint8Array) => Promise<void>> = {
  async closes(scene, bytes) {
    using peer = await scene.connect();
    await peer.send(bytes);
    await scene.round();
    await peer.close();
  },
  resets: sendAndReset,
};

for (const [way, vanish] of Object.entries(WAYS)) {
  Deno.test(`serve goes on when a client ${way} the connection in the middle of something`, async () => {
    await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
      for (const [i, bytes] of HALVES.entries()) {
        await vanish(scene, bytes);
        const gone = new RegExp(`Client ${i + 5}: \\S+ has disconnected\nClient count: 4\n`);
        await scene.server.sees(gone, "stderr");
      }
    });
  });
}

Deno.test("the log says what was missing when a client vanished", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using native = await scene.connectNative("Eve");
    await native.send(chat("half a frame").subarray(0, 12));
    await native.close();
    await scene.server.sees("Eve cannot be read: the stream ended inside a frame", "stderr");
    using json = await scene.connect();
    await json.send('{"username":"Eve"');
    await json.close();
    await scene.server.sees(/cannot be read: malformed JSON: the stream ended inside/, "stderr");
  });
});
