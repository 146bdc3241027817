/**
 * How one peer speaks: framing and message encoding, by name.
 *
 * @module
 */
import { ProtocolError } from "../base/errors.ts";
import { FRAME_BYTES, HEARD_BYTES, JSON_BYTES, LINE_BYTES } from "../base/limits.ts";
import { safeLines, type SafeText } from "../base/safe_text.ts";
import type { Framing } from "./framing.ts";
import { JsonFraming } from "./json_framing.ts";
import { decodeJson, encodeJson } from "./json_message.ts";
import { LengthFraming } from "./length_framing.ts";
import { LineFraming } from "./line_framing.ts";
import type { Chat, Message } from "./message.ts";
import { decodeNative, encodeNative } from "./native_message.ts";
import { RawFraming } from "./raw_framing.ts";
import { decodeText, encodeText } from "./utf8.ts";

/** The dialects, as `--dialect` takes them. */
export const DIALECTS = ["native", "text", "raw", "json"] as const;

/** One of {@linkcode DIALECTS}. */
export type Dialect = typeof DIALECTS[number];

/** What {@linkcode framingOf} should know about the peer. */
export interface FramingOptions {
  /** The peer is a server: skip what a room says before it knows us, and let its messages be longer. */
  client?: boolean;
  /** `text` was a guess: the peer may be raw, until it ends a chunk in a newline. */
  guessed?: boolean;
}

/** A fresh framing for one connection. */
export function framingOf(
  dialect: Dialect,
  { client = false, guessed = false }: FramingOptions = {},
): Framing {
  switch (dialect) {
    case "native":
      return new LengthFraming(FRAME_BYTES);
    case "text":
      return new LineFraming({ endsLines: !guessed, limit: client ? HEARD_BYTES : LINE_BYTES });
    case "raw":
      return new RawFraming(LINE_BYTES, { cuts: client });
    case "json":
      return new JsonFraming({ skipOutside: client, limit: client ? HEARD_BYTES : JSON_BYTES });
  }
}

/**
 * What a client says in a payload.
 *
 * @throws {ProtocolError} when the payload is no message of that dialect.
 */
export function readMessage(dialect: Dialect, payload: Uint8Array): Message {
  if (dialect === "native") return decodeNative(payload);
  if (dialect === "json") return decodeJson(payload);
  return { type: "chat", text: decodeText(payload) };
}

/**
 * The texts of a batch of lines that lie in one piece ({@linkcode Framing}): read at once, they cost
 * a tenth. Undefined when each payload is to be read by itself.
 */
export function readLines(lying: Uint8Array | undefined): string[] | undefined {
  try {
    return lying && decodeText(lying.subarray(0, -1)).split("\n");
  } catch {
    return undefined; // whichever line is at fault: the others are not
  }
}

/**
 * The payloads that carry a server's message to a peer: one, except that over text each line is a
 * payload of its own. What another peer wrote is made harmless for text and raw, which are bare
 * terminals. `seconds` (since 1970) dates what has no time of its own.
 */
export function writeMessage(dialect: Dialect, message: Message, seconds: number): Uint8Array[] {
  if (dialect === "native") return [encodeNative(message)];
  if (dialect === "json") {
    const from = message.type === "chat" ? message.from ?? "Server" : "Server";
    const at = message.type === "chat" ? message.at ?? seconds : seconds;
    const text = message.type === "chat" ? message.text : textLines(message).join("\n");
    return [encodeJson(from, text, at)];
  }
  const lines = textLines(message);
  return dialect === "raw" ? [encodeText(lines.join("\n"))] : lines.map(encodeText);
}

/** What stands before each line of what somebody says. */
export function headOf({ from = "Server", private: alone }: Chat): string {
  return alone ? `${from} (private): ` : `${from}: `;
}

/** A message as the lines that a person reads: `Ada: text`, `* Ada joined`, an answer as it is. */
export function textLines(message: Message): SafeText[] {
  switch (message.type) {
    case "chat":
      return safeLines(message.text, headOf(message));
    case "notice":
      return safeLines(message.text, "* ");
    case "reply":
    case "error":
      return safeLines(message.text);
    case "refused":
    case "bye":
      return safeLines(message.reason);
    case "welcome":
      return message.motd === undefined ? [] : safeLines(message.motd);
    default:
      throw new ProtocolError(`a message of type "${message.type}" has no text`);
  }
}
