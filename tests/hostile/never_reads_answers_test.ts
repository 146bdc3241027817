/**
 * A client that asks without end and never reads the answers.
 *
 * @module
 */
import { assertLess } from "@std/assert";
import { bytesOf, concat } from "../support/feed.ts";
import { control, hello, jsonChat } from "../support/native.ts";
import { residentBytes } from "./support/attack.ts";
import { amongHonest, type Scene } from "./support/honest.ts";

const MiB = 1024 * 1024;
const COMMAND = { type: "command", argument: "" };

/** What is asked, 500 times in each write. */
const QUESTIONS: [string, Uint8Array, Uint8Array][] = [
  ["/help over text", bytesOf("/nick Eve\n"), bytesOf("/help\n")],
  ["/help over json", bytesOf(jsonChat("Eve", "/who")), bytesOf(jsonChat("Eve", "/help"))],
  ["help over native", hello("Eve"), control({ ...COMMAND, name: "help" })],
  ["nonsense over native", hello("Eve"), control({ ...COMMAND, name: "A".repeat(1000) })],
];

/** Asks until the connection breaks; how much memory the server took meanwhile, at most. */
async function flood(
  { server }: Scene,
  attacker: Deno.TcpConn,
  question: Uint8Array,
): Promise<number> {
  const before = residentBytes(server);
  let most = before;
  const questions = concat(Array(500).fill(question));
  try {
    for (;;) {
      for (let at = 0; at < questions.length;) at += await attacker.write(questions.subarray(at));
      most = Math.max(most, residentBytes(server));
    }
  } catch {
    return most - before;
  }
}

for (const [what, first, question] of QUESTIONS) {
  Deno.test(`serve lets go who asks for ${what} without end and never reads`, async () => {
    await amongHonest(["serve", "127.0.0.1:0"], async (scene) => {
      using attacker = await scene.connectDeaf();
      await attacker.write(first);
      await attacker.read(new Uint8Array(16)); // it is taken in; from here on it reads nothing
      const flooding = flood(scene, attacker, question);
      await scene.server.sees(/Client 5: \S+ does not read; let go\n/, "stderr");
      await scene.server.sees(/Client 5: \S+ has disconnected\nClient count: 4\n/, "stderr");
      assertLess(await flooding, 100 * MiB);
    });
  });
}
