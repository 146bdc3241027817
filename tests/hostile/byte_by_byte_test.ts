/**
 * A client that sends one byte at a time.
 *
 * @module
 */
import { bytesOf } from "../support/feed.ts";
import { chat, hello, jsonChat } from "../support/native.ts";
import type { Peer } from "../support/peer.ts";
import { amongHonest, type Scene } from "./support/honest.ts";

/** Between two bytes, the others' words go round: the server has read each alone. */
async function drip(scene: Scene, peer: Peer, bytes: Uint8Array): Promise<void> {
  for (let i = 0; i < bytes.length; i++) {
    await peer.send(bytes.subarray(i, i + 1));
    await scene.round();
  }
}

Deno.test("serve understands a native hello and frame that come byte by byte", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using slow = await scene.connect();
    const greeting = hello("Eve");
    await drip(scene, slow, greeting.subarray(0, 8));
    await slow.send(greeting.subarray(8, -3));
    await drip(scene, slow, greeting.subarray(-3));
    await slow.sees('"type":"welcome"');
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 6", "stderr");
    const words = chat("patience");
    await drip(scene, slow, words.subarray(0, 6));
    await slow.send(words.subarray(6, -3));
    await drip(scene, slow, words.subarray(-3));
    await witness.sees("Eve: patience\n");
    await witness.close();
    await slow.close();
  });
});

Deno.test("serve understands a JSON object that comes byte by byte behind its first two", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using slow = await scene.connect();
    const words = bytesOf(jsonChat("Eve", "patience"));
    await slow.send(words.subarray(0, 2));
    await drip(scene, slow, words.subarray(2, 10));
    await slow.send(words.subarray(10, -4));
    await drip(scene, slow, words.subarray(-4));
    await witness.sees("Eve: patience\n");
    await witness.close();
    await slow.close();
  });
});

Deno.test("serve understands a line that comes byte by byte from who has sent a line", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    using witness = await scene.connect();
    await witness.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using slow = await scene.connect();
    await slow.send("/nick Eve\n");
    await slow.sees("You are Eve\n");
    await drip(scene, slow, bytesOf("hé!\r\n"));
    await witness.sees("Eve: hé!\n");
    await witness.close();
    await slow.close();
  });
});
