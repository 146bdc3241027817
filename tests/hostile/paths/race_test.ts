/**
 * Checking a name and then opening it is not enough: somebody may swap what stands there for a link
 * in between. By handle, as on Linux, that leads nowhere.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { getPaths } from "../../../lib/files/get_paths.ts";
import { FileClient } from "../../../lib/files/client.ts";
import { Folder } from "../../../lib/files/folder.ts";
import type { Message } from "../../../lib/wire/message.ts";
import { entriesBelow } from "../support/bait.ts";
import { FileLine } from "../support/file_line.ts";
import { race, type Swap } from "../support/race.ts";

const ignore = Deno.build.os !== "linux"; // docs/security.md names what is left elsewhere

/** A share whose folder `sub` and file `file.txt` are now real, now links to what is outside. */
class Shaky implements Disposable {
  readonly outer = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "lab-" }));
  readonly share = `${this.outer}/share`;
  readonly swaps: Swap[];
  readonly #before: Map<string, string>;

  constructor() {
    const { outer, share } = this;
    Deno.mkdirSync(`${share}/.real/deeper`, { recursive: true });
    Deno.mkdirSync(`${outer}/outside/deeper`, { recursive: true });
    for (const path of ["data.txt", "deeper/data.txt"]) {
      Deno.writeTextFileSync(`${share}/.real/${path}`, "PUBLIC");
      Deno.writeTextFileSync(`${outer}/outside/${path}`, "SECRET");
    }
    Deno.writeTextFileSync(`${outer}/outside/outside-only.txt`, "SECRET");
    Deno.writeTextFileSync(`${share}/.file`, "PUBLIC");
    Deno.symlinkSync(`${outer}/outside`, `${share}/.link`);
    Deno.symlinkSync(`${outer}/outside/data.txt`, `${share}/.file-link`);
    this.swaps = [
      [`${share}/.real`, `${share}/.link`, `${share}/sub`],
      [`${share}/.file`, `${share}/.file-link`, `${share}/file.txt`],
    ];
    this.#before = entriesBelow(`${outer}/outside`);
  }

  /** Asserts that what is outside is as it was. */
  check(): void {
    assertEquals(entriesBelow(`${this.outer}/outside`), this.#before);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.outer, { recursive: true });
  }
}

/** Both must have happened, or nothing was raced. */
function assertRaced({ got, refused }: { got: number; refused: number }): void {
  assert(got > 0 && refused > 0, `got ${got}, refused ${refused}`);
}

function command(name: string, argument: string): Message {
  return { type: "command", name, argument, id: 0 };
}

Deno.test({
  name: "a folder or file swapped for a link while it is read gives nothing of what is outside",
  ignore,
  async fn() {
    using shaky = new Shaky();
    await using line = await FileLine.open(shaky.share);
    const questions = [
      command("list", "sub"),
      command("get", "sub/data.txt"),
      command("get", "sub/deeper/data.txt"),
      command("get", "file.txt"),
      command("list", ""),
    ];
    const seen = await race(shaky.swaps, async (number) => {
      let got = false;
      await line.askAll([questions[number % questions.length]], (_, message) => {
        const text = message.type === "block"
          ? new TextDecoder().decode(message.bytes)
          : JSON.stringify(message);
        assert(!/SECRET|outside-only/.test(text), text);
        if (message.type === "block") assertEquals(text, "PUBLIC");
        got ||= message.type === "end";
      });
      return got;
    });
    assertRaced(seen);
  },
});

Deno.test({
  name: "a folder swapped for a link while files are put there takes them nowhere else",
  ignore,
  async fn() {
    using shaky = new Shaky();
    await using line = await FileLine.open(shaky.share, { writable: true });
    const names = ["sub/put.txt", "sub/deeper/put.txt", "file.txt", "sub/data.txt", "sub/new/"];
    const seen = await race(shaky.swaps.slice(0, 1), async (number) => {
      const name = names[number % names.length];
      let got = false;
      const put: Message = { type: "put", id: 0, name, size: 6, exists: "replace" };
      await line.askAll([put], (_, message) => got ||= message.type === "saved", "PUBLIC");
      return got && name.startsWith("sub");
    });
    assertRaced(seen);
    shaky.check();
  },
});

Deno.test({
  name: "a folder swapped for a link while files are fetched into it takes them nowhere else",
  ignore,
  async fn() {
    using shaky = new Shaky();
    const source = Deno.makeTempDirSync({ prefix: "lab-" });
    Deno.mkdirSync(`${source}/sub/deeper`, { recursive: true });
    Deno.writeTextFileSync(`${source}/sub/data.txt`, "FETCHED");
    Deno.writeTextFileSync(`${source}/sub/deeper/fetched.txt`, "FETCHED");
    try {
      await using line = await FileLine.open(source);
      await using target = await Folder.open(shaky.share);
      const seen = await race(shaky.swaps.slice(0, 1), async (number) => {
        let got = false;
        const resume = number % 3 === 0;
        const exists = resume ? undefined : number % 3 === 1 ? "replace" : "rename";
        const watcher = { progress() {}, done: () => void (got = true), failed() {} };
        const recursive = number % 2 === 0;
        const paths = recursive ? ["sub"] : ["sub/data.txt"];
        // A line of its own: one that was given up has answers under way.
        await using own = await FileLine.to(line.service);
        using client = new FileClient(own.conn);
        await getPaths(client, paths, { target, recursive, exists, resume }, watcher).catch(asked);
        return got && recursive;
      });
      assertRaced(seen);
      shaky.check();
    } finally {
      Deno.removeSync(source, { recursive: true });
    }
  },
});

/** A folder that cannot be opened is the system's error, or a sentence. */
function asked(error: Error & { code?: string }): void {
  assert(error.name === "Failure" || /^E[A-Z]+$/.test(error.code ?? ""), `${error.stack}`);
}
