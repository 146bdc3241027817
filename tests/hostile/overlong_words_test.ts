/**
 * An attacker whose words are just short enough for the server, to break the clients of others.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { bytesOf, concat } from "../support/feed.ts";
import { chat, control, jsonChat } from "../support/native.ts";
import { Program } from "../support/program.ts";
import { amongHonest } from "./support/honest.ts";

const MOST = 65_536;

/** What the attacker says, over native; a tail follows that all must see. */
const WORDS: [string, Uint8Array][] = [
  ["of the greatest length", chat("A".repeat(MOST))],
  ["that grow in UTF-8", chat("€".repeat(MOST))],
  ["that grow when they are made harmless", chat("\u202e".repeat(MOST))],
  ["of nothing but lines", chat("\n".repeat(MOST - 1) + "x")],
  ["that come without a pause", concat(Array(30).fill(chat("A".repeat(30_000))))],
  ["in a command", control({ type: "command", name: "A".repeat(MOST), argument: "" })],
];

for (const [what, words] of WORDS) {
  Deno.test(`words ${what} break no client of any dialect`, async () => {
    await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
      const readers: Program[] = [];
      await using end = new AsyncDisposableStack();
      for (const dialect of ["native", "text", "raw", "json"]) {
        const reader = Program.labwire([
          "connect",
          `127.0.0.1:${scene.port}`,
          "--dialect",
          dialect,
        ]);
        end.use(reader);
        await reader.type(`/nick ${dialect}\n`);
        await scene.server.sees(new RegExp(`(: | is now )${dialect}\n`), "stderr");
        readers.push(reader);
      }
      using attacker = await scene.connectNative("Eve");
      await attacker.send(concat([words, chat("that is all")]));
      for (const reader of readers) {
        await reader.sees(/^Eve: that is all$/m);
        assertEquals(reader.stderr.match(/Cannot/), null);
      }
      await attacker.close();
    });
  });
}

Deno.test("serve relays no private message over the limit", async () => {
  await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
    await using victim = scene.join("Victim");
    await scene.server.sees("Client 5: Victim\n", "stderr");
    using attacker = await scene.connectNative("Eve");
    for (const length of [MOST + 1, 1_048_520]) {
      const argument = "Victim ".padEnd(length, "A");
      await attacker.send(control({ type: "command", name: "msg", argument }));
    }
    await attacker.send(control({ type: "command", name: "msg", argument: "Victim enough" }));
    await victim.sees("Eve (private): enough\n");
    assertEquals(attacker.received.split("is over the limit of 65536 characters").length, 3);
    await attacker.close();
    using json = await scene.connect();
    await json.send(jsonChat("Mallory", "/msg Victim ".padEnd(MOST / 4, "€")));
    await victim.sees(/^Mallory \(private\): €+$/m);
    await json.close();
  });
});

Deno.test("a labwire client without a newline in what it hears shows it all the same", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using reader = Program.labwire([
    "connect",
    `127.0.0.1:${listener.addr.port}`,
    "--dialect",
    "raw",
  ]);
  using conn = await listener.accept();
  listener.close();
  const flood = bytesOf("A".repeat(500_000) + "\nthat is all");
  for (let at = 0; at < flood.length;) at += await conn.write(flood.subarray(at));
  await reader.sees("that is all\n");
  assertEquals(reader.stdout.match(/A/g)?.length, 500_000);
});
