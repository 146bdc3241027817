/**
 * A disk that is full, at either side: one clear line, nothing under the file's name, and the server
 * goes on for everybody else.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { only } from "../support/events.ts";
import { type Ended, Program } from "../support/program.ts";
import { anyBytes, Folder } from "../e2e/support/lab.ts";

const MiB = 1024 * 1024;
const BIG = anyBytes(24 * MiB);

/** Runs what follows with files of at most 8 MiB (POSIX: units of 512 bytes), which is an error, no signal. */
const BOUNDED = ['trap "" XFSZ; ulimit -f 16384; exec "$@"', "sh"];

/** Runs what follows with a disk of 8 MiB of its own at a folder; without privileges (Linux). */
function onSmallDisk(path: string): string[] {
  return [`mount -t tmpfs -o size=8m none '${path}' && cd '${path}' && exec "$@"`, "sh"];
}

/** labwire behind a shell. */
function labwire(before: string[], args: string[], cwd: string, ownDisk = false): Program {
  const executable = Deno.env.get("LABWIRE");
  const root = new URL("../../", import.meta.url).pathname;
  const command = executable
    ? [executable]
    : [Deno.execPath(), "run", "-A", "-c", `${root}deno.json`, `${root}main.ts`];
  const shell = ["-c", ...before, ...command, ...args];
  return ownDisk
    ? Program.start("unshare", ["-rm", "sh", ...shell], { cwd })
    : Program.start("sh", shell, { cwd });
}

async function portOf(server: Program): Promise<number> {
  return Number((await server.sees(/listening on \S*:(\d+)\n/, "stderr"))[1]);
}

async function run(args: string[], cwd: string): Promise<Ended> {
  await using client = Program.labwire(args, { cwd });
  return await client.ended();
}

/** Whether this user may have a disk of their own. */
function mayMount(): boolean {
  if (Deno.build.os !== "linux") return false;
  const script = "mount -t tmpfs -o size=8m none /mnt";
  try {
    return new Deno.Command("unshare", { args: ["-rm", "sh", "-c", script] }).outputSync().success;
  } catch {
    return false; // there is no such program
  }
}

const WAYS = [
  { what: "files bounded", ownDisk: false, ignore: Deno.build.os === "windows" },
  { what: "a small disk", ownDisk: true, ignore: !mayMount() },
];

for (const { what, ownDisk, ignore } of WAYS) {
  const words = ownDisk ? /the disk is full/ : /it is too large for the disk/;

  Deno.test({
    name: `get onto a full disk ends with one line and without the file (${what})`,
    ignore,
    async fn() {
      using shared = new Folder({ "big.bin": BIG, "small.txt": "small\n" });
      using desk = new Folder();
      await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0"]);
      const address = `127.0.0.1:${await server.port()}`;
      const before = ownDisk ? onSmallDisk(desk.path) : BOUNDED;
      await using client = labwire(before, ["get", address, "big.bin", "-q"], desk.path, ownDisk);
      const { code, stdout, stderr } = await client.ended();
      assertEquals([code, stdout], [1, ""], stderr);
      assertMatch(stderr, /^labwire: Cannot save "big\.bin": [^\n]+\n$/);
      assertMatch(stderr, words);
      assertEquals(desk.names().filter((name) => !name.startsWith(".")), []);
      // With room again, what had come is gone on with; a disk of its own went with its process.
      const again = await run(["get", address, "big.bin", "-q", "--json"], desk.path);
      assertEquals(again.code, 0, again.stderr);
      assert(ownDisk || only("file", again).fetched! < BIG.length, again.stdout);
      assertEquals(desk.names(), ["big.bin"]);
      assert(desk.read("big.bin").every((byte, i) => byte === BIG[i]));
    },
  });

  Deno.test({
    name: `put onto a full disk is refused in one line, and the server goes on (${what})`,
    ignore,
    async fn() {
      using shared = new Folder();
      using desk = new Folder({ "big.bin": BIG, "small.txt": "small\n" });
      const serve = ["fileserver", shared.path, "127.0.0.1:0", "--writable"];
      const before = ownDisk ? onSmallDisk(shared.path) : BOUNDED;
      await using server = labwire(before, serve, desk.path, ownDisk);
      const address = `127.0.0.1:${await portOf(server)}`;
      const { code, stdout, stderr } = await run(["put", address, "big.bin", "-q"], desk.path);
      assertEquals([code, stdout], [1, ""], stderr);
      assertMatch(stderr, /^labwire: Cannot put "big\.bin": Cannot save "big\.bin": [^\n]+\n$/);
      assertMatch(stderr, words);
      const listed = await run(["ls", address], desk.path);
      assertEquals([listed.code, listed.stdout], [0, ""], listed.stderr);
      if (ownDisk) return; // the part has all of it, until somebody removes it
      const small = await run(["put", address, "small.txt", "-q"], desk.path);
      assertEquals(small.code, 0, small.stderr);
      assertEquals(shared.names().filter((name) => !name.startsWith(".")), ["small.txt"]);
    },
  });
}
