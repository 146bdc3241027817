/**
 * An attacker who announces a native frame of four gigabytes, or of one byte too many, and any other
 * length at which a limit lies.
 *
 * @module
 */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { CONTROL_BYTES, FRAME_BYTES, JSON_BYTES, LINE_BYTES } from "../../lib/base/limits.ts";
import { bytesOf, concat } from "../support/feed.ts";
import { chat, control, frame, hello, jsonChat } from "../support/native.ts";
import { residentBytes, toldOverJson, withoutTheRoom } from "./support/attack.ts";
import { amongHonest, type Scene } from "./support/honest.ts";
import { besiege } from "./support/siege.ts";

const SERVE = ["serve", "127.0.0.1:0"];
const MiB = 1024 * 1024;

/** The four bytes in front of a frame. */
function announcing(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

/** Bytes to send, and whether they end the connection. */
interface Length {
  bytes: Uint8Array;
  fatal: boolean;
}

/** Control messages, blocks, unknown kinds, and frames of which only the length comes. */
function* frames(): Generator<Length> {
  for (const length of [0, 1, 2, 3, 4, 5, 6, FRAME_BYTES - 1, FRAME_BYTES]) {
    for (const kind of length < 7 ? [0, 1, 2, 255] : [2]) {
      yield { bytes: frame(new Uint8Array(length).fill(kind, 0, 1)), fatal: false };
    }
  }
  for (const length of [CONTROL_BYTES - 1, CONTROL_BYTES, CONTROL_BYTES + 1, FRAME_BYTES]) {
    const message = '\x01{"type":"command","name":"who","argument":""}';
    yield { bytes: frame(bytesOf(message.padEnd(length))), fatal: false };
  }
  for (const length of [FRAME_BYTES + 1, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    yield { bytes: announcing(length), fatal: true };
  }
}

function* lines(): Generator<Length> {
  for (const length of [LINE_BYTES - 1, LINE_BYTES, LINE_BYTES + 1]) {
    for (const end of ["\n", "\r\n"]) {
      const line = "/msg nobody ".padEnd(length + 1 - end.length, "A");
      yield { bytes: bytesOf(line + end), fatal: length > LINE_BYTES };
    }
  }
}

function* objects(): Generator<Length> {
  const [start, end] = ['{"username":"Eve","timestamp":1,"message":"', '"}'];
  for (const length of [JSON_BYTES - 1, JSON_BYTES, JSON_BYTES + 1]) {
    const object = start.padEnd(length - end.length, "A") + end;
    yield { bytes: bytesOf(object), fatal: length > JSON_BYTES };
  }
}

/** Asks whether somebody is still heard, in native, text and JSON. */
const ASKING: [all: () => Iterable<Length>, join: string | Uint8Array, ask: string | Uint8Array][] =
  [
    [frames, hello(), control({ type: "command", name: "asked", argument: "" })],
    [lines, "/who\n", "/asked\n"],
    [objects, jsonChat("", "/who"), jsonChat("", "/asked")],
  ];

/** What tells in all three that a question was heard; in base64 these bytes stay together. */
const HEARD = new RegExp(`unknown command /asked|${btoa("wn command /")}`);

async function sendAll(scene: Scene): Promise<void> {
  for (const [all, join, ask] of ASKING) {
    for (const { bytes, fatal } of all()) {
      using attacker = await scene.connect();
      await attacker.send(join);
      await attacker.sees(/./);
      await attacker.send(bytes);
      if (fatal) {
        const told = await attacker.sawEnd();
        assertStringIncludes(told + toldOverJson(told), "over the limit of");
      } else {
        await attacker.send(ask);
        await attacker.sees(HEARD);
      }
      await attacker.close();
    }
  }
}

Deno.test("lengths around every limit cost nobody a word, and leave nothing behind", async () => {
  await besiege(sendAll);
});

for (const length of [0xffffffff, FRAME_BYTES + 1]) {
  Deno.test(`serve says goodbye to a native client that announces ${length} bytes`, async () => {
    await amongHonest(SERVE, async (scene) => {
      using attacker = await scene.connectNative("Eve");
      await attacker.send(concat([chat("before"), announcing(length), new Uint8Array(1000)]));
      const received = await attacker.sawEnd();
      const why = `a frame of ${length} bytes is over the limit of ${FRAME_BYTES}`;
      assertStringIncludes(
        received,
        `{"type":"bye","code":"protocol","reason":"Cannot read what you sent: ${why}"}`,
      );
      await scene.server.sees(`Eve cannot be read: ${why}`, "stderr");
      await attacker.close();
    });
  });
}

Deno.test("serve takes no announced length for a hello", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    await attacker.send(announcing(FRAME_BYTES + 1));
    const received = withoutTheRoom(await attacker.sawEnd());
    assertEquals(received, "the first bytes are in no dialect that is known here\n");
    await scene.server.sees(/Rejecting 127\.0\.0\.1:\d+: the first bytes are in no/, "stderr");
    await attacker.close();
  });
});

