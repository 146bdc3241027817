/**
 * Ten thousand clients more than there are places, and some who do not even read why.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { bytesOf } from "../support/feed.ts";
import { hello, jsonChat } from "../support/native.ts";
import { Mob, openDescriptors, toldOverJson } from "./support/attack.ts";
import { HONEST } from "./support/crowd.ts";
import { amongHonest, type Scene } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const SERVE = ["serve", "127.0.0.1:0", "--max-clients", "4"]; // the honest take all places
const BUSY = "the server is busy, please try again later";

Deno.test("10,000 refused connects cost nobody a word, and leave nothing behind", async () => {
  const words = ["hello\n", hello(), jsonChat("Eve", "hello"), "GET / HTTP/1.1\r\n\r\n", "hello"];
  await besiege(async (scene) => {
    for (let i = 0; i < 7; i++) { // 10,500 in fifteen rounds
      using mob = await Mob.connect(scene, 100);
      await mob.say((i) => words[i % words.length]);
      for (const told of await mob.hear()) assertStringIncludes(told, BUSY);
    }
  }, ["--max-clients", `${HONEST}`]);
});

Deno.test("serve refuses in the client's dialect who comes too late", async () => {
  await amongHonest(SERVE, async (scene) => {
    const refused = async (words: string | Uint8Array) => {
      using peer = await scene.connect();
      await peer.send(words);
      const received = await peer.sawEnd();
      await peer.close();
      return received;
    };
    assertEquals(await refused("hello\n"), `${BUSY}\n`);
    assertEquals(await refused("hello"), BUSY);
    assertEquals(toldOverJson(await refused(jsonChat("Eve", "hi"))), [BUSY]);
    assertStringIncludes(
      await refused(hello("Eve")),
      `{"type":"refused","code":"busy","reason":"${BUSY}"}`,
    );
    const web = await refused("GET / HTTP/1.1\r\n\r\n");
    assertStringIncludes(web, "HTTP/1.1 503 Service Unavailable\r\n");
    assertStringIncludes(web, `\r\n\r\nThis is a labwire server: ${BUSY}\n`);
    assertStringIncludes(await refused("\0h\0i"), "in no dialect that is known");
    assertEquals(await refused("A".repeat(100_000)), "a line is over the limit of 65536 bytes\n");
  });
});

async function crowd(scene: Scene, size: number, words: string): Promise<void> {
  const descriptors = openDescriptors(scene.server);
  const conns = [];
  for (let i = 0; i < size; i++) {
    const conn = await scene.connectDeaf();
    conns.push(conn);
    await conn.write(bytesOf(words)).catch(() => {});
  }
  await scene.until(() => scene.server.stderr.split("Max clients reached").length > size);
  await scene.until(() => openDescriptors(scene.server) === descriptors);
  for (const conn of conns) conn.close();
}

Deno.test("serve keeps no descriptor of 300 refused who never read nor leave", async () => {
  await amongHonest(SERVE, async (scene) => {
    await scene.round();
    await crowd(scene, 300, "let me in\n");
    using late = await scene.connect();
    await late.send("and me\n");
    assertEquals(await late.sawEnd(), `${BUSY}\n`);
    await late.close();
  });
});

Deno.test("serve keeps no descriptor of 300 refused who say nothing at all", async () => {
  await amongHonest(SERVE, async (scene) => {
    await scene.round();
    await crowd(scene, 300, "");
  });
});
