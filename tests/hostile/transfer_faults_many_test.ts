/**
 * Folders and listings that are larger than anybody expects.
 *
 * @module
 */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { type Ended, Program } from "../support/program.ts";
import { Folder } from "../e2e/support/lab.ts";
import { Fake, frame, welcome } from "../e2e/support/fake.ts";
import { concat } from "../support/feed.ts";
import { answerBadly } from "./support/bad_server.ts";
import { residentBytes } from "./support/attack.ts";

const MiB = 1024 * 1024;
const NAMES = Array.from({ length: 10_000 }, (_, i) => `file ${`${i}`.padStart(5, "0")} é.txt`);

/** Each of these is synced: bench/faults.ts fetches all of them. */
const FETCHED = NAMES.slice(0, 2000);

async function run(args: string[], cwd?: string): Promise<Ended> {
  await using client = Program.labwire(args, { cwd });
  return await client.ended();
}

/** A folder in memory, where there can be one: each file is synced. */
function memoryFolder(): string {
  try {
    return Deno.makeTempDirSync({ dir: "/dev/shm", prefix: "lab-" });
  } catch {
    return Deno.makeTempDirSync({ prefix: "lab-" });
  }
}

Deno.test("a folder of 10,000 files is listed in every way, and one of 2,000 is fetched", async () => {
  using shared = new Folder(Object.fromEntries([
    ...NAMES.map((name, i) => [`many/${name}`, `${i}`]),
    ...FETCHED.map((name, i) => [`some/${name}`, `${i}`]),
  ]));
  await using stack = new AsyncDisposableStack();
  const desk = stack.adopt(memoryFolder(), (path) => Deno.removeSync(path, { recursive: true }));
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0"]);
  const port = await server.port();
  const address = `127.0.0.1:${port}`;
  const before = residentBytes(server);

  const listed = await run(["ls", address, "many"]);
  assertEquals([listed.code, listed.stderr], [0, ""]);
  assertEquals(listed.stdout, NAMES.map((name) => `${name}\n`).join(""));

  using peer = await Peer.connect(port);
  await peer.send("/list many\n");
  const [text, shown, more] = /^((?:many\/.*\n)+)… and (\d+) more\n$/.exec(
    await peer.sees(/ more\n$/),
  )!;
  assertEquals(shown.split("\n").length - 1 + Number(more), NAMES.length, text.slice(-100));
  await peer.close();

  const headers = { Accept: "application/json" };
  const json = await fetch(`http://${address}/many/`, { headers });
  assertEquals((await json.json()).map(({ name }: { name: string }) => name), NAMES);
  const page = await (await fetch(`http://${address}/many/`)).text();
  assertEquals(page.match(/<a href="\.\/file/g)?.length, NAMES.length);

  const got = await run(["get", address, "-r", "some", "-q"], desk);
  assertEquals([got.code, got.stderr, got.stdout], [0, "", ""]);
  assertEquals(Array.from(Deno.readDirSync(`${desk}/some`), ({ name }) => name).sort(), FETCHED);
  for (const i of [0, 1000, 1999]) {
    assertEquals(Deno.readTextFileSync(`${desk}/some/${NAMES[i]}`), `${i}`);
  }
  assertLess(residentBytes(server) - before, 150 * MiB);
});

/** Listings that never say that they are over. */
const ENDLESS: Record<string, Record<string, unknown>[]> = {
  "of names": Array.from({ length: 10_000 }, (_, i) => ({ name: `${i}`, modified: 0 })),
  "of nothing": [],
  "of unsafe names": Array.from({ length: 10_000 }, () => ({ name: "..", modified: 0 })),
  "of long names": [{ name: "x".repeat(MiB - 1000), modified: 0 }],
};

for (const [what, entries] of Object.entries(ENDLESS)) {
  Deno.test(`a listing ${what} that never ends is left`, async () => {
    using desk = new Folder();
    await using fake = new Fake(async (conn) => {
      await welcome(conn);
      await answerBadly(conn, function* ({ id }) {
        const one = frame({ type: "listing", id, entries, more: true });
        // Many in a write, so that it is the client that has the work.
        const some = concat(Array(Math.ceil(MiB / one.length)).fill(one));
        for (;;) yield some;
      });
    });
    const address = `127.0.0.1:${fake.port}`;
    for (const args of [["ls", address], ["get", address, "-r", "."]]) {
      const { code, stdout, stderr } = await run(args, desk.path);
      assertEquals([code, stdout], [5, ""], stderr);
      assertMatch(stderr, /^labwire: Cannot list "\.?": it does not end\n$/);
      assertEquals(desk.names(), []);
    }
  });
}

Deno.test("a folder that holds itself without end is left", async () => {
  using desk = new Folder();
  let asked = 0;
  await using fake = new Fake(async (conn) => {
    await welcome(conn);
    await answerBadly(conn, ({ id }) => {
      asked++;
      const entries = [{ name: "deeper", modified: 0 }, { name: ".", modified: 0 }];
      return [frame({ type: "listing", id, entries, more: false })];
    });
  });
  const { code, stderr } = await run(["get", `127.0.0.1:${fake.port}`, "-r", ".", "-q"], desk.path);
  assertEquals(code, 1, stderr);
  assertMatch(stderr, /it lies too deep/);
  assert(asked < 100, `${asked}`);
});
