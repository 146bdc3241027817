/**
 * The files of a conversation: what `/get`, `/put` and `/send` ask for, each over a connection of its
 * own, so that no word waits for a file.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import { onAbort } from "../../lib/base/tasks.ts";
import type { BareFile, ClientFiles, Told } from "../../lib/chat/client_files.ts";
import { FileClient } from "../../lib/files/client.ts";
import { getPaths } from "../../lib/files/get_paths.ts";
import { baseName, openSource, openTarget } from "../../lib/files/local.ts";
import { cannotSave } from "../../lib/files/cannot_save.ts";
import type { Folder } from "../../lib/files/folder.ts";
import { type Outcome, startedOver, type Watcher } from "../../lib/files/outcome.ts";
import { Part } from "../../lib/files/part.ts";
import { passFile, takeFile } from "../../lib/files/pass_files.ts";
import { putPaths } from "../../lib/files/put_paths.ts";
import { receiveBare } from "../../lib/files/receive_bare.ts";
import { type Moved, summaryOf } from "../../lib/files/summary.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { formatBytes } from "../../lib/term/progress.ts";
import type { Exists, Offer, Ticket } from "../../lib/wire/file_message.ts";
import type { Hello } from "../../lib/wire/message.ts";

/** How often the prompt shows how far files are. */
const STATUS_MS = 250;

/** What a courier needs. */
export interface CourierOptions {
  /** Opens a connection to the same server, greeted. */
  open: (hello: Pick<Hello, "purpose" | "ticket">) => Promise<Connection>;
  /** Whether the server passes files on: one that does not know offers answers none. */
  passesOn: boolean;
  /** Ends all of it. */
  signal: AbortSignal;
  /** Where offered files go unasked; without it each has to be accepted. */
  acceptInto?: string;
  /** Shows how far the files under way are; "" when there are none. */
  status: (text: string) => void;
}

/** Moves files for a conversation. */
export class Courier implements ClientFiles {
  readonly #options: CourierOptions;
  readonly #offered = new Map<number, string>(); // to others: paths here, by our number
  readonly #offers = new Map<number, string>(); // to us: names, by the room's number
  readonly #underWay = new Map<Telling, string>();
  #last = 0;

