import type { Event } from "../base/events.ts";
import type { Connection } from "../net/connection.ts";
import type { Offer, Ticket } from "../wire/file_message.ts";

/** What there is to tell about a file: that it is there, or why not. */
export interface Told {
  /** For the user. */
  line: string;
  /** Whether it is not there. */
  failed: boolean;
  /** The same for programs; without them a failure is told them as an `error`. */
  events?: Event[];
}

/** A file over text or raw that is about to be asked for. */
export interface BareFile extends AsyncDisposable {
  /** Receives it; what comes next on the connection is its first byte. */
  receive(conn: Connection): Promise<Told>;
}

/**
 * What a client needs to move files; the command joins the two. Over native they go over connections
 * of their own, so that what is said never waits for them. What cannot be done is a Failure with exit 1.
 */
export interface ClientFiles {
  /** Fetches from the server, as `/get` was typed. */
  get(argument: string): Promise<Told[]>;
  /** Puts to the server, as `/put` was typed. */
  put(argument: string): Promise<Told[]>;
  /** What to offer, as `/send` was typed. */
  offer(argument: string): Promise<Offer>;
  /** Somebody offers a file; whether it is accepted unasked. */
  offered(offer: Offer): boolean;
  /** An offer was accepted: moves the file. `own` is our number of it, if it is ours. */
  pass(ticket: Ticket, own?: number): Promise<Told[]>;
  /** Prepares for a file over text or raw. */
  bare(name: string): Promise<BareFile>;
}
