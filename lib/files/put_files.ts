/**
 * Putting files over a connection that is for files.
 *
 * @module
 */
import { Exit, Failure, ProtocolError, reasonOf } from "../base/errors.ts";
import type { Exists } from "../wire/file_message.ts";
import { type FileClient, unexpected } from "./client.ts";
import type { Watcher } from "./outcome.ts";
import { sendNative, type Sent } from "./send.ts";
import type { Source } from "./source.ts";

/** A file to be put, or a folder to be made. */
export interface Gift {
  /** Where it is to stand at the server; with a slash at the end it is a folder. */
  path: string;
  /** Opens the file; absent on a folder. */
  open?: () => Promise<Source>;
}

/**
 * Puts files, one after the other; what becomes of each is told to the watcher. `exists`: what
 * becomes of a file that has the name already; without it, that stays and the new one fails.
 *
 * @throws {Failure} exit 5 or 6 when the connection fails.
 */
export async function putFiles(
  client: FileClient,
  gifts: Iterable<Gift>,
  exists: Exists | undefined,
  watcher: Watcher,
): Promise<void> {
  for (const gift of gifts) {
    try {
      await put(client, gift, exists, watcher);
    } catch (error) {
      if (!(error instanceof Failure) || error.exit !== Exit.failed) throw error;
      watcher.failed(gift.path, error);
    }
  }
}

async function put(
  client: FileClient,
  { path, open }: Gift,
  exists: Exists | undefined,
  watcher: Watcher,
): Promise<void> {
  const id = client.newId();
  await using source = await open?.();
  await client.send({ type: "put", id, name: path, size: source?.size ?? 0, exists });
  const answer = await client.answer(id);
  if (answer.type === "error") throw cannotPut(path, answer.text);
  if (!source && answer.type === "saved") return;
  if (answer.type !== "want" || !source) throw unexpected(answer);
  await sendWanted(client, source, { ...answer, path }, watcher);
}

/**
 * Sends what the other side wants, and waits until it has it.
 *
 * @throws {Failure} exit 1 when it does not take the file, or the file cannot be read, 5 or 6 when
 * the connection fails.
 */
export async function sendWanted(
  client: FileClient,
  source: Source,
  { id, from, hash, path }: { id: number; from: number; hash: string; path: string },
  watcher: Watcher,
): Promise<void> {
  const start = performance.now();
  const { size } = source;
  const enough = new AbortController();
  const verdict = client.answer(id).finally(() => enough.abort());
  verdict.catch(() => {}); // it is awaited once all is sent
  const sent = await client.attempt(() =>
    sendOrGiveUp(client, source, {
      id,
      from,
      hash,
      onProgress: (bytes) => watcher.progress(path, bytes, size),
      signal: enough.signal,
    })
  );
  const saved = await verdict;
  if (sent instanceof Failure) throw sent;
  if (saved.type === "error") throw cannotPut(path, saved.text);
  if (saved.type !== "saved") throw unexpected(saved);
  watcher.done({
    path,
    name: saved.name,
    size,
    moved: sent.bytes,
    hashed: source.hashes.computed,
    seconds: (performance.now() - start) / 1000,
    hash: sent.hash ?? "",
    startedOver: from > 0 && sent.bytes === size,
  });
}

/** A file that can no longer be read is given up: the other side is told, and answers. */
async function sendOrGiveUp(
  client: FileClient,
  source: Source,
  sending: Parameters<typeof sendNative>[2],
): Promise<Sent | Failure> {
  try {
    return await sendNative(client.conn, source, sending);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    await client.send({ type: "error", id: sending.id, text: error.message });
    return new Failure(reasonOf(error), Exit.failed, { cause: error });
  }
}

function cannotPut(path: string, why: string): Failure {
  return new Failure(`Cannot put "${path}": ${why}`, Exit.failed);
}
