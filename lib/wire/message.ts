/**
 * Every message there is. On the wire a message is one frame: JSON in the `native` dialect, a line
 * or a write in `text` and `raw`, an object in `json` (docs/protocol.md).
 *
 * @module
 */
import { REPLY_CHARACTERS } from "../base/limits.ts";
import type { CipherName } from "./ciphers/cipher.ts";
import type { FileMessage } from "./file_message.ts";

/** The version of the native protocol that `hello` and `welcome` name. */
export const PROTOCOL_VERSION = 1;

/** Why a server does not take a client in. */
export type RefusalCode =
  | "busy"
  | "denied"
  | "name"
  | "version"
  | "cipher"
  | "secret"
  | "login"
  | "protocol";

/** Why a server ends a connection it had taken in. */
export type ByeCode = "shutdown" | "kicked" | "idle" | "protocol";

/** A message, told apart by `type`. */
export type Message =
  | Hello
  | Keys
  | Share
  | Confirm
  | Welcome
  | Refused
  | Chat
  | Notice
  | Reply
  | Trouble
  | Command
  | FileMessage
  | Ping
  | Pong
  | Bye;

/**
 * Client to server, first: who speaks, and how. Under a record cipher it is sent twice: with version
 * and cipher in clear, and with all the rest sealed.
 */
export interface Hello {
  /** Tells the message from others. */
  type: "hello";
  /** {@linkcode PROTOCOL_VERSION} of the client. */
  version: number;
  /** The cipher for all that follows. */
  cipher: CipherName;
  /** The wish for a name; without one the server chooses. */
  name?: string;
  /** aes-gcm only: 32 random bytes in base64. */
  random?: string;
  /** What the connection is for, when it is for files alone. */
  purpose?: Purpose;
  /** With the purpose `relay`: what the room gave out for this connection. */
  ticket?: string;
  /** The name of an account, where the server has accounts; sent sealed or inside TLS only. */
  user?: string;
  /** Its password. */
  password?: string;
  /** What the client can do: `ping` answers pings. */
  features?: string[];
}

/** A connection for files alone: to those of the server, or to another client by way of the room. */
export type Purpose = "files" | "relay";

/** Server to client, only under a record cipher: what the keys are made from. */
export interface Keys {
  /** Tells the message from others. */
  type: "keys";
  /** 16 bytes in base64, drawn once per server start: the salt of scrypt. */
  salt: string;
  /** aes-gcm only: 32 random bytes in base64. */
  random?: string;
}

/** Both ways, only under chacha20-poly1305: a public share of SPAKE2 (RFC 9382). */
export interface Share {
  /** Tells the message from others. */
  type: "share";
  /** A point on P-256, uncompressed: 65 bytes in base64. */
  share: string;
}

/** Both ways, after the shares: that the sender has come to the same key. */
export interface Confirm {
  /** Tells the message from others. */
  type: "confirm";
  /** HMAC-SHA256 of the transcript: 32 bytes in base64. */
  mac: string;
}

/** Server to client: taken in. */
export interface Welcome {
  /** Tells the message from others. */
  type: "welcome";
  /** {@linkcode PROTOCOL_VERSION} of the server. */
  version: number;
  /** The name that the client now has. */
  name: string;
  /** What the server does with messages: `chat`, `ack`, `operator`, `log`, `echo` or `files`. */
  mode: string;
  /** What else the server can do, for example `files`. */
  features: string[];
  /** The message of the day. */
  motd?: string;
}

/** Server to client: not taken in; the connection ends. */
export interface Refused {
  /** Tells the message from others. */
  type: "refused";
  /** For programs. */
  code: RefusalCode;
  /** One sentence for the user. */
  reason: string;
}

/** Something said. A client leaves `from` out; the server fills it in. */
export interface Chat {
  /** Tells the message from others. */
  type: "chat";
  /** What is said, in one or more lines. */
  text: string;
  /** Who says it. */
  from?: string;
  /** Set on a message that only its receiver gets (`/msg`). */
  private?: boolean;
  /** Seconds since 1970, where the dialect carries it. */
  at?: number;
}

/** Server to client: what happened in the room (`Ada joined`). */
export interface Notice {
  /** Tells the message from others. */
  type: "notice";
  /** What is said, in one or more lines. */
  text: string;
}

/** Server to client: the answer to a message or command, possibly of several lines. */
export interface Reply {
  /** Tells the message from others. */
  type: "reply";
  /** The receiver's new name, when the command changed it. */
  name?: string;
  /** What is said, in one or more lines. */
  text: string;
}

/** Server to client: what was asked for cannot be done; the connection goes on. */
export interface Trouble {
  /** Tells the message from others. */
  type: "error";
  /** What is said, in one or more lines. */
  text: string;
  /** The transfer that it ends, if it is about one. */
  id?: number;
}

/** Client to server: a command, without its slash. */
export interface Command {
  /** Tells the message from others. */
  type: "command";
  /** Its name. */
  name: string;
  /** All that stands behind the name. */
  argument: string;
  /** `get`, `list`: the number that the client gives to the transfer, or the question. */
  id?: number;
  /** `get`: how many blocks are there already, to go on behind them. */
  from?: number;
  /** With `from`: the hash of those blocks (`file_message.ts`). */
  hash?: string;
  /** With `from`: answer with an error when the blocks are other ones, rather than start over. */
  strict?: boolean;
}

/** Server to client, after a silence: whether the other side is still there. */
export interface Ping {
  /** Tells the message from others. */
  type: "ping";
}

/** Client to server: the answer to a {@linkcode Ping}. */
export interface Pong {
  /** Tells the message from others. */
  type: "pong";
}

/** Server to client: the connection ends, and why. */
export interface Bye {
  /** Tells the message from others. */
  type: "bye";
  /** For programs. */
  code: ByeCode;
  /** One sentence for the user. */
  reason: string;
}

/** An answer of lines: as many as fit in one message, and how many did not. */
export function replyOf(lines: readonly string[]): Reply {
  let characters = 0, count = 0;
  while (count < lines.length && characters < REPLY_CHARACTERS) {
    characters += lines[count++].length + 1;
  }
  const more = lines.length > count ? [`… and ${lines.length - count} more`] : [];
  return { type: "reply", text: [...lines.slice(0, count), ...more].join("\n") };
}

/** Whether what was typed asks to leave: `exit`, in any case, with or without a slash. */
export function isExit(text: string): boolean {
  return text.length <= 5 && /^\/?exit$/i.test(text);
}

/** A command line, with or without its slash: `/get a b.txt` is `get` of `a b.txt`. */
export function parseCommand(line: string): Command {
  const [, name, argument] = /^\/?(\S*)\s*([^]*)$/.exec(line)!;
  return { type: "command", name: name.toLowerCase(), argument: argument.trimEnd() };
}
