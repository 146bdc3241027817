/**
 * A hostile participant, or a hostile room, offers files: none is written anywhere but in the chosen
 * folder, and none over another.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { Failure } from "../../lib/base/errors.ts";
import { FileClient } from "../../lib/files/client.ts";
import { Folder } from "../../lib/files/folder.ts";
import { takeFile } from "../../lib/files/pass_files.ts";
import { Connection } from "../../lib/net/connection.ts";
import { Program } from "../support/program.ts";
import { socketPair } from "../support/sockets.ts";
import { Fake, frame, readTo, writeAll } from "../e2e/support/fake.ts";
import { type Answer, answerBadly, whole } from "./support/bad_server.ts";
import { BAD_ANSWERS } from "./support/bad_answers.ts";
import { Bait } from "./support/bait.ts";
import { hostileNames } from "./support/hostile_names.ts";

const NAMES = hostileNames({ depth: 2, sampled: 1500 });
const EVIL = new TextEncoder().encode("EVIL");

/** Takes a file that was offered under `name`; the name it got, or why it was not taken. */
async function take(folder: string, name: string, answer: Answer): Promise<Failure | string[]> {
  const [near, far] = await socketPair();
  const serving = answerBadly(far, answer).catch(() => {}).finally(() => far.close());
  const conn = new Connection(near);
  conn.speak("native");
  try {
    using client = new FileClient(conn);
    await using target = await Folder.open(folder);
    const saved: string[] = [];
    const done = ({ name }: { name: string }) => void saved.push(name);
    await takeFile(client, target, name, { progress() {}, done, failed() {} });
    return saved;
  } catch (error) {
    assert(error instanceof Failure, `${(error as Error).stack}`);
    return error;
  } finally {
    conn.close();
    await serving;
  }
}

/** As `passFile` does, whatever is wanted; the verdict is not answered. */
const giving: Answer = ({ type, id }) => type === "want" ? whole(id, EVIL, "../x") : [];

Deno.test("no name that is offered is written outside the folder, or over what is there", async () => {
  using bait = new Bait();
  let saved = 0;
  for (const name of NAMES) {
    const got = await take(bait.share, name, giving);
    if (got instanceof Failure) continue;
    saved++;
    assertEquals(Deno.readTextFileSync(`${bait.share}/${got[0]}`), "EVIL");
    assert(got[0] !== "inside.txt" && !got[0].includes("/"), got[0]);
  }
  assert(saved > 5 && saved < NAMES.length / 2, `${saved} of ${NAMES.length} were taken`);
  bait.check();
  assertMatch(Deno.readTextFileSync(`${bait.share}/inside.txt`), /^PUBLIC/);
});

Deno.test("an offered file that is not what was announced is not kept", async () => {
  for (const { what, code, answer } of BAD_ANSWERS.filter(({ code }) => code !== 0)) {
    using bait = new Bait();
    const bad: Answer = (asked) => asked.type === "want" ? answer(asked) : [];
    const got = await take(bait.share, "inside.txt", bad);
    assert(got instanceof Failure, `${what}: ${got}`);
    assertEquals(got.exit, code, what);
    const names = Array.from(Deno.readDirSync(bait.share), ({ name }) => name);
    assertEquals(names.filter((name) => name.startsWith("inside")), ["inside.txt"], what);
    assertMatch(Deno.readTextFileSync(`${bait.share}/inside.txt`), /^PUBLIC/);
  }
});

Deno.test("connect --accept-files takes what a hostile room offers into its folder, or not at all", async () => {
  const offered = ["../evil.txt", ".bashrc", "/tmp/evil.txt", "a\\b", "x\x1b[2J", "notes.txt", ""];
  using bait = new Bait();
  Deno.writeTextFileSync(`${bait.share}/notes.txt`, "PUBLIC");
  let second = 0;
  await using room = new Fake(async (conn) => {
    const hello = await readTo(conn, "}");
    const welcome = { type: "welcome", version: 1, name: "Ada", mode: "chat", features: ["files"] };
    await writeAll(conn, frame(welcome));
    if (hello.includes('"relay"')) {
      second++;
      return await answerBadly(conn, giving);
    }
    for (const [i, name] of offered.entries()) {
      const id = i + 1;
      await writeAll(conn, frame({ type: "offer", id, name, size: EVIL.length, from: "Eve" }));
      await readTo(conn, `${id}`);
      await writeAll(conn, frame({ type: "ticket", id, ticket: `t${id}`, peer: "Eve" }));
    }
    await writeAll(conn, frame({ type: "ticket", id: 99, ticket: "t", peer: "Eve" })); // unasked
    await readTo(conn, "its end");
  });
  const args = ["connect", `127.0.0.1:${room.port}`, "--accept-files", bait.share];
  await using client = Program.labwire(args, { cwd: bait.share });
  await client.sees(/notes \(2\)\.txt/, "stderr");
  await client.sees(/not offered/, "stderr");
  await client.endInput();
  const { stdout, stderr } = await client.ended();
  assertEquals(Deno.readTextFileSync(`${bait.share}/notes (2).txt`), "EVIL");
  assertEquals(Deno.readTextFileSync(`${bait.share}/notes.txt`), "PUBLIC");
  bait.check();
  assert(second > 0);
  // deno-lint-ignore no-control-regex
  assertNotMatch(stdout + stderr, /\x1b|\.ts:\d|error:/);
});
