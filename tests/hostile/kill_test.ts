/**
 * Kill -9 of either side, at any moment: a file is right or absent, never wrong, and the next try
 * goes on with what is there.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { only, toldBy } from "../support/events.ts";
import { Program } from "../support/program.ts";
import { anyBytes, Folder } from "../e2e/support/lab.ts";
import { numbersFrom } from "./support/hostile_names.ts";
import { Killing, type Plan } from "./support/killing.ts";
import { Meter } from "./support/meter.ts";

const MiB = 1024 * 1024;

/** Fifty rounds in all; the file has records of its blocks from 16 MiB on. */
const PLANS: [rounds: number, Plan][] = [
  [13, { verb: "get", victim: "client", size: 40 }],
  [12, { verb: "get", victim: "server", size: 40 }],
  [13, { verb: "put", victim: "client", size: 40 }],
  [12, { verb: "put", victim: "server", size: 40 }],
];

for (const [rounds, plan] of PLANS) {
  const { verb, victim } = plan;
  Deno.test(`${verb} with its ${victim} killed leaves the file right or absent, and goes on`, async () => {
    const next = numbersFrom(plan.size + rounds + verb.length * victim.length);
    await using killing = await Killing.start(plan);
    // At the first bytes, at the last ones, where the file gets its name, and anywhere.
    const moments = [0, 1, ...[0, 1, 2].map(() => 1 - next(300) / killing.total)];
    while (moments.length < rounds) moments.push(next(10_000) / 10_000);
    for (const moment of moments) await killing.round(moment);
    const { whole, absent } = killing.stood;
    assertEquals(whole + absent, rounds);
    assert(absent > rounds / 4, `whole ${whole}, absent ${absent}`);
  });
}

Deno.test("get that was cut at 90 % fetches at most 11 %, and hashes nothing of the rest again", async () => {
  const bytes = anyBytes(64 * MiB + 17);
  using shared = new Folder({ "data.bin": bytes });
  using desk = new Folder();
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0"]);
  const port = await server.port();
  await using meter: Meter = new Meter(port, { at: 0.9 * bytes.length, act: () => meter.cut() });
  const get = async (port: number) => {
    const args = ["get", `127.0.0.1:${port}`, "data.bin", "--json", "-q"];
    await using client = Program.labwire(args, { cwd: desk.path });
    return await client.ended();
  };
  const first = await get(meter.port);
  assertEquals([first.code, toldBy(first)], [5, []], first.stderr);
  assertEquals(desk.names(), [".data.bin.part", ".data.bin.part.index"]);
  const ended = await get(port);
  const { code, stdout, stderr } = ended;
  assertEquals(code, 0, stderr);
  const { size, fetched, hashed } = only("file", ended);
  assertEquals(size, bytes.length);
  assert(fetched! <= 0.11 * size && hashed === fetched, stdout);
  assertEquals(desk.names(), ["data.bin"]);
  assert(desk.read("data.bin").every((byte, i) => byte === bytes[i]));
});

Deno.test("put that was cut at 90 % sends at most 11 % again", async () => {
  const bytes = anyBytes(64 * MiB + 17);
  using shared = new Folder();
  using desk = new Folder({ "data.bin": bytes });
  await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0", "--writable"]);
  const port = await server.port();
  await using meter: Meter = new Meter(port, { at: 0.9 * bytes.length, act: () => meter.cut() });
  const put = async (port: number) => {
    const args = ["put", `127.0.0.1:${port}`, "data.bin", "--json", "-q"];
    await using client = Program.labwire(args, { cwd: desk.path });
    return await client.ended();
  };
  const first = await put(meter.port);
  assertEquals([first.code, toldBy(first)], [5, []], first.stderr);
  const ended = await put(port);
  const { code, stdout, stderr } = ended;
  assertEquals(code, 0, stderr);
  const { size, sent } = only("file", ended);
  assert(size === bytes.length && sent! <= 0.11 * size, stdout);
  assertEquals(shared.names(), ["data.bin"]);
  assert(shared.read("data.bin").every((byte, i) => byte === bytes[i]));
});
