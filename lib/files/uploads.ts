import { Failure, ProtocolError } from "../base/errors.ts";
import { MAX_UPLOAD_BYTES, QUOTA_BYTES } from "../base/limits.ts";
import type { Put, Want } from "../wire/file_message.ts";
import { cannotSave } from "./cannot_save.ts";
import type { Folder } from "./folder.ts";
import { IncomingFile, type Piece } from "./incoming.ts";
import { isPlainName, partsOf } from "./names.ts";
import { Part } from "./part.ts";
import type { Share } from "./share.ts";
import { type Reservation, Usage } from "./usage.ts";

/** What may be put into a share. */
export interface UploadOptions {
  /** Whether each client puts into a folder of its own name, and nothing is ever replaced. */
  dropbox?: boolean;
  /** Bytes of one file. */
  maxUpload?: number;
  /** Bytes of all that the share holds. */
  quota?: number;
}

/** What clients put into a share, within its bounds. */
export class Uploads {
  readonly #share: Share;
  readonly #options: UploadOptions;
  readonly #usage: Usage;

  /** `share` stays the caller's. */
  constructor(share: Share, options: UploadOptions = {}) {
    this.#share = share;
    this.#options = options;
    this.#usage = new Usage(share.path, options.quota ?? QUOTA_BYTES);
  }

  /**
   * Makes ready for a file. `owner` is the name of whoever puts it.
   *
   * @throws {ProtocolError} when it may not be put there, in words for whoever puts it.
   */
  async begin(put: Put, owner?: string): Promise<Upload> {
    const { dropbox = false, maxUpload = MAX_UPLOAD_BYTES } = this.#options;
    const parts = this.#partsOf(put.name, owner);
    if (!Number.isSafeInteger(put.size)) throw new ProtocolError("a size is no whole number");
    if (put.size > maxUpload) {
      throw new ProtocolError(`a file may have ${maxUpload} bytes here, not ${put.size}`);
    }
    const exists = dropbox && put.exists === "replace" ? undefined : put.exists;
    return await this.#inWords(put, () => this.#open(parts, { ...put, exists }));
  }

  /**
   * Makes a folder, whose name ends in a slash; its path in the share.
   *
   * @throws {ProtocolError} as above.
   */
  async makeFolder(put: Put, owner?: string): Promise<string> {
    const parts = this.#partsOf(put.name.replace(/\/$/, ""), owner);
    await this.#inWords(put, async () => {
      this.#usage.addFolders(parts.length); // some may be there already; it is counted anew soon
      await using _folder = await this.#share.makeFolder(parts);
    });
    return `${parts.join("/")}/`;
  }

  #partsOf(path: string, owner?: string): string[] {
    const parts = partsOf(path);
    if (parts) return this.#options.dropbox ? [dropboxFolder(owner), ...parts] : parts;
    throw new ProtocolError(
      `"${path}" is no name that can be put here: no dot at its beginning or end, no colon, ` +
        "backslash or control character",
    );
  }

  /** Does what takes room, if there is any. The system's own words are not for peers. */
  async #inWords<T>(put: Put, work: () => Promise<T>): Promise<T> {
    if (await this.#usage.isFull()) throw noRoom();
    try {
      return await work();
    } catch (error) {
      const failure = cannotSave(put.name, error);
      throw failure instanceof Failure ? new ProtocolError(failure.line, { cause: error }) : error;
    }
  }

  async #open(parts: string[], put: Put): Promise<Upload> {
    const above = parts.slice(0, -1), name = parts.at(-1)!;
    this.#usage.addFolders(above.length);
    const folder = await this.#share.makeFolder(above);
    let incoming: IncomingFile | undefined;
    try {
      if (put.exists === undefined && await folder.has(name)) {
        const replace = this.#options.dropbox ? "" : "--overwrite replaces it, ";
        throw new ProtocolError(
          `"${put.name}" exists already (${replace}--rename numbers the new one)`,
        );
      }
      incoming = new IncomingFile(await Part.open(folder, name), put);
      const reservation = this.#usage.reserve(put.size - incoming.bytes); // the part counts already
      if (!reservation) throw noRoom();
      return new Upload(incoming, put, { folder, above, reservation });
    } catch (error) {
      await incoming?.[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
      throw error;
    }
  }
}

function noRoom(): ProtocolError {
  return new ProtocolError("there is no room left for it: the quota is reached");
}

interface UploadPlace {
  folder: Folder;
  above: string[];
  reservation: Reservation;
}

/** One file on its way into a share. */
export class Upload implements AsyncDisposable {
  /** What to tell the client first. */
  readonly want: Want;
  readonly #incoming: IncomingFile;
  readonly #place: UploadPlace;

  /** Takes over both. */
  constructor(incoming: IncomingFile, put: Put, place: UploadPlace) {
    this.#incoming = incoming;
    this.#place = place;
    this.want = incoming.want(put.id);
  }

  /** Bytes that have come. */
  get fetched(): number {
    return this.#incoming.fetched;
  }

  /**
   * Takes the next message; once the file stands, its path in the share.
   *
   * @throws {ProtocolError} when it cannot be taken, in words for whoever puts it.
   */
  async take(message: Piece): Promise<string | undefined> {
    try {
      const whole = await this.#incoming.take(message);
      if (message.type === "block") this.#place.reservation.arrived(message.bytes.length);
      if (!whole) return undefined;
      return [...this.#place.above, this.#incoming.name].join("/");
    } catch (error) {
      throw error instanceof Failure ? new ProtocolError(error.line, { cause: error }) : error;
    }
  }

  /** Closes it; what has come stays for another time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#place.reservation[Symbol.dispose]();
    await this.#incoming[Symbol.asyncDispose]();
    await this.#place.folder[Symbol.asyncDispose]();
  }
}

function dropboxFolder(owner: string | undefined): string {
  if (owner === undefined) {
    throw new ProtocolError("a hand-in needs a name: give --name, or say hello with one");
  }
  if (!isPlainName(owner)) {
    throw new ProtocolError(`"${owner}" can be no folder: take another name`);
  }
  return owner;
}
