/**
 * Fetching files over a connection that is for files.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import { REQUESTS_AHEAD } from "../base/limits.ts";
import type { Exists } from "../wire/file_message.ts";
import { IS_FOLDER } from "./bare.ts";
import { cannotSave } from "./cannot_save.ts";
import { type FileClient, unexpected } from "./client.ts";
import { codeOf, type Folder } from "./folder.ts";
import { IncomingFile, isPiece, type Piece } from "./incoming.ts";
import type { Watcher } from "./outcome.ts";
import { Part } from "./part.ts";

/** A file to be fetched. */
export interface Wish {
  /** Its path at the server. */
  path: string;
  /** The folders it is to stand in, from the target on; they are made. */
  folders: string[];
  /** The name that it is to have there. */
  name: string;
}

/** Where files are saved, and over what. */
export interface GetOptions {
  /** Stays the caller's. */
  target: Folder;
  /** A file that has the name already is replaced, or the new one numbered; else that one fails. */
  exists?: Exists;
  /** Or a file that has the name is gone on with. */
  resume?: boolean;
}

/**
 * Gets files, several being asked for before the first has come; what becomes of each is told to the
 * watcher.
 *
 * @throws {Failure} exit 1 when the disk fails, 5 or 6 when the connection does.
 */
export async function getFiles(
  client: FileClient,
  wishes: Iterable<Wish>,
  options: GetOptions,
  watcher: Watcher,
): Promise<void> {
  const asked: Request[] = [];
  try {
    for (const wish of wishes) {
      while (asked.length >= REQUESTS_AHEAD || asked.some((each) => sameName(each.wish, wish))) {
        await receive(client, asked, watcher);
      }
      try {
        asked.push(await ask(client, wish, options));
      } catch (error) {
        if (!(error instanceof Failure) || error.exit !== Exit.failed) throw error;
        watcher.failed(wish.path, error);
      }
    }
    while (asked.length > 0) await receive(client, asked, watcher);
  } finally {
    for (const request of asked) await close(request);
  }
}

function sameName(a: Wish, b: Wish): boolean {
  return a.name === b.name && a.folders.join("/") === b.folders.join("/");
}

/** A file that was asked for. */
interface Request {
  id: number;
  wish: Wish;
  folder: Folder;
  incoming: IncomingFile;
}

async function ask(client: FileClient, wish: Wish, options: GetOptions): Promise<Request> {
  const { path, folders, name } = wish;
  const { target, exists, resume } = options;
  const id = client.newId();
  const folder = await openInside(target, folders);
  let incoming: IncomingFile | undefined;
  try {
    const there = exists === undefined && await folder.has(name);
    if (there && !resume) throw cannotSave(name, { code: "EEXIST" });
    if (exists === "replace" && await folder.hasFolder(name)) {
      throw cannotSave(name, { code: "EISDIR" });
    }
    const part = await Part.open(folder, name);
    incoming = new IncomingFile(part, { exists });
    if (there) await part.goOn();
    const { from, hash } = incoming.want(id);
    const have = from > 0 ? { from, hash, strict: there || undefined } : {};
    await client.send({ type: "command", name: "get", argument: path, id, ...have });
    return { id, wish, folder, incoming };
  } catch (error) {
    await incoming?.[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

/** Receives the file that was asked for first. */
async function receive(client: FileClient, asked: Request[], watcher: Watcher): Promise<void> {
  const { id, wish, incoming } = asked[0];
  const { path } = wish;
  let start = performance.now();
  let failure: Failure | undefined;
  try {
    for (;;) {
      const answer = await client.answer(id);
      if (answer.type === "error") {
        failure ??= new Failure(`Cannot get "${path}": ${answer.text}`, Exit.failed, {
          remedy: answer.text === IS_FOLDER ? "--recursive fetches it" : undefined,
        });
        break;
      }
      if (!isPiece(answer)) throw unexpected(answer);
      if (answer.type === "file") start = performance.now();
      // What is still to come of a file that failed is passed over: the next one follows.
      if (!failure) failure = await taken(client, incoming, answer);
      if (answer.type === "end") break;
      if (!failure) watcher.progress(path, incoming.bytes, incoming.head!.size);
    }
    if (failure) watcher.failed(path, failure);
    else watcher.done(incoming.outcome(path, wish.folders, start));
  } finally {
    await close(asked.shift()!);
  }
}

/** Takes a message; a failure of this file alone is returned, one of disk or connection thrown. */
async function taken(
  client: FileClient,
  incoming: IncomingFile,
  message: Piece,
): Promise<Failure | undefined> {
  try {
    await client.attempt(() => incoming.take(message));
    return undefined;
  } catch (error) {
    const own = error instanceof Failure && error.exit === Exit.failed;
    if (!own || (message.type !== "end" && codeOf(error.cause) !== "")) throw error;
    return error;
  }
}

/**
 * Opens a folder below the target, making what is not there; whoever calls it closes that.
 *
 * @throws {Failure} exit 1 when something is in the way.
 */
export async function openInside(target: Folder, folders: readonly string[]): Promise<Folder> {
  try {
    return await target.reach(folders, { make: true });
  } catch (error) {
    throw cannotSave(folders.join("/"), error);
  }
}

async function close({ incoming, folder }: Request): Promise<void> {
  await incoming[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
}
