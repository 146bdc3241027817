/**
 * Files that change while they travel, and uploads that meet.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { control, hello } from "../support/native.ts";
import { Peer } from "../support/peer.ts";
import { type Ended, Program } from "../support/program.ts";
import { anyBytes, Folder } from "../e2e/support/lab.ts";
import { block } from "../e2e/support/fake.ts";
import { end, rootOf } from "./support/bad_server.ts";
import { Meter } from "./support/meter.ts";

const MiB = 1024 * 1024;
const BYTES = anyBytes(40 * MiB + 5);

/** What happens to a file when a quarter of it has passed, and whether that breaks it off. */
const CHANGES: { what: string; change: (path: string) => void; words?: RegExp }[] = [
  {
    what: "grows",
    change: (path) => Deno.writeFileSync(path, anyBytes(MiB), { append: true }),
  },
  {
    what: "is replaced by another one",
    change: (path) => {
      Deno.writeFileSync(`${path}.new`, anyBytes(MiB));
      Deno.renameSync(`${path}.new`, path);
    },
  },
  { what: "is removed", change: (path) => Deno.removeSync(path) },
  {
    what: "shrinks",
    change: (path) => Deno.truncateSync(path, 30 * MiB),
    words: /it has become shorter/,
  },
  {
    what: "is emptied",
    change: (path) => Deno.truncateSync(path, 0),
    words: /it has become shorter/,
  },
  {
    what: "is rewritten in place",
    change: (path) => Deno.writeFileSync(path, BYTES.toReversed()),
    words: /it was changed meanwhile|it has become shorter/,
  },
];

for (const { what, change, words } of CHANGES) {
  for (const verb of ["get", "put"] as const) {
    Deno.test(`a file that ${what} during a ${verb} comes whole or not at all`, async () => {
      using shared = new Folder(verb === "get" ? { "data.bin": BYTES } : {});
      using desk = new Folder(verb === "get" ? {} : { "data.bin": BYTES });
      const [source, target] = verb === "get" ? [shared, desk] : [desk, shared];
      const serve = ["fileserver", shared.path, "127.0.0.1:0", "--writable"];
      await using server = Program.labwire(serve);
      const port = await server.port();
      const act = () => change(source.at("data.bin"));
      await using meter = new Meter(port, { at: BYTES.length / 4, act });
      const ended = await transfer(verb, meter.port, desk);
      if (!words) {
        assertEquals(ended.code, 0, ended.stderr);
        assertSame(target.read("data.bin"), BYTES);
        assertEquals(target.names(), ["data.bin"]);
        return;
      }
      assertEquals([ended.code, ended.stdout], [1, ""], ended.stderr);
      assertMatch(ended.stderr, /^labwire: Cannot [^\n]+\n$/);
      assertMatch(ended.stderr, words);
      assertEquals(target.names().filter((name) => !name.startsWith(".")), []);
      // The next try fetches what is there now.
      const next = await transfer(verb, port, desk);
      assertEquals(next.code, 0, next.stderr);
      assertSame(target.read("data.bin"), source.read("data.bin"));
      assertEquals(target.names(), ["data.bin"]);
    });
  }
}

async function transfer(verb: string, port: number, desk: Folder): Promise<Ended> {
  const args = [verb, `127.0.0.1:${port}`, "data.bin", "-q"];
  await using client = Program.labwire(args, { cwd: desk.path });
  return await client.ended();
}

/** Without showing millions of numbers when they differ. */
function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assert(Buffer.compare(actual, expected) === 0, `${actual.length} and ${expected.length} bytes`);
}

/** A client of a writable server, by hand. */
async function uploader(port: number): Promise<Peer> {
  const peer = await Peer.connect(port);
  await peer.send(hello());
  await peer.sees('"type":"welcome"');
  return peer;
}

Deno.test("of two uploads of one name at once the second is refused, and the first arrives", async () => {
  using shared = new Folder();
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0", "--writable"]);
  const port = await server.port();
  const bytes = anyBytes(2 * MiB);
  const head = { type: "file", name: "data.bin", size: bytes.length, from: 0 };
  const put = { type: "put", name: "data.bin", size: bytes.length };
  for (const exists of [undefined, "replace", "rename"]) {
    using ada = await uploader(port);
    using ben = await uploader(port);
    await ada.send(control({ ...put, id: 1, exists }));
    await ada.sees('"type":"want"');
    await ada.send(control({ ...head, id: 1 }));
    await ada.send(block(1, bytes.subarray(0, MiB)));
    // Another client, and the same once more; what they send all the same is passed over.
    for (const [peer, id] of [[ben, 7], [ada, 8]] as const) {
      await peer.send(control({ ...put, id, exists }));
      await peer.sees(`"id":${id}`);
      assertMatch(peer.received, /"type":"error".*somebody else is sending it right now/);
      await peer.send(control({ ...head, id }));
      await peer.send(block(id, bytes.subarray(MiB)));
    }
    await ada.send(block(1, bytes.subarray(MiB)));
    await ada.send(end(1, rootOf(bytes)));
    await ada.sees('"type":"saved"');
    assertEquals(shared.names(), ["data.bin"]);
    assertSame(shared.read("data.bin"), bytes);
    Deno.removeSync(shared.at("data.bin"));
    await ada.close();
    await ben.close();
  }
});

Deno.test("an upload whose client vanishes is free for the next client, who goes on", async () => {
  using shared = new Folder();
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0", "--writable"]);
  const port = await server.port();
  const bytes = anyBytes(2 * MiB);
  using ada = await uploader(port);
  await ada.send(control({ type: "put", id: 1, name: "data.bin", size: bytes.length }));
  await ada.sees('"type":"want"');
  await ada.send(control({ type: "file", id: 1, name: "", size: bytes.length, from: 0 }));
  await ada.send(block(1, bytes.subarray(0, MiB)));
  await ada.endSending();
  await ada.sawEnd();
  await ada.close();
  using ben = await uploader(port);
  for (let id = 1; !ben.received.includes('"type":"want"'); id++) {
    assert(id < 1000, "the server never noticed");
    await ben.send(control({ type: "put", id, name: "data.bin", size: bytes.length }));
    await ben.sees(`"id":${id}`);
  }
  assertMatch(ben.received, /"type":"want","id":\d+,"from":1,/);
  await ben.close();
});
