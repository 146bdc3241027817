/**
 * A file from one client to another, over a connection that a ticket has opened.
 *
 * @module
 */
import { Exit, Failure, reasonOf } from "../base/errors.ts";
import { cannotSave } from "./cannot_save.ts";
import { type FileClient, unexpected } from "./client.ts";
import { codeOf, type Folder } from "./folder.ts";
import { IncomingFile, isPiece } from "./incoming.ts";
import { openSource } from "./local.ts";
import { isPlainName, numbered } from "./names.ts";
import type { Watcher } from "./outcome.ts";
import { Part } from "./part.ts";
import { sendWanted } from "./put_files.ts";

/** The number of the one transfer on such a connection. */
const ID = 1;

/**
 * Sends the file at `path` to whoever is at the other end, who is told when it cannot be read.
 *
 * @throws {Failure} exit 1 when it is not taken, or cannot be read, 5 or 6 when the connection fails.
 */
export async function passFile(
  client: FileClient,
  path: string,
  watcher: Watcher,
): Promise<void> {
  await using source = await orTell(client, () => openSource(path));
  const want = await client.answer(ID);
  if (want.type === "error") throw new Failure(`Cannot send it: ${want.text}`, Exit.failed);
  if (want.type !== "want") throw unexpected(want);
  await sendWanted(client, source, { ...want, path: source.name }, watcher);
}

/**
 * Receives a file into `target` under the name that was offered, numbered where that is taken:
 * nothing is replaced by what somebody else chose.
 *
 * @throws {Failure} exit 1 when it cannot be saved or does not verify, 5 or 6 when the connection
 * fails.
 */
export async function takeFile(
  client: FileClient,
  target: Folder,
  name: string,
  watcher: Watcher,
): Promise<void> {
  await orTell(client, async () => {
    if (!isPlainName(name)) throw new Failure(`Cannot save "${name}": unsafe name`, Exit.failed);
    await receive(client, await openFree(target, name), watcher);
  });
}

/** What fails on this side alone is told to the other. */
async function orTell<T>(client: FileClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== Exit.failed) throw error;
    await client.send({ type: "error", id: ID, text: reasonOf(error) }).catch(() => {});
    throw error;
  }
}

async function receive(client: FileClient, part: Part, watcher: Watcher): Promise<void> {
  await using incoming = new IncomingFile(part, { exists: "rename" });
  const start = performance.now();
  await client.send(incoming.want(ID));
  for (;;) {
    const message = await client.answer(ID);
    if (message.type === "error") {
      throw new Failure(`Cannot get the file: ${message.text}`, Exit.failed);
    }
    if (!isPiece(message)) throw unexpected(message);
    if (await client.attempt(() => incoming.take(message))) break;
    watcher.progress(incoming.head!.name, incoming.bytes, incoming.head!.size);
  }
  await client.send({ type: "saved", id: ID, name: incoming.name! });
  watcher.done(incoming.outcome(incoming.head!.name, [], start));
}

/** The part of that name, or of the first numbered one that nobody is writing to. */
async function openFree(target: Folder, name: string): Promise<Part> {
  for (let number = 1;; number++) {
    try {
      return await Part.open(target, numbered(name, number));
    } catch (error) {
      const busy = error instanceof Failure && codeOf(error.cause) === "EBUSY";
      if (!busy) throw cannotSave(name, error);
    }
  }
}
