/**
 * Readers that stop reading while much is said to them.
 *
 * @module
 */
import { allDone } from "../../lib/base/tasks.ts";
import { control, hello, jsonChat } from "../support/native.ts";
import { Mob } from "./support/attack.ts";
import type { Scene } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

/** How readers of each dialect come in, under a name. */
const READERS: ((name: string) => string | Uint8Array)[] = [
  (name) => `/nick ${name}\n`,
  hello,
  (name) => jsonChat(name, `/nick ${name}`),
];

/** Whispers to one that does not listen, until it is let go. */
async function shoutAt(scene: Scene, name: string): Promise<void> {
  using shouter = await scene.connectNative();
  const argument = `${name} ${"x".repeat(60_000)}`;
  const whisper = control({ type: "command", name: "msg", argument });
  let gone = false;
  const letGo = scene.server.sees(`: ${name} does not read; let go\n`, "stderr")
    .finally(() => gone = true);
  while (!gone) await shouter.send(whisper);
  await letGo;
  await shouter.close();
}

Deno.test("readers that stop keep nobody waiting, are let go, and leave nothing behind", async () => {
  await besiege(async (scene, round) => {
    const nameOf = (i: number) => `Deaf ${round} ${i}`;
    using mob = await Mob.connect(scene, READERS.length);
    await mob.say((i) => READERS[i](nameOf(i)));
    await mob.hear(/./); // a first word; from here on they read nothing
    await scene.until(() => mob.conns.every((_, i) => scene.server.stderr.includes(nameOf(i))));
    await allDone([
      ...mob.conns.map((_, i) => shoutAt(scene, nameOf(i))),
      scene.round(),
    ]);
  });
});
