/**
 * What comes of a client's first words: taken in, or turned away.
 *
 * @module
 */
import type { Account } from "../base/account.ts";
import { ProtocolError } from "../base/errors.ts";
import type { Dialect } from "../wire/dialect.ts";
import type { Hello, RefusalCode } from "../wire/message.ts";
import type { Connection } from "./connection.ts";

/** A client that can be taken in; a hello comes with native only. */
export interface Meeting {
  /** Found out, or pinned. */
  dialect: Dialect;
  /** What a native client said first; its name is that of its account, if it has one. */
  hello?: Hello;
  /** Who it has proven to be, where the server has accounts. */
  account?: Account;
}

/** One that has come in: its connection, where it comes from, and how to learn its dialect. */
export interface Visitor {
  /** Nothing has been read from it. */
  readonly conn: Connection;
  /** `host:port`. */
  readonly origin: string;
  /** The host of it. */
  readonly address: string;
  /**
   * Finds out its dialect, and takes its hello; null when it has left. Asked again, it gives the same
   * answer.
   */
  meet(): Promise<Meeting | null>;
}

/** A client that is not taken in, and the code that tells it why. */
export class Refusal extends ProtocolError {
  /** The code of the `refused` message. */
  readonly code: RefusalCode;
  /** A protocol outside labwire's dialects in which the client expects its answer. */
  readonly foreign?: "http" | "tls";

  /** `reason` is a sentence for the client's user. */
  constructor(
    code: RefusalCode,
    reason: string,
    options: ErrorOptions & { foreign?: "http" | "tls" } = {},
  ) {
    super(reason, options);
    this.name = "Refusal";
    this.code = code;
    this.foreign = options.foreign;
  }
}
