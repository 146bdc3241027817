import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { AuditLog } from "../../commands/shared/audit_log.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import type { Event } from "../../lib/base/events.ts";
import type { AuditEvent } from "../../lib/base/log.ts";
import { contextOf } from "../support/context.ts";
import { Folder } from "../support/folder.ts";

const ADA = { origin: "192.0.2.7:1", name: "Ada", number: 7 };

/** An event that is told from others by its name. */
function left(name: string): AuditEvent {
  return { event: "left", ...ADA, name };
}

async function eventsOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(path);
  assert(text === "" || text.endsWith("\n"));
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

Deno.test("each event is a JSON object in a line of its own, with its time in UTC", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, contextOf());
  audit.write({ event: "joined", ...ADA, role: undefined });
  audit.write(left("Ada"));
  const [joined, gone] = await eventsOf(path);
  assertMatch(String(joined.at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(Object.keys(joined), ["v", "event", "at", "origin", "name", "number"]);
  assertEquals([joined.v, gone.event, gone.number], [1, "left", 7]);
});

Deno.test("whatever a peer put into it stays in its line, harmless, and loses nothing", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, contextOf());
  const name = 'Eve\n{"event":"joined"}\u2028\x1b[2J\u202e\x85"\\\ud800';
  audit.write({ event: "refused", origin: "192.0.2.7:1", code: "name", reason: name });
  const text = await Deno.readTextFile(path);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/.test(text), JSON.stringify(text));
  const [event, ...more] = await eventsOf(path);
  assertEquals([event.reason, more], [name, []]);
});

Deno.test("with or without a file, programs that listen are told the same", async () => {
  await using folder = await Folder.make({});
  for (const path of [undefined, `${folder.path}/audit`]) {
    const told: Event[] = [];
    using audit = new AuditLog(path, { ...contextOf(), emit: (event) => told.push(event) });
    audit.write(left("Ada"));
    assertEquals(told, [left("Ada")]);
  }
});

Deno.test("what is there already stays, and several may append to a file", async () => {
  await using folder = await Folder.make({ audit: '{"name":"old"}\n' });
  const path = `${folder.path}/audit`;
  using one = new AuditLog(path, contextOf());
  using other = new AuditLog(path, contextOf());
  for (let i = 0; i < 10; i++) (i % 2 ? one : other).write(left(`${i}`));
  const events = (await eventsOf(path)).map(({ name }) => name);
  assertEquals(events, ["old", ..."0123456789"]);
});

Deno.test("a file that was moved away is made anew once it is reopened, and nothing is lost", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, contextOf());
  audit.write(left("before"));
  await Deno.rename(path, `${path}.1`);
  audit.write(left("between"));
  audit.reopen();
  audit.write(left("after"));
  const moved = (await eventsOf(`${path}.1`)).map(({ name }) => name);
  assertEquals(moved, ["before", "between"]);
  assertEquals((await eventsOf(path)).map(({ name }) => name), ["after"]);
  assertEquals(folder.open(), ["audit"]);
});

Deno.test("a file that is made is its owner's alone", async () => {
  await using folder = await Folder.make({});
  const path = `${folder.path}/audit`;
  using _audit = new AuditLog(path, contextOf());
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("a file that cannot be opened is a mistake of usage; later, the old one goes on", async () => {
  await using folder = await Folder.make({});
  const bad = `${folder.path}/nowhere/audit`;
  const error = assertThrows(() => new AuditLog(bad, contextOf()), Failure, "Cannot append to");
  assertEquals(error.exit, Exit.usage);
  const path = `${folder.path}/audit`;
  using audit = new AuditLog(path, contextOf());
  await Deno.rename(path, `${path}.1`);
  await Deno.mkdir(path);
  assertThrows(() => audit.reopen(), Failure, "Cannot append to");
  audit.write(left("still here"));
  assertEquals((await eventsOf(`${path}.1`))[0].name, "still here");
});

Deno.test("a disk that is full is told once, and once more when it is full again", () => {
  const context = contextOf();
  using audit = new AuditLog("/dev/full", context);
  for (let i = 0; i < 3; i++) audit.write(left("Ada"));
  assertEquals(context.lines.length, 1);
  assertMatch(context.lines[0], /^Cannot write to the audit log: .*[Nn]o space/);
});

Deno.test("without a file nothing is written, and nothing is wrong", () => {
  const audit = new AuditLog(undefined, { log: () => assert(false) });
  audit.write(left("Ada"));
  audit.reopen();
  audit[Symbol.dispose]();
  audit[Symbol.dispose]();
});
