import type { Budget } from "../base/budget.ts";
import type { EventFields } from "../base/events.ts";
import type { Audit, Log } from "../base/log.ts";
import type { RateLimit } from "../base/rate.ts";
import type { SafeText } from "../base/safe_text.ts";
import type { Connection } from "../net/connection.ts";
import type { Guard } from "../net/guard.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import type { Command } from "../wire/message.ts";
import type { MODES } from "./modes.ts";

/** The share as a room sees it; the command joins the two. */
export interface RoomFiles {
  /** Names of the files, one line each. */
  list(folder: string): Promise<string[]>;
  /** Sends a file as the connection's dialect has it. */
  send(conn: Connection, get: Command): Promise<void>;
}

/** How a room is run. */
export interface RoomOptions {
  /** What happens to a message. */
  mode: keyof typeof MODES;
  /** What all clients share, `none` if each has its own. */
  cipher: Cipher;
  /** The server stops: everybody is told goodbye. */
  signal?: AbortSignal;
  /** Connection events. */
  log: Log;
  /** What the operator, or the log, is to see; absent when nobody looks. */
  show?: (lines: SafeText[]) => void;
  /** Gets what is said to everybody or to the server, for programs; absent when none listens. */
  heard?: (message: EventFields<"message">) => void;
  /** The message of the day. */
  motd?: string;
  /** What `list` and `get` reach. */
  files?: RoomFiles;
  /** Whether browsers are served. */
  web?: boolean;
  /** Who is kept out; what moderators say changes it. */
  guard?: Guard;
  /** Whether everybody has an account, and with it a name. */
  accounts?: boolean;
  /** Characters in a message, {@linkcode LINE_BYTES} unless given. */
  messageCharacters?: number;
  /** How fast each may send; as fast as it can, unless given. */
  rate?: RateLimit;
  /** What waits for single peers counts there. */
  budget?: Budget;
  /** Gets what happens, for programs. */
  audit?: Audit;
  /** The bounds in force and how far they are used, for moderators. */
  limits?: () => string[];
  /** Reads lists and accounts again; what came of it. */
  reload?: () => Promise<string>;
}