Deno.test("serve takes 0xFFFFFFFF as first bytes for text, and says that it is none", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    await attacker.send(announcing(0xffffffff));
    await attacker.sees("Cannot do that: a message is not valid UTF-8");
    await attacker.close();
  });
});

Deno.test("serve refuses a control message over the limit, and goes on with its sender", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connectNative();
    await attacker.send(chat("A".repeat(MiB - 23)));
    await attacker.sees("a control message is over the limit of 1048576 bytes");
    await attacker.send(chat("A".repeat(65_537)));
    await attacker.sees("a message is over the limit of 65536 characters");
    await attacker.send(control({ type: "command", name: "who", argument: "" }));
    await attacker.sees("guest5");
    await attacker.close();
  });
});

Deno.test("a hundred clients that announce a frame and never send it cost no memory", async () => {
  await amongHonest(SERVE, async (scene) => {
    const attackers = [];
    for (let i = 0; i < 100; i++) attackers.push(await scene.connectNative());
    const before = residentBytes(scene.server);
    for (const each of attackers) await each.send(concat([announcing(MiB), hello("half")]));
    await scene.round();
    assertLess(residentBytes(scene.server) - before, 40 * MiB);
    for (const each of attackers) await each.close();
    await scene.until(() => scene.server.stderr.includes("guest104 has disconnected"));
  });
});

const JSON_REASON = "Cannot read what you sent: a JSON value is over the limit of 131072 bytes";

for (const size of [JSON_BYTES + 1, 10_000_000]) {
  Deno.test(`serve tells who sends ${size} bytes of one JSON object why it ends`, async () => {
    await amongHonest(SERVE, async (scene) => {
      using attacker = await scene.connect();
      const sending = attacker.send('{"username":"'.padEnd(size, "A")).catch(() => {});
      assertEquals(toldOverJson(await attacker.sawEnd()), [JSON_REASON]);
      await scene.server.sees(/guest5 cannot be read: a JSON value is over the limit/, "stderr");
      await sending;
      await attacker.close();
    });
  });
}

Deno.test("serve tells the same to who sends one byte too many in an object that ends", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    const [start, end] = ['{"username":"Eve","timestamp":1,"message":"', '"}'];
    await attacker.send(start.padEnd(JSON_BYTES + 1 - end.length, "A") + end);
    assertEquals(toldOverJson(await attacker.sawEnd()), [JSON_REASON]);
    await attacker.close();
  });
});

Deno.test("serve refuses a text that fits an object and no message, and goes on", async () => {
  await amongHonest(SERVE, async (scene) => {
    using attacker = await scene.connect();
    const message = btoa("A".repeat(65_537));
    await attacker.send(JSON.stringify({ username: "Eve", timestamp: 1, message }));
    const reason = "Cannot do that: a message is over the limit of 65536 characters";
    await scene.until(() => toldOverJson(attacker.received).includes(reason));
    await attacker.close();
  });
});
