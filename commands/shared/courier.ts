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
import { openSource, openTarget } from "../../lib/files/local.ts";
import { passFile, takeFile } from "../../lib/files/pass_files.ts";
import { putPaths } from "../../lib/files/put_paths.ts";
import type { Connection } from "../../lib/net/connection.ts";
import type { Exists, Offer, Ticket } from "../../lib/wire/file_message.ts";
import type { Hello } from "../../lib/wire/message.ts";
import { BareDownload } from "./bare_download.ts";
import { existsOf } from "./exists.ts";
import { Telling, type Words } from "./telling.ts";

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
    return await this.#over({ purpose: "files" }, ["Saved", "fetched"], async (client, telling) => {
      await using target = await openTarget(".");
      await getPaths(client, [path], { target, ...how }, telling);
    });
  }

  /** See {@linkcode ClientFiles}; the argument is `[-r] [--overwrite | --rename] PATH`. */
  async put(argument: string): Promise<Told[]> {
    const { path, ...how } = readArgument(argument);
    return await this.#over({ purpose: "files" }, ["Put", "sent"], async (client, telling) => {
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
      return await this.#over(hello, [`To ${peer}:`, "sent"], async (client, telling) => {
        await passFile(client, path, telling);
      });
    }
    const name = this.#offers.get(id);
    this.#offers.delete(id);
    if (name === undefined) throw new Failure("Cannot take the file: not offered", Exit.failed);
    return await this.#over(hello, [`From ${peer}:`, "fetched"], async (client, telling) => {
      await using target = await openTarget(this.#options.acceptInto ?? ".");
      await takeFile(client, target, name, telling);
    });
  }

  /** See {@linkcode ClientFiles}. */
  async bare(name: string): Promise<BareFile> {
    return await BareDownload.prepare(name, this.#telling(["Saved", "fetched"]));
  }

  async #over(
    hello: Pick<Hello, "purpose" | "ticket">,
    words: Words,
    work: (client: FileClient, telling: Telling) => Promise<void>,
  ): Promise<Told[]> {
    using telling = this.#telling(words);
    try {
      using conn = await this.#options.open(hello);
      using _stop = onAbort(this.#options.signal, () => conn.close());
      using client = new FileClient(conn);
      await work(client, telling);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      telling.failed("", error);
    }
    return telling.end();
  }

  #telling(words: Words): Telling {
    return new Telling(words, (id, text) => {
      if (text === "") this.#underWay.delete(id);
      else this.#underWay.set(id, text);
      this.#options.status([...this.#underWay.values()].join(", "));
    });
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
  const has = (name: string) => given.includes(`--${name}`);
  const resume = has("resume");
  const exists = existsOf({ overwrite: has("overwrite"), rename: has("rename"), resume });
  return { path, recursive: has("recursive") || given.includes("-r"), exists, resume };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
