/**
 * The json dialect's message: `{"username", "timestamp" (seconds), "message" (base64)}`.
 *
 * @module
 */
import { ProtocolError } from "../base/errors.ts";
import type { Chat } from "./message.ts";
import { parseJson } from "./native_message.ts";
import { decodeText, encodeText } from "./utf8.ts";

/** The payload of a message said by `username` at `seconds` since 1970. */
export function encodeJson(username: string, text: string, seconds: number): Uint8Array {
  const message = encodeText(text).toBase64();
  return encodeText(JSON.stringify({ username, timestamp: seconds, message }));
}

/**
 * What a payload says: `from`, `at` (seconds) and `text`.
 *
 * @throws {ProtocolError} when it is not JSON, a field is missing, or the message is not base64 of UTF-8.
 */
export function decodeJson(payload: Uint8Array): Chat {
  const value = parseJson(decodeText(payload));
  if (typeof value !== "object" || value === null) {
    throw new ProtocolError("malformed JSON: a message is an object");
  }
  const { username, timestamp, message } = value as Record<string, unknown>;
  if (typeof username !== "string") throw new ProtocolError('"username" must be a string');
  if (typeof timestamp !== "number" || !(timestamp >= 0 && timestamp < Infinity)) {
    throw new ProtocolError('"timestamp" must be a number from 0'); // native carries no other
  }
  if (typeof message !== "string") throw new ProtocolError('"message" must be a string');
  return { type: "chat", from: username, at: timestamp, text: decodeText(base64(message)) };
}

function base64(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch (cause) {
    throw new ProtocolError('"message" is not base64', { cause });
  }
}
