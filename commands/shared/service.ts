/**
 * A folder as servers share it: with clients of labwire, and with browsers.
 *
 * @module
 */
import type { Visitor } from "../../lib/net/meeting.ts";
import type { ExchangeOptions } from "../../lib/auth/exchange.ts";
import { wantsProof } from "../../lib/auth/meet.ts";
import { MAX_UPLOAD_BYTES, QUOTA_BYTES } from "../../lib/base/limits.ts";
import { type Context, flag, size } from "../../lib/cli/command.ts";
import type { Connection } from "../../lib/net/connection.ts";
import type { FileService } from "../../lib/files/service.ts";
import type { FileSession } from "../../lib/files/session.ts";
import type { WebFront } from "../../lib/web/front.ts";
import type { ServerValues } from "./server.ts";
import type { Trust } from "./trust.ts";

/** Options of the servers that have files. */
export const fileOptions = {
  writable: flag("let clients put files there, too"),
  dropbox: flag("clients put files, each in a folder of its name, and see none"),
  "max-upload": size("SIZE", "the largest file that is taken", MAX_UPLOAD_BYTES),
  quota: size("SIZE", "all that the folder may hold; beyond that nothing is taken", QUOTA_BYTES),
  "no-http": flag("do not answer browsers"),
};

/** The values of {@linkcode fileOptions}. */
export interface FileValues extends ServerValues {
  writable: boolean;
  dropbox: boolean;
  "max-upload": number;
  quota: number;
  "no-http": boolean;
}

/** A shared folder, open. */
export class SharedFolder implements AsyncDisposable {
  /** The files. */
  readonly service: FileService;
  /** Whether browsers are answered: in clear, so not where a cipher was asked for. */
  readonly web: boolean;
  readonly #sessions: typeof FileSession;
  readonly #context: Context;
  #front?: Promise<WebFront>;

  private constructor(
    service: FileService,
    sessions: typeof FileSession,
    web: boolean,
    context: Context,
  ) {
    this.service = service;
    this.web = web;
    this.#sessions = sessions;
    this.#context = context;
  }

  /**
   * Opens a folder as the options say.
   *
   * @throws {Failure} with the usage exit code when there is no such folder.
   */
  static async open(
    folder: string,
    values: FileValues,
    { terms, audit }: Trust,
    context: Context,
  ): Promise<SharedFolder> {
    const { FileService } = await import("../../lib/files/service.ts");
    const { FileSession } = await import("../../lib/files/session.ts");
    const { writable, dropbox, quota, "max-upload": maxUpload } = values;
    const options = { writable, dropbox, quota, maxUpload, log: context.log, audit: audit.write };
    const web = !values["no-http"] && !dropbox && !values.dialect && terms.keying.name === "none" &&
      !wantsProof(terms);
    return new SharedFolder(await FileService.open(folder, options), FileSession, web, context);
  }

  /** Answers a client of labwire, or a person with nc. */
  answering(conn: Connection): AsyncDisposable & Pick<ExchangeOptions, "answer"> {
    const session = new this.#sessions(conn, this.service);
    return {
      answer: (_conn, batch, { hello, account }) => session.answer(batch, hello?.name, account),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    };
  }

  /** Answers a browser, to the end of its connection, if {@linkcode web} says so. */
  async serveWeb({ conn, origin }: Visitor): Promise<void> {
    const front = await (this.#front ??= this.#startFront());
    await front.serve(conn, origin, this.#context.signal);
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#front)?.[Symbol.asyncDispose]();
    await this.service[Symbol.asyncDispose]();
  }

  async #startFront(): Promise<WebFront> {
    const { WebFront } = await import("../../lib/web/front.ts");
    const { answerWith } = await import("../../lib/web/files.ts");
    return WebFront.start(answerWith(this.service.share), this.#context.log);
  }
}
