/**
 * An attacker who connects and closes, thousands of times.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import { openDescriptors, residentBytes } from "./support/attack.ts";
import { amongHonest, type Scene } from "./support/honest.ts";

const TIMES = 2000;
const MiB = 1024 * 1024;

/** How the connections come. */
const WAYS: Record<string, number> = { "one after the other": 1, "in batches of 50": 50 };

async function attack(scene: Scene, batch: number): Promise<void> {
  const { server } = scene;
  await scene.round();
  const [descriptors, memory] = [openDescriptors(server), residentBytes(server)];
  for (let i = 0; i < TIMES; i += batch) {
    const conns = await Promise.all(Array.from({ length: batch }, () => scene.connectDeaf()));
    for (const conn of conns) conn.close();
  }
  await scene.until(() => server.stderr.includes(`as Client ${TIMES + 4}\n`));
  assertEquals(server.stderr.includes("Max clients reached"), false); // places are free at once
  await scene.until(() => /Client count: 4\n$/.test(server.stderr));
  await scene.until(() => openDescriptors(server) === descriptors);
  assertLess(residentBytes(server) - memory, 100 * MiB);
}

for (const [way, batch] of Object.entries(WAYS)) {
  Deno.test(`serve keeps no descriptor of ${TIMES} that connect and close ${way}`, async () => {
    await amongHonest(["serve", "127.0.0.1:0"], (scene) => attack(scene, batch));
  });
}
