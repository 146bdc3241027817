/**
 * A client that vanishes in the middle of what it says: at every byte, by a close, a reset or an end.
 *
 * @module
 */
import { bytesOf, concat } from "../support/feed.ts";
import { chat, frame, hello, jsonChat } from "../support/native.ts";
import { Mob, sendAndReset } from "./support/attack.ts";
import { amongHonest, type Scene } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

/** What is said, of which each beginning is all that comes. */
const SAID: Uint8Array[] = [
  concat([hello(), chat("not to the end")]),
  concat([hello(), frame(bytesOf("\x02\0\0\0\x01bytes of a file"))]),
  bytesOf(jsonChat("Eve", "/who").repeat(2)),
  bytesOf("/who\n/msg Eve hé!\r\n"),
  bytesOf("GET /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"),
];
const CUTS = SAID.flatMap((said) => Array.from(said, (_, i) => said.subarray(0, i + 1)));

Deno.test("clients that vanish at every byte of what they say leave nothing behind", async () => {
  await besiege(async (scene, round) => {
    const waysOf = (way: number) => CUTS.filter((_, i) => (i + round) % 3 === way);
    const [closing, ending, resetting] = [0, 1, 2].map(waysOf);
    await Promise.all(resetting.map((bytes) => sendAndReset(scene, bytes)));
    using mob = await Mob.connect(scene, closing.length + ending.length);
    await mob.say((i) => closing[i] ?? ending[i - closing.length]);
    for (const conn of mob.conns.slice(closing.length)) await conn.closeWrite().catch(() => {});
  });
});

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
  Deno.test(`serve misses who ${way} the connection in the middle of something`, async () => {
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