  /** Nothing is under way yet. */
  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** See {@linkcode ClientFiles}; the argument is `[-r] [--overwrite | --rename | --resume] PATH`. */
  async get(argument: string): Promise<Told[]> {
    const { path, ...how } = readArgument(argument);
    return await this.#over({ purpose: "files" }, "Saved", async (client, telling) => {
      await using target = await openTarget(".");
      await getPaths(client, [path], { target, ...how }, telling);
    });
  }

  /** See {@linkcode ClientFiles}; the argument is `[-r] [--overwrite | --rename] PATH`. */
  async put(argument: string): Promise<Told[]> {
    const { path, ...how } = readArgument(argument);
    return await this.#over({ purpose: "files" }, "Put", async (client, telling) => {
      await putPaths(client, [path], how, telling);
    });
  }

  /** See {@linkcode ClientFiles}; the argument is `NAME PATH`. */
  async offer(argument: string): Promise<Offer> {
    if (!this.#options.passesOn) {
      throw new Failure("Cannot send it: this server passes no files on", Exit.failed);
    }
    // Names and paths may hold spaces: the first split that leaves a file wins.
    for (const { index } of argument.matchAll(/ +/g)) {
      const path = argument.slice(index).trim();
      if (path !== "" && await isFile(path)) {
        const id = ++this.#last;
        this.#offered.set(id, path);
        await using source = await openSource(path);
        const { name, size } = source;
        return { type: "offer", id, name, size, to: argument.slice(0, index).trim() };
      }
    }
    const path = argument.slice(argument.indexOf(" ") + 1).trim();
    if (!argument.includes(" ")) {
      throw new Failure("Cannot send it: which file, to whom? /send NAME FILE", Exit.failed);
    }
    throw new Failure(`Cannot send "${path}": there is no such file`, Exit.failed);
  }

  /** See {@linkcode ClientFiles}. */
  offered({ id, name }: Offer): boolean {
    this.#offers.set(id, name);
    return this.#options.acceptInto !== undefined;
  }

  /** See {@linkcode ClientFiles}. */
  async pass({ id, ticket, peer }: Ticket, own?: number): Promise<Told[]> {
    const hello = { purpose: "relay", ticket } as const;
    if (own !== undefined) {
      const path = this.#offered.get(own)!;
      return await this.#over(hello, `To ${peer}:`, async (client, telling) => {
        await passFile(client, path, telling);
      });
    }
    const name = this.#offers.get(id);
    this.#offers.delete(id);
    if (name === undefined) throw new Failure("Cannot take the file: not offered", Exit.failed);
    return await this.#over(hello, `From ${peer}:`, async (client, telling) => {
      await using target = await openTarget(this.#options.acceptInto ?? ".");
      await takeFile(client, target, name, telling);
    });
  }

  /** See {@linkcode ClientFiles}. */
  async bare(name: string): Promise<BareFile> {
    const base = baseName(name);
    if (base === "") throw new Failure(`Cannot save "${name}": it is no file name`, Exit.failed);
    const target = await openTarget(".");
    try {
      if (await target.has(base)) throw cannotSave(base, { code: "EEXIST" });
      return new Bare(target, await Part.open(target, base), base, this.#telling("Saved"));
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #over(
    hello: Pick<Hello, "purpose" | "ticket">,
    verb: string,
    work: (client: FileClient, telling: Telling) => Promise<void>,
  ): Promise<Told[]> {
    using telling = this.#telling(verb);
    try {
      using conn = await this.#options.open(hello);
      using _stop = onAbort(this.#options.signal, () => conn.close());
      using client = new FileClient(conn);
      await work(client, telling);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      telling.failed("", error);
    }
    return telling.end(hello.purpose === "files" && verb === "Put" ? "sent" : "fetched");
  }

  #telling(verb: string): Telling {
    return new Telling(verb, (id, text) => {
      if (text === "") this.#underWay.delete(id);
      else this.#underWay.set(id, text);
      this.#options.status([...this.#underWay.values()].join(", "));
    });
  }
}

/** What is told of the files of one command. */
class Telling implements Watcher, Disposable {
  readonly #verb: string;
  readonly #status: (of: Telling, text: string) => void;
  readonly #outcomes: Outcome[] = [];
  readonly #told: Told[] = [];
  readonly #start = performance.now();
  #shownAt = 0;

  constructor(verb: string, status: (of: Telling, text: string) => void) {
    this.#verb = verb;
    this.#status = status;
  }

  progress(path: string, bytes: number, size?: number): void {
    const now = performance.now();
    if (now - this.#shownAt < STATUS_MS) return;
    this.#shownAt = now;
    const share = size ? `${Math.floor(bytes / size * 100)} %` : formatBytes(bytes);
    this.#status(this, `${baseName(path)} ${share}`);
  }

  done(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    if (outcome.startedOver) this.#told.push({ line: startedOver(outcome), failed: false });
  }

  failed(_path: string, why: Failure): void {
    this.#told.push({ line: why.line, failed: true });
  }

  end(moved: Moved): Told[] {
    if (this.#outcomes.length > 0) {
      const seconds = (performance.now() - this.#start) / 1000;
      const line = `${this.#verb} ${summaryOf(this.#outcomes, moved, seconds)}`;
      this.#told.push({ line, failed: false });
    }
    return this.#told;
  }

  [Symbol.dispose](): void {
    this.#status(this, "");
  }
}

/** One file over text or raw. */
class Bare implements BareFile {
  readonly #target: Folder;
  readonly #part: Part;
  readonly #name: string;
  readonly #telling: Telling;

  constructor(target: Folder, part: Part, name: string, telling: Telling) {
    this.#target = target;
    this.#part = part;
    this.#name = name;
    this.#telling = telling;
  }

  async receive(conn: Connection): Promise<Told> {
    const { bytes, failure } = await this.#receive(conn);
    if (failure) return { line: failure.line, failed: true };
    const size = bytes < 1024 ? "" : ` (${formatBytes(bytes)})`;
    const line = `Saved ${this.#name}: ${bytes} bytes${size}, not verified over this dialect`;
    return { line, failed: false };
  }

  async #receive(conn: Connection): Promise<{ bytes: number; failure?: Failure }> {
    const progress = (bytes: number) => this.#telling.progress(this.#name, bytes);
    try {
      return { bytes: await receiveBare(conn, this.#part, progress) };
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.exit === Exit.lost) throw failure;
      return { bytes: 0, failure };
    } finally {
      this.#telling[Symbol.dispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#telling[Symbol.dispose]();
    await this.#part.drop();
    await this.#part[Symbol.asyncDispose]();
    await this.#target[Symbol.asyncDispose]();
  }
}

interface Argument {
  path: string;
  recursive: boolean;
  exists?: Exists;
  resume: boolean;
}

/** Options come first; all that follows is the path, spaces included. */
function readArgument(argument: string): Argument {
  const [, options, path] = /^((?:-\S+\s+)*)([^]*)$/.exec(argument)!;
  const given = options.split(/\s+/).filter((option) => option !== "");
  const known = ["-r", "--recursive", "--overwrite", "--rename", "--resume"];
  const wrong = given.find((option) => !known.includes(option));
  if (wrong) throw new Failure(`Cannot use ${wrong}: one of ${known.join(", ")}`, Exit.failed);
  if (path === "") throw new Failure("Cannot do that: which file?", Exit.failed);
  return {
    path,
    recursive: given.includes("-r") || given.includes("--recursive"),
    exists: given.includes("--overwrite")
      ? "replace"
      : given.includes("--rename")
      ? "rename"
      : undefined,
    resume: given.includes("--resume"),
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
