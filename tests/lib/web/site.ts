/**
 * A share on the web, for tests: a folder, what answers for it, and a port that serves HTTP alone.
 *
 * @module
 */
import { assert } from "@std/assert";
import { sleep } from "../../../lib/base/tasks.ts";
import { Share } from "../../../lib/files/share.ts";
import { formatAddress } from "../../../lib/net/address.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { answerWith } from "../../../lib/web/files.ts";
import { type Handle, WebFront } from "../../../lib/web/front.ts";
import { Folder } from "../../support/folder.ts";
import { Service } from "../../support/service.ts";

/** When the files of a {@linkcode Site} were changed: long ago. */
export const THEN = new Date("2020-02-02T20:20:20.200Z");

/** A shared folder; dispose to be rid of it. */
export class Site implements AsyncDisposable {
  /** Where the files lie. */
  readonly folder: Folder;
  /** What answers for them. */
  readonly answer: Handle;
  readonly #share: Share;

  private constructor(folder: Folder, share: Share) {
    this.folder = folder;
    this.#share = share;
    this.answer = answerWith(share);
  }

  /** Shares these files, given by path and content, all changed long ago. */
  static async make(files: Record<string, string | Uint8Array>): Promise<Site> {
    const folder = await Folder.make(files);
    for (const name of Object.keys(files)) await Deno.utime(`${folder.path}/${name}`, THEN, THEN);
    return new Site(folder, await Share.open(folder.path));
  }

  /** Asks without a network: `path` as a URL would have it. */
  async ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
    const request = new Request(`http://labwire.test${path}`, { method, headers });
    return await this.answer(request, "peer:1");
  }

  /** Waits until none of the files is open, for at most 20 s. */
  async closed(): Promise<void> {
    const late = Date.now() + 20_000;
    while (this.folder.open().length > 0) {
      assert(Date.now() < late, `still open: ${this.folder.open()}`);
      await sleep(1);
    }
  }

  /** Ends the share and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#share[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

/** A port that answers HTTP by way of a {@linkcode WebFront}. */
export class WebService implements AsyncDisposable {
  /** What connections come in by. */
  readonly service: Service;
  /** What they are given to. */
  readonly front: WebFront;
  /** What it had to tell. */
  readonly log: string[] = [];

  /** Answers with what `handle` makes. */
  constructor(handle: Handle) {
    this.front = WebFront.start(handle, (line) => void this.log.push(line));
    this.service = new Service(({ cut }) => async (socket) => {
      using conn = new Connection(socket);
      await conn.peek((bytes) => bytes.length > 0 || undefined);
      await this.front.serve(conn, formatAddress(socket.remoteAddr), cut);
    });
  }

  /** Where it listens. */
  get port(): number {
    return this.service.port;
  }

  /** The same as a URL, without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends the port and what is behind it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    await this.front[Symbol.asyncDispose]();
  }
}
