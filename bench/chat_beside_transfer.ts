/**
 * How long a message takes in a room, while nothing else happens and while a large file passes.
 *
 * @module
 */

import { fillRandom } from "./file_race.ts";
import { sleep, STEP_MS, within } from "./measure.ts";
import { freePort, Process, readLines, untilListening } from "./process.ts";
import { LABWIRE } from "./peers.ts";

/** Milliseconds from typing a message until the later of the two others shows it. */
export interface ChatResult {
  readonly beside: string;
  readonly latencies: number[];
  /** Files that passed meanwhile. */
  readonly files: number;
}

/** Between messages; the three take turns. */
export const PACE_MS = 20;

const FILE = "large.bin";
const NAMES = ["Ada", "Ron", "Eve"];
const JOIN_MS = 500; // the others' notices that somebody has joined are out of the way

/** Sends `messages` messages alone, beside `/send`, and beside `/get`, over and over as long as they go. */
export async function chatBesideTransfer(
  mebibytes: number,
  messages: number,
): Promise<ChatResult[]> {
  const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "labwire-bench-" });
  try {
    for (const name of [...NAMES, "share"]) await Deno.mkdir(`${folder}/${name}`);
    await fillRandom(`${folder}/share/${FILE}`, mebibytes);
    const port = freePort();
    await using server = await Process.start({
      args: [...LABWIRE, "serve", `127.0.0.1:${port}`, "--files", `${folder}/share`],
    });
    await untilListening(port, server);
    await using room = await Room.join(port, folder);
    await room.latencies(messages >> 2); // warms up
    const alone = { beside: "nothing", latencies: await room.latencies(messages), files: 0 };
    const ways: [beside: string, command: string, done: RegExp, made: string][] = [
      ["/send, Ada to Ron", `/send Ron ${folder}/share/${FILE}`, /^To Ron: /, `Ron/${FILE}`],
      ["/get, by Ada", `/get ${FILE}`, /^Saved /, `Ada/${FILE}`],
    ];
    const results: ChatResult[] = [alone];
    for (const [beside, command, done, made] of ways) {
      let files = 0, going = true;
      const passing = (async () => {
        for (; going; files++) {
          await room.ask("Ada", command, done);
          await Deno.remove(`${folder}/${made}`);
        }
      })();
      passing.catch(() => {}); // awaited below
      const latencies = await room.latencies(messages).finally(() => going = false);
      await passing;
      results.push({ beside, latencies, files });
    }
    return results;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Three `labwire connect` in one room, each in a folder of its own. */
class Room implements AsyncDisposable {
  readonly #members = new Map<string, Member>();
  #last = 0;

  static async join(port: number, folder: string): Promise<Room> {
    const room = new Room();
    for (const name of NAMES) {
      room.#members.set(name, new Member(name, port, `${folder}/${name}`));
      await sleep(JOIN_MS);
    }
    await within(STEP_MS, "join the room", room.#pass("Ada", "hello"));
    return room;
  }

  /** Evenly paced, whether the last has come or not. */
  async latencies(messages: number): Promise<number[]> {
    const under: Promise<number>[] = [];
    const start = performance.now();
    for (let i = 0; i < messages; i++) {
      await sleep(Math.max(0, start + i * PACE_MS - performance.now()));
      under.push(this.#pass(NAMES[i % NAMES.length], `message ${++this.#last}.`));
    }
    return await within(STEP_MS, "pass all messages on", Promise.all(under));
  }

  /** Types a command and waits for the line that says it is done. */
  async ask(name: string, command: string, done: RegExp): Promise<void> {
    const member = this.#members.get(name)!;
    const line = member.line((line) => done.test(line) || line.startsWith("Cannot"));
    await member.type(command);
    const said = await within(STEP_MS, `see "${command}" done`, line);
    if (!done.test(said)) throw new Error(`Cannot go on: ${command}: ${said}`);
  }

  async #pass(from: string, text: string): Promise<number> {
    const others = [...this.#members.values()].filter(({ name }) => name !== from);
    const heard = Promise.all(others.map((other) => other.line((line) => line.endsWith(text))));
    const start = performance.now();
    await this.#members.get(from)!.type(text);
    await heard;
    return performance.now() - start;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.#members.values()) await member[Symbol.asyncDispose]();
  }
}

/** One client of the room, at the ends of its pipes. */
class Member implements AsyncDisposable {
  readonly name: string;
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #awaited = new Set<(line: string) => void>();

  constructor(name: string, port: number, folder: string) {
    this.name = name;
    const [program, ...first] = LABWIRE;
    this.#child = new Deno.Command(program, {
      args: [...first, "connect", `127.0.0.1:${port}`, "--name", name, "--accept-files", folder],
      cwd: folder,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped", // results of commands
    }).spawn();
    this.#keys = this.#child.stdin.getWriter();
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      this.#listen(stream).catch(() => {}); // what does not come is missed where it is awaited
    }
  }

  async type(line: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(`${line}\n`));
  }

  /** The next line that is as wanted. */
  line(wanted: (line: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const look = (line: string) => {
        if (!wanted(line)) return;
        this.#awaited.delete(look);
        resolve(line);
      };
      this.#awaited.add(look);
    });
  }

  async #listen(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const line of readLines(stream)) {
      for (const look of [...this.#awaited]) look(line);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
    await this.#child.status;
  }
}
