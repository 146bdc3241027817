/**
 * A hostile server: whatever it answers, only what was asked for is written, and only when it is whole.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Failure } from "../../lib/base/errors.ts";
import { FileClient } from "../../lib/files/client.ts";
import { Folder } from "../../lib/files/folder.ts";
import { getPaths } from "../../lib/files/get_paths.ts";
import { Connection } from "../../lib/net/connection.ts";
import { Program } from "../support/program.ts";
import { socketPair } from "../support/sockets.ts";
import { Fake, frame, welcome } from "../e2e/support/fake.ts";
import { type Answer, answerBadly, DATA, whole } from "./support/bad_server.ts";
import { BAD_ANSWERS } from "./support/bad_answers.ts";
import { Bait, entriesBelow } from "./support/bait.ts";
import { hostileNames, TOKENS } from "./support/hostile_names.ts";

const OPTIONS = ["", "--recursive", "--overwrite", "--rename", "--resume"] as const;
const MiB = 1024 * 1024;

/** A folder to save in, with files of its user's beside it and in it. */
class Desk implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "lab-" });
  readonly #before: Map<string, string>;

  /** `taken`: what the user has under the name that is asked for. */
  constructor(taken?: Uint8Array) {
    Deno.mkdirSync(`${this.path}/out/data`, { recursive: true });
    for (const name of [".bashrc", "notes.txt", "out/.bashrc", "out/notes.txt", "out/data/x"]) {
      Deno.writeTextFileSync(`${this.path}/${name}`, "MINE");
    }
    this.#before = entriesBelow(this.path);
    if (taken) Deno.writeFileSync(`${this.path}/out/data.bin`, taken);
  }

  /** What has come beside what was there, hidden parts left out; what was there is as it was. */
  come(): string[] {
    const come: string[] = [], now = entriesBelow(this.path);
    for (const path of now.keys()) {
      if (!this.#before.has(path) && !/^out\/\.data\.bin\.part(\.index)?$/.test(path)) {
        come.push(path);
        now.delete(path);
      } else if (!this.#before.has(path)) now.delete(path);
    }
    assertEquals(now, this.#before);
    return come;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** As a file system would be asked: the listing of a folder is refused, so it is taken for a file. */
function andNoFolder(answer: Answer): Answer {
  return (asked) =>
    asked.name === "list" ? [frame({ type: "error", id: asked.id, text: "no" })] : answer(asked);
}

/** Fetches in this process; the exit code, and what was said. */
async function fetchInto(
  path: string,
  asked: string,
  option: string,
  answer: Answer,
  recursive = option === "--recursive",
): Promise<[code: number, said: string[]]> {
  const [near, far] = await socketPair();
  const serving = answerBadly(far, answer).catch(() => {}).finally(() => far.close());
  const conn = new Connection(near);
  conn.speak("native");
  const said: string[] = [];
  let code = 0;
  try {
    using client = new FileClient(conn);
    await using target = await Folder.open(path);
    const exists = option === "--overwrite"
      ? "replace"
      : option === "--rename"
      ? "rename"
      : undefined;
    const how = { exists, resume: option === "--resume", recursive } as const;
    await getPaths(client, [asked], { target, ...how }, {
      progress() {},
      done() {},
      failed: (_, { line }) => {
        code = 1;
        said.push(line);
      },
    });
  } catch (error) {
    assert(error instanceof Failure, `${(error as Error).stack}`);
    code = error.exit;
    said.push(error.line);
  } finally {
    conn.close();
    await serving;
  }
  return [code, said];
}

for (const option of OPTIONS) {
  Deno.test(`a hostile server harms nothing of its client's, get ${option}`, async () => {
    const replaces = option === "--overwrite" || option === "--rename";
    for (const { what, code, words, answer } of BAD_ANSWERS) {
      using desk = new Desk(replaces ? new Uint8Array([7]) : undefined);
      const [ended, said] = await fetchInto(
        `${desk.path}/out`,
        "data.bin",
        option,
        andNoFolder(answer),
      );
      assertEquals(ended, code, `${what}: ${said}`);
      assertEquals(said.length, code === 0 ? 0 : 1, `${what}: ${said}`);
      const name = option === "--rename" ? "out/data (2).bin" : "out/data.bin";
      const come = desk.come();
      assertEquals(
        come,
        [...new Set([...(replaces ? ["out/data.bin"] : []), name])].filter(
          (each) => code === 0 || (replaces && each === "out/data.bin"),
        ).sort(),
        what,
      );
      if (code === 0) assertEquals(Deno.readFileSync(`${desk.path}/${name}`), DATA, what);
      if (replaces && !(code === 0 && option === "--overwrite")) {
        assertEquals(Deno.readFileSync(`${desk.path}/out/data.bin`).length, 1, what);
      }
      if (code === 1) assertMatch(said[0].replaceAll("\x1b", "␛").replace("\n", "␊"), words, what);
      else assertMatch(said.join(), words, what);
    }
  });
}

Deno.test("the client of a hostile server ends with the right code and one clear line", async () => {
  const one = async (number: number) => {
    const { what, code, words, answer } = BAD_ANSWERS[number];
    const option = OPTIONS[number % OPTIONS.length];
    const taken = option === "--resume" ? DATA.subarray(0, MiB + 5) : undefined;
    using desk = new Desk(taken);
    await using fake = new Fake(async (conn) => {
      await welcome(conn);
      await answerBadly(conn, andNoFolder(answer));
    });
    const args = ["get", `127.0.0.1:${fake.port}`, "data.bin", "-o", "out", "-q"];
    const options = { cwd: desk.path };
    await using client = Program.labwire([...args, ...(option ? [option] : [])], options);
    const ended = await client.ended();
    assertEquals([ended.code, ended.stdout], [code, ""], `${what}: ${ended.stderr}`);
    assertMatch(ended.stderr, code === 0 ? /^$/ : /^labwire: Cannot [^\n]+\n$/, what);
    if (code !== 0) assertMatch(ended.stderr, words, what);
    const come = desk.come();
    assertEquals(come, code === 0 || taken ? ["out/data.bin"] : [], what);
    const there = code === 0 ? DATA : taken;
    if (there) assertEquals(Deno.readFileSync(`${desk.path}/out/data.bin`), there, what);
  };
  const lanes = [0, 1, 2].map(async (lane) => {
    for (let i = lane; i < BAD_ANSWERS.length; i += 3) await one(i);
  });
  await Promise.all(lanes);
});

Deno.test("a server that sends nothing more is left after --timeout, with 6", async () => {
  const silences: Answer[] = [
    () => [],
    ({ id }) => [frame({ type: "file", id, name: "data.bin", size: 5, from: 0 })],
    ({ id }) => whole(id, DATA.subarray(0, MiB)).slice(0, 2),
  ];
  await Promise.all(silences.map(async (answer) => {
    using desk = new Desk();
    await using fake = new Fake(async (conn) => {
      await welcome(conn);
      await answerBadly(conn, answer);
    });
    const args = ["get", `127.0.0.1:${fake.port}`, "data.bin", "-o", "out", "-q"];
    await using client = Program.labwire([...args, "--timeout", "300ms"], { cwd: desk.path });
    const { code, stderr } = await client.ended();
    assertEquals([code, stderr], [6, "labwire: Cannot go on: nothing moved for too long\n"]);
    assertEquals(desk.come(), []);
  }));
});

const NAMES = hostileNames({ depth: 2, sampled: 300 });

for (const option of OPTIONS.slice(1)) {
  Deno.test(`no name that a server lists is written outside the folder, get -r ${option}`, async () => {
    using bait = new Bait();
    const evil = new TextEncoder().encode("EVIL");
    const answer: Answer = ({ name, id, argument = "" }) => {
      if (name !== "list") return whole(id, evil, argument);
      // Files and folders in turns at the top, and some of both in each folder.
      const depth = argument.split("/").length;
      const names = argument === "." ? NAMES : depth < 2 ? TOKENS : [];
      const entries = names.map((name, i) => ({ name, modified: 1, size: i % 2 ? 4 : undefined }));
      return [frame({ type: "listing", id, entries, more: false })];
    };
    const recursive = async (path: string) => {
      const [code, said] = await fetchInto(path, ".", option, answer, true);
      assertEquals(code, 1);
      assert(said.length > 500, `${said.length} of the names were refused`);
    };
    await recursive(bait.share);
    bait.check({ replaced: option === "--overwrite" });
    assert(entriesBelow(bait.share).values().some((what) => what === "file: EVIL"));
  });
}
