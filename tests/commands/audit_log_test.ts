import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { AuditLog } from "../../commands/shared/audit_log.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { Folder } from "../support/folder.ts";

async function eventsOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(path);
  assert(text === "" || text.endsWith("\n"));
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

Deno.test("each event is a JSON object in a line of its own, with its time in UTC", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, () => {});
  audit.write({ event: "joined", name: "Ada", origin: "192.0.2.7:1" });
  audit.write({ event: "left", name: "Ada", messages: 7, gone: undefined });
  const [joined, left] = await eventsOf(path);
  assertMatch(String(joined.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(Object.keys(joined), ["time", "event", "name", "origin"]);
  assertEquals([left.event, left.messages, "gone" in left], ["left", 7, false]);
});

Deno.test("whatever a peer put into it stays in its line, harmless, and loses nothing", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, () => {});
  const name = 'Eve\n{"event":"joined"}\u2028\x1b[2J\u202e\x85"\\\ud800';
  audit.write({ event: "refused", reason: name, [name]: 1 });
  const text = await Deno.readTextFile(path);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/.test(text), JSON.stringify(text));
  const [event, ...more] = await eventsOf(path);
  assertEquals([event.reason, event[name], more], [name, 1, []]);
});

Deno.test("an event does not set its own time's place: the time comes first, and is one", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, () => {});
  audit.write({ event: "joined" });
  assertMatch(await Deno.readTextFile(path), /^\{"time":"[^"]+","event":"joined"\}\n$/);
});

Deno.test("what is there already stays, and several may append to a file", async () => {
  await using folder = await Folder.make({ audit: '{"event":"old"}\n' });
  const path = `${folder.path}/audit`;
  using one = new AuditLog(path, () => {});
  using other = new AuditLog(path, () => {});
  for (let i = 0; i < 10; i++) (i % 2 ? one : other).write({ event: `${i}` });
  const events = (await eventsOf(path)).map(({ event }) => event);
  assertEquals(events, ["old", ..."0123456789"]);
});

Deno.test("a file that was moved away is made anew once it is reopened, and nothing is lost", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, () => {});
  audit.write({ event: "before" });
  await Deno.rename(path, `${path}.1`);
  audit.write({ event: "between" });
  audit.reopen();
  audit.write({ event: "after" });
  const moved = (await eventsOf(`${path}.1`)).map(({ event }) => event);
  assertEquals(moved, ["before", "between"]);
  assertEquals((await eventsOf(path)).map(({ event }) => event), ["after"]);
  assertEquals(folder.open(), ["audit"]);
});

Deno.test("a file that is made is its owner's alone", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using _audit = new AuditLog(path, () => {});
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("a file that cannot be opened is a mistake of usage; later, the old one goes on", async () => {
  await using folder = await Folder.make({});
  const bad = `${folder.path}/nowhere/audit`;
  const error = assertThrows(() => new AuditLog(bad, () => {}), Failure, "Cannot append to");
  assertEquals(error.exit, Exit.usage);
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, () => {});
  await Deno.rename(path, `${path}.1`);
  await Deno.mkdir(path);
  assertThrows(() => audit.reopen(), Failure, "Cannot append to");
  audit.write({ event: "still here" });
  assertEquals((await eventsOf(`${path}.1`))[0].event, "still here");
});

Deno.test("a disk that is full is told once, and once more when it is full again", () => {
  const log: string[] = [];
  using audit = new AuditLog("/dev/full", (line) => log.push(line));
  for (let i = 0; i < 3; i++) audit.write({ event: "joined" });
  assertEquals(log.length, 1);
  assertMatch(log[0], /^Cannot write to the audit log: .*[Nn]o space/);
});

Deno.test("without a file nothing is written, and nothing is wrong", () => {
  const audit = new AuditLog(undefined, () => assert(false));
  audit.write({ event: "joined" });
  audit.reopen();
  audit[Symbol.dispose]();
  audit[Symbol.dispose]();
});
