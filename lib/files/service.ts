import type { Audit, Log } from "../base/log.ts";
import { Share } from "./share.ts";
import { type UploadOptions, Uploads } from "./uploads.ts";

/** How a folder is served. */
export interface ServiceOptions extends UploadOptions {
  /** Whether clients may put files there; a dropbox means that they may. */
  writable?: boolean;
  /** Gets a line for each file that was put. */
  log: Log;
  /** Gets what was put and fetched, for programs. */
  audit?: Audit;
}

/** The files of a server, and what its clients may do with them. */
export class FileService implements AsyncDisposable {
  /** Where they lie. */
  readonly share: Share;
  /** What may be put there; absent when nothing may. */
  readonly uploads?: Uploads;
  /** Whether clients neither list nor get. */
  readonly dropbox: boolean;
  /** As in {@linkcode ServiceOptions}. */
  readonly log: Log;
  /** As in {@linkcode ServiceOptions}. */
  readonly audit?: Audit;

  private constructor(share: Share, options: ServiceOptions) {
    this.share = share;
    this.dropbox = options.dropbox ?? false;
    this.log = options.log;
    this.audit = options.audit;
    if (options.writable || options.dropbox) this.uploads = new Uploads(share, options);
  }

  /**
   * Opens a folder for serving.
   *
   * @throws {Failure} with the usage exit code when there is no such folder.
   */
  static async open(folder: string, options: ServiceOptions): Promise<FileService> {
    return new FileService(await Share.open(folder), options);
  }

  /** Closes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.share[Symbol.asyncDispose]();
  }
}
