/**
 * What attackers share: vanishing, what a server told them, and what they cost it.
 *
 * @module
 */
import { connect } from "node:net";
import type { Program } from "../../support/program.ts";
import type { Scene } from "./honest.ts";

/** Connects, sends, and resets the connection once the server has had its turn. */
export async function sendAndReset(scene: Scene, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ port: scene.port, host: "127.0.0.1" });
  socket.once("error", reject).once("close", resolve);
  socket.write(bytes, async () => {
    await scene.round();
    socket.resetAndDestroy();
  });
  await promise;
}

/** What somebody was told beside the honest participants' words and the room's notices. */
export function withoutTheRoom(received: string): string {
  return received.replace(/^(\w+: word \d+|\* .*)\n/gm, "");
}

/** What the server told a JSON client itself, without notices. */
export function toldOverJson(received: string): string[] {
  return Array.from(received.matchAll(/\{"username":"(.*?)".*?"message":"(.*?)"\}/g))
    .filter(([, username]) => username === "Server")
    .map(([, , message]) => new TextDecoder().decode(Uint8Array.fromBase64(message)))
    .filter((text) => !text.startsWith("* "));
}

/** How much memory a program holds (Linux, proc(5)). */
export function residentBytes({ pid }: Program): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** How many descriptors a program has open (Linux, proc(5)). */
export function openDescriptors({ pid }: Program): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}
