/**
 * Peers that stop in the middle of a file, with others served meanwhile.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import { control, hello } from "../support/native.ts";
import { concat } from "../support/feed.ts";
import type { Peer } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { anyBytes, Folder } from "../e2e/support/lab.ts";
import { block, Fake, frame, readTo, welcome } from "../e2e/support/fake.ts";
import { openDescriptors, residentBytes } from "./support/attack.ts";
import { amongHonest, type Scene } from "./support/honest.ts";

const MiB = 1024 * 1024;

/** Runs an attack on a writable fileserver that shares a small and a large file. */
async function amongReaders(attack: (scene: Scene, folder: Folder) => Promise<void>) {
  using folder = new Folder({ "small.txt": "small\n", "large.bin": new Uint8Array(64 * MiB) });
  const args = ["fileserver", folder.path, "127.0.0.1:0", "--writable"];
  await amongHonest(args, (scene) => attack(scene, folder));
}

function get(id: number): Uint8Array {
  return control({ type: "command", name: "get", argument: "large.bin", id });
}

Deno.test("clients that ask for many files and stop reading cost the server little", async () => {
  await amongReaders(async (scene) => {
    await scene.round();
    const before = residentBytes(scene.server), descriptors = openDescriptors(scene.server);
    const requests = concat(Array.from({ length: 200 }, (_, i) => get(i)));
    const http = new TextEncoder().encode("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200));
    const deaf: Deno.TcpConn[] = [];
    for (let i = 0; i < 10; i++) {
      const conn = await scene.connectDeaf();
      if (i % 2 === 0) {
        await conn.write(hello());
        await conn.read(new Uint8Array(1000)); // it is welcome, and reads no more
      }
      await conn.write(i % 2 === 0 ? requests : http);
      deaf.push(conn);
    }
    for (let i = 0; i < 10; i++) await scene.round();
    assertLess(residentBytes(scene.server) - before, 150 * MiB);
    for (const conn of deaf) conn.close();
    await scene.until(() => openDescriptors(scene.server) <= descriptors + 2); // the web's listener
  });
});

Deno.test("clients that stop in the middle of an upload cost little, and keep nobody else out", async () => {
  await amongReaders(async (scene, folder) => {
    await scene.round();
    const before = residentBytes(scene.server);
    const bytes = anyBytes(MiB);
    const stalled: Peer[] = [];
    for (let i = 0; i < 20; i++) {
      const peer = await scene.connectNative();
      const about = { id: 1, name: `large-${i}.bin`, size: 45 * MiB };
      await peer.send(control({ type: "put", ...about }));
      await peer.send(control({ type: "file", ...about, from: 0 }));
      await peer.send(block(1, bytes));
      await peer.send(block(1, bytes).subarray(0, MiB / 2)); // the beginning of another
      stalled.push(peer);
    }
    await scene.until(() => folder.names().filter((name) => /part$/.test(name)).length === 20);
    for (let i = 0; i < 5; i++) await scene.round();
    assertLess(residentBytes(scene.server) - before, 150 * MiB);
    // Somebody else puts a file meanwhile.
    using desk = new Folder({ "other.txt": "other\n" });
    const args = ["put", `127.0.0.1:${scene.port}`, "other.txt", "-q"];
    await using other = Program.labwire(args, { cwd: desk.path });
    assertEquals((await other.ended()).code, 0);
    const open = openDescriptors(scene.server);
    for (const peer of stalled) await peer.close();
    await scene.until(() => openDescriptors(scene.server) <= open - 20);
    const visible = folder.names().filter((name) => !name.startsWith("."));
    assertEquals(visible, ["large.bin", "other.txt", "small.txt"]);
  });
});

Deno.test("put to a server that stops reading ends after --timeout, with 6", async () => {
  using desk = new Folder({ "large.bin": new Uint8Array(64 * MiB) });
  const over = Promise.withResolvers<void>();
  await using fake = new Fake(async (conn) => {
    await welcome(conn);
    await readTo(conn, '"put"');
    await conn.write(frame({ type: "want", id: 1, from: 0, hash: "0".repeat(64) }));
    await over.promise; // and reads nothing
  });
  const args = ["put", `127.0.0.1:${fake.port}`, "large.bin", "-q", "--timeout", "300ms"];
  await using client = Program.labwire(args, { cwd: desk.path });
  const { code, stderr } = await client.ended();
  over.resolve();
  assertEquals([code, stderr], [6, "labwire: Cannot go on: nothing moved for too long\n"]);
});
