/**
 * Listening on a socket in the file system.
 *
 * @module
 */
import { Exit, Failure, plainReason } from "../base/errors.ts";
import { formatAddress, type UnixAddress } from "./address.ts";
import { failWithoutUnix } from "./dial.ts";
import type { ListenedSocket, Listener } from "./listen.ts";

/**
 * Listens on a path, for this user alone (mode 0600); closing removes it. What a process that was
 * killed has left there is removed first.
 *
 * @throws {Failure} exit 3 when somebody listens there, or there is another file.
 */
export async function listenUnix({ path }: UnixAddress): Promise<Listener> {
  failWithoutUnix({ path });
  try {
    return new UnixListener(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) {
      throw cannotListen(path, plainReason(cause), cause);
    }
  }
  await removeStale(path);
  try {
    return new UnixListener(path);
  } catch (cause) {
    throw cannotListen(path, plainReason(cause), cause);
  }
}

class UnixListener implements Listener {
  readonly address: UnixAddress;
  readonly #listener: Deno.UnixListener;
  readonly #file: Deno.FileInfo;
  #closed = false;
  #accepted = 0;

  constructor(path: string) {
    this.address = { path };
    // Between bind and chmod anybody could come in.
    const before = Deno.umask(0o177);
    try {
      this.#listener = Deno.listen({ transport: "unix", path });
    } finally {
      Deno.umask(before);
    }
    this.#file = Deno.lstatSync(path);
  }

  async accept(): Promise<ListenedSocket> {
    return new UnixPeer(await this.#listener.accept(), `${this.address.path}#${++this.#accepted}`);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    try {
      const { dev, ino } = Deno.lstatSync(this.address.path);
      if (dev === this.#file.dev && ino === this.#file.ino) Deno.removeSync(this.address.path);
    } catch {
      // somebody has removed it: the runtime itself does
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Peers over a path have no address of their own: they are numbered. */
class UnixPeer implements ListenedSocket {
  readonly remoteAddr: UnixAddress;
  readonly #conn: Deno.UnixConn;

  constructor(conn: Deno.UnixConn, path: string) {
    this.#conn = conn;
    this.remoteAddr = { path };
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    this.#conn[Symbol.dispose]();
  }
}

/** Removes a socket on which nobody answers, and nothing else. */
async function removeStale(path: string): Promise<void> {
  const file = await Deno.lstat(path).catch(() => undefined);
  if (!file) return;
  if (!file.isSocket) throw cannotListen(path, "there is a file of that name");
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.ConnectionRefused)) {
      throw cannotListen(path, plainReason(cause), cause);
    }
    const { dev, ino } = await Deno.lstat(path);
    if (dev === file.dev && ino === file.ino) return await Deno.remove(path);
  }
  const remedy = "stop the other program or choose another path";
  throw cannotListen(path, "the path is in use", undefined, remedy);
}

function cannotListen(path: string, state: string, cause?: unknown, remedy?: string): Failure {
  const where = formatAddress({ path });
  return new Failure(`Cannot listen on ${where}: ${state}`, Exit.unreachable, { cause, remedy });
}
