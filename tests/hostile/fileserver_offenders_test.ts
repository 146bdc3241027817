/**
 * The same offenders at the door of fileserver.
 *
 * @module
 */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { bytesOf, concat } from "../support/feed.ts";
import { chat, control, hello } from "../support/native.ts";
import { openDescriptors, residentBytes, sendAndReset, toldOverJson } from "./support/attack.ts";
import { amongHonest, type Scene } from "./support/honest.ts";

const MiB = 1024 * 1024;

/** Runs an attack on a fileserver that shares a small and a large file. */
async function amongReaders(attack: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "lab-" });
  try {
    await Deno.writeTextFile(`${folder}/small.txt`, "small\n");
    await Deno.writeFile(`${folder}/large.bin`, new Uint8Array(64 * MiB));
    await amongHonest(["fileserver", folder, "127.0.0.1:0"], attack);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("fileserver tells who sends an endless line why it ends", async () => {
  await amongReaders(async (scene) => {
    using attacker = await scene.connect();
    const sending = attacker.send("get " + "A".repeat(10_000_000)).catch(() => {});
    const reason = "Cannot read what you sent: a line is over the limit of 65536 bytes\n";
    assertEquals(await attacker.sawEnd(), reason);
    await sending;
    await attacker.close();
  });
});

Deno.test("fileserver says goodbye to who announces an oversize frame", async () => {
  await amongReaders(async (scene) => {
    using attacker = await scene.connectNative();
    await attacker.send(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
    assertStringIncludes(await attacker.sawEnd(), '{"type":"bye","code":"protocol","reason":"');
    await attacker.close();
  });
});

Deno.test("fileserver answers what is no request with a reason, and goes on", async () => {
  await amongReaders(async (scene) => {
    using json = await scene.connect();
    await json.send('{"username" "Eve"}');
    await scene.until(() => toldOverJson(json.received).length === 1);
    assertStringIncludes(toldOverJson(json.received)[0], "malformed JSON");
    await json.send('{"a":1}}');
    assertStringIncludes(toldOverJson(await json.sawEnd()).at(-1)!, "Cannot read what you sent");
    await json.close();
    using native = await scene.connectNative();
    await native.send(control({ type: "__proto__" }));
    await native.sees("unknown message type");
    await native.send(control({ type: "command", name: "constructor", argument: "" }));
    await native.sees("Commands: list");
    await native.close();
    using text = await scene.connect();
    await text.send(concat([new Uint8Array([0xff, 0xfe]), bytesOf("\nget \x1b[2J\0\nlist\n")]));
    assertStringIncludes(await text.sees("small.txt\n"), "a message is not valid UTF-8\n");
    assertEquals(text.received.includes("\x1b"), false);
    await text.close();
  });
});

Deno.test("fileserver goes on when clients vanish, in a request or in a file", async () => {
  await amongReaders(async (scene) => {
    await scene.round();
    const descriptors = openDescriptors(scene.server);
    const get = control({ type: "command", name: "get", argument: "large.bin", id: 1 });
    const halves = [hello().subarray(0, 9), concat([hello(), chat("x").subarray(0, 9)])];
    for (const half of [...halves, concat([hello(), get]), bytesOf("get large.bin\n")]) {
      await sendAndReset(scene, half);
      using deaf = await scene.connectDeaf();
      await deaf.write(half);
      await scene.round();
      deaf.close();
    }
    await scene.until(() => openDescriptors(scene.server) === descriptors);
  });
});

Deno.test("fileserver holds little of a file for who asks and never reads", async () => {
  await amongReaders(async (scene) => {
    const before = residentBytes(scene.server);
    const deaf = [];
    for (let i = 0; i < 10; i++) {
      const conn = await scene.connectDeaf();
      await conn.write(bytesOf("get large.bin\n".repeat(100)));
      deaf.push(conn);
    }
    for (let i = 0; i < 5; i++) await scene.round();
    assertLess(residentBytes(scene.server) - before, 100 * MiB);
    for (const conn of deaf) conn.close();
  });
});
