/**
 * Faults that are too heavy for CI: `deno run -A bench/faults.ts [PART...]`, all parts unless some are
 * named. Each prints what it found, and fails with 1 when something does not hold (Linux).
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { control, hello } from "../tests/support/native.ts";
import { Program } from "../tests/support/program.ts";
import { numbersFrom } from "../tests/hostile/support/hostile_names.ts";
import { Killing } from "../tests/hostile/support/killing.ts";
import { Meter } from "../tests/hostile/support/meter.ts";

const MiB = 1024 * 1024;
const MOST_MEMORY = 150 * MiB;

const PARTS: Record<string, () => Promise<void>> = {
  "sparse": sparse,
  "slow-readers": slowReaders,
  "deaf": deaf,
  "many": many,
  "kill": kill,
};

/** A folder that is removed at the end. */
class Room implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "lab-" });

  /** A file of zeros that takes no place. */
  async sparse(name: string, size: number): Promise<void> {
    using file = await Deno.open(`${this.path}/${name}`, { create: true, write: true });
    await file.truncate(size);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** 5 GiB are fetched; the client is killed at 90 % of them, and goes on. */
async function sparse(): Promise<void> {
  const size = 5 * 1024 * MiB;
  using shared = new Room();
  using desk = new Room();
  await shared.sparse("sparse.bin", size);
  await using server = serve(shared.path);
  const port = await server.port();
  const start = performance.now();
  const whole = await get(port, desk.path, ["sparse.bin"]);
  const seconds = (performance.now() - start) / 1000;
  say(`get of 5 GiB: ${seconds.toFixed(1)} s, ${(size / MiB / seconds).toFixed(0)} MiB/s`);
  say(`  most memory: client ${inMiB(whole.memory)}, server ${inMiB(mostMemory(server))}`);
  assertEquals([whole.code, Deno.statSync(`${desk.path}/sparse.bin`).size], [0, size]);
  assert(whole.memory < MOST_MEMORY && mostMemory(server) < MOST_MEMORY);
  Deno.removeSync(`${desk.path}/sparse.bin`);

  const act = () => client.signal("SIGKILL");
  await using meter = new Meter(port, { at: 0.9 * size, act });
  const args = ["get", `127.0.0.1:${meter.port}`, "sparse.bin", "-q"];
  await using client: Program = Program.labwire(args, { cwd: desk.path });
  await client.ended();
  const { code, stdout } = await get(port, desk.path, ["sparse.bin"]);
  assertEquals(code, 0);
  const { fetched, hashed } = JSON.parse(stdout.split("\n")[0]);
  const share = (100 * fetched / size).toFixed(2);
  say(`killed at 90 %, gone on with: ${share} % fetched, ${hashed} bytes hashed of ${fetched}`);
  assert(fetched <= 0.11 * size && hashed === fetched);
}

/** 50 readers who take 64 KiB every 100 ms. */
async function slowReaders(): Promise<void> {
  using shared = new Room();
  await shared.sparse("large.bin", 1024 * MiB);
  for (const how of ["native", "HTTP"]) {
    await using server = serve(shared.path);
    const port = await server.port();
    const before = mostMemory(server);
    const readers = Array.from({ length: 50 }, async () => {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      const buffer = new Uint8Array(65536);
      if (how === "native") {
        await conn.write(hello());
        await conn.read(buffer);
        await conn.write(control({ type: "command", name: "get", argument: "large.bin", id: 1 }));
      } else {
        await conn.write(
          new TextEncoder().encode("GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        );
      }
      for (let i = 0; i < 100; i++) {
        assert(await conn.read(buffer) !== null, "a slow reader was let go");
        await wait(100);
      }
    });
    await Promise.all(readers);
    const most = mostMemory(server);
    say(`50 slow readers over ${how}: most memory ${inMiB(most)}, ${inMiB(before)} before`);
    assert(most < 2 * MOST_MEMORY);
  }
}

/** A client that stops reading is let go, and so is one that stops in the middle of an upload. */
async function deaf(): Promise<void> {
  using shared = new Room();
  await shared.sparse("large.bin", 1024 * MiB);
  await using server = serve(shared.path, "--writable");
  const port = await server.port();
  const stop = async (what: string, request: Uint8Array) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(hello());
    await conn.read(new Uint8Array(1000));
    const open = descriptors(server);
    await conn.write(request);
    const start = performance.now();
    await until(() => descriptors(server) > open);
    await until(() => descriptors(server) < open);
    say(`${what}: let go after ${((performance.now() - start) / 1000).toFixed(0)} s`);
  };
  await stop(
    "get, and nothing is read",
    control(
      { type: "command", name: "get", argument: "large.bin", id: 1 },
    ),
  );
  await stop(
    "put, and nothing is sent",
    control(
      { type: "put", id: 1, name: "new.bin", size: 5 * MiB },
    ),
  );
}

/** 10,000 files are fetched and put. */
async function many(): Promise<void> {
  using shared = new Room();
  using desk = new Room();
  Deno.mkdirSync(`${shared.path}/many`);
  for (let i = 0; i < 10_000; i++) Deno.writeTextFileSync(`${shared.path}/many/${i}.txt`, `${i}`);
  await using server = serve(shared.path, "--writable");
  const port = await server.port();
  let start = performance.now();
  const got = await get(port, desk.path, ["-r", "many"]);
  assertEquals([got.code, [...Deno.readDirSync(`${desk.path}/many`)].length], [0, 10_000]);
  say(`get -r of 10,000 files: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  say(`  most memory: client ${inMiB(got.memory)}, server ${inMiB(mostMemory(server))}`);
  start = performance.now();
  const args = ["put", `127.0.0.1:${port}`, "-r", "many", "--into", "back", "-q"];
  const put = await measured(args, desk.path);
  assertEquals([put.code, [...Deno.readDirSync(`${shared.path}/back/many`)].length], [0, 10_000]);
  say(`put -r of 10,000 files: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  say(`  most memory: client ${inMiB(put.memory)}, server ${inMiB(mostMemory(server))}`);
}

/** 200 rounds of kill -9; the test has 50 others. */
async function kill(): Promise<void> {
  const next = numbersFrom(Date.now());
  for (const verb of ["get", "put"] as const) {
    for (const victim of ["client", "server"] as const) {
      await using killing = await Killing.start({ verb, victim, size: 40 });
      for (let i = 0; i < 50; i++) {
        await killing.round(i % 5 === 0 ? 1 - next(300) / killing.total : next(10_000) / 10_000);
      }
      const { whole, absent } = killing.stood;
      say(`${verb}, ${victim} killed 50 times: whole ${whole}, absent ${absent}, wrong 0`);
    }
  }
}

function serve(folder: string, ...options: string[]): Program {
  return Program.labwire(["fileserver", folder, "127.0.0.1:0", ...options]);
}

async function get(port: number, cwd: string, paths: string[]) {
  return await measured(["get", `127.0.0.1:${port}`, "-q", "--json", ...paths], cwd);
}

/** Runs labwire to its end, however long; and the most memory that it held, looked at every 50 ms. */
async function measured(args: string[], cwd: string) {
  const root = new URL("../", import.meta.url).pathname;
  const executable = Deno.env.get("LABWIRE");
  const child = new Deno.Command(executable ?? Deno.execPath(), {
    args: executable ? args : ["run", "-A", "-c", `${root}deno.json`, `${root}main.ts`, ...args],
    cwd,
    stdout: "piped",
  }).spawn();
  let memory = 0;
  const timer = setInterval(() => memory = Math.max(memory, mostMemory(child)), 50);
  try {
    const { code, stdout } = await child.output();
    return { code, stdout: new TextDecoder().decode(stdout), memory };
  } finally {
    clearInterval(timer);
  }
}

/** VmHWM (proc(5)), in bytes; 0 for what has ended. */
function mostMemory({ pid }: { pid: number }): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function descriptors({ pid }: Program): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

async function until(holds: () => boolean): Promise<void> {
  const late = performance.now() + 150_000;
  while (!holds()) {
    assert(performance.now() < late, `not in 150 s: ${holds}`);
    await wait(100);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / MiB)} MiB`;
}

function say(line: string): void {
  // deno-lint-ignore no-console
  console.log(line);
}

for (const name of Deno.args.length > 0 ? Deno.args : Object.keys(PARTS)) {
  assert(name in PARTS, `no part "${name}": one of ${Object.keys(PARTS).join(", ")}`);
  await PARTS[name]();
}
