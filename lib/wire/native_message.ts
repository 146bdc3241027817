/**
 * The native dialect's messages: a kind byte, then JSON or a block of file bytes.
 *
 * @module
 */
import { ProtocolError, reasonOf } from "../base/errors.ts";
import { CONTROL_BYTES, JSON_DEPTH } from "../base/limits.ts";
import type { Message } from "./message.ts";
import { decodeText, encodeText } from "./utf8.ts";

/** First byte of a payload that holds a JSON control message. */
export const KIND_CONTROL = 1;
/** First byte of a payload that holds a file block: then a 4-byte transfer number, then bytes. */
export const KIND_BLOCK = 2;

/** What a field holds. */
export type FieldType = "string" | "number" | "boolean" | "list" | "entries";
/** The fields of a message; `?` marks one that may be missing. */
export type Fields = Record<string, FieldType | `${FieldType}?`>;

/** The fields of each control message. */
export const FIELDS: Record<Exclude<Message["type"], "block">, Fields> = {
  hello: {
    version: "number",
    cipher: "string",
    name: "string?",
    random: "string?",
    purpose: "string?",
    ticket: "string?",
    user: "string?",
    password: "string?",
    features: "list?",
  },
  keys: { salt: "string", random: "string?" },
  share: { share: "string" },
  confirm: { mac: "string" },
  welcome: { version: "number", name: "string", mode: "string", features: "list", motd: "string?" },
  refused: { code: "string", reason: "string" },
  chat: { text: "string", from: "string?", private: "boolean?", at: "number?" },
  notice: { text: "string" },
  reply: { text: "string", name: "string?" },
  error: { text: "string", id: "number?" },
  command: {
    name: "string",
    argument: "string",
    id: "number?",
    from: "number?",
    hash: "string?",
    strict: "boolean?",
  },
  file: {
    id: "number",
    name: "string",
    size: "number",
    from: "number",
    modified: "number?",
    executable: "boolean?",
  },
  end: { id: "number", hash: "string" },
  put: { id: "number", name: "string", size: "number", exists: "string?" },
  want: { id: "number", from: "number", hash: "string" },
  saved: { id: "number", name: "string" },
  listing: { id: "number", entries: "entries", more: "boolean" },
  offer: { id: "number", name: "string", size: "number", to: "string?", from: "string?" },
  offered: { id: "number", number: "number", to: "list", reason: "string?" },
  ticket: { id: "number", ticket: "string", peer: "string" },
  ping: {},
  pong: {},
  bye: { code: "string", reason: "string" },
};

const ENTRY: Fields = {
  name: "string",
  size: "number?",
  modified: "number",
  executable: "boolean?",
};

/** The payload of a message. */
export function encodeNative(message: Message): Uint8Array {
  if (message.type === "block") {
    const payload = new Uint8Array(5 + message.bytes.length);
    payload[0] = KIND_BLOCK;
    new DataView(payload.buffer).setUint32(1, message.id);
    payload.set(message.bytes, 5);
    return payload;
  }
  const payload = encodeText("\x01" + JSON.stringify(message));
  return payload;
}

/**
 * The message of a payload; the bytes of a block are a view of it.
 *
 * @throws {ProtocolError} when it is none: unknown kind or type, a missing field, bad JSON or UTF-8.
 */
export function decodeNative(payload: Uint8Array): Message {
  const kind = payload[0];
  if (kind === KIND_BLOCK) {
    if (payload.length < 5) throw new ProtocolError("a file block is too short");
    const id = new DataView(payload.buffer, payload.byteOffset).getUint32(1);
    return { type: "block", id, bytes: payload.subarray(5) };
  }
  if (kind !== KIND_CONTROL) {
    throw new ProtocolError(
      payload.length === 0 ? "an empty frame" : `a frame of unknown kind ${kind}`,
    );
  }
  if (payload.length > CONTROL_BYTES) {
    throw new ProtocolError(`a control message is over the limit of ${CONTROL_BYTES} bytes`);
  }
  return checked(parseJson(decodeText(payload.subarray(1))));
}

/**
 * `JSON.parse` with the depth bound of {@linkcode JSON_DEPTH}.
 *
 * @throws {ProtocolError} when the text is not JSON or nested too deep.
 */
export function parseJson(text: string): unknown {
  let depth = 0;
  for (let i = 0, inString = false; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === "\\") i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth > JSON_DEPTH) throw new ProtocolError(`JSON nested deeper than ${JSON_DEPTH}`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError(`malformed JSON: ${reasonOf(cause)}`, { cause });
  }
}

function checked(value: unknown): Message {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("a control message is not a JSON object");
  }
  const message = value as Record<string, unknown>;
  const { type } = message;
  // String() of a hostile object throws, of ["chat"] is "chat".
  if (typeof type !== "string") throw new ProtocolError("unknown message type: it is no text");
  if (!Object.hasOwn(FIELDS, type)) throw new ProtocolError(`unknown message type "${type}"`);
  checkFields(type, message, FIELDS[type as keyof typeof FIELDS]);
  return value as Message;
}

function checkFields(type: string, value: Record<string, unknown>, fields: Fields): void {
  for (const [field, rule] of Object.entries(fields)) {
    const actual = value[field];
    if (actual === undefined && rule.endsWith("?")) continue;
    const wanted = rule.replace("?", "");
    if (!isOf(wanted, actual)) {
      const what = wanted === "number" ? "number from 0" : wanted;
      throw new ProtocolError(`"${field}" of "${type}" must be a ${what}`);
    }
    if (wanted !== "entries") continue;
    for (const entry of actual as unknown[]) {
      checkFields("listing", entry as Record<string, unknown>, ENTRY);
    }
  }
}

function isOf(wanted: string, value: unknown): boolean {
  if (wanted === "number") return typeof value === "number" && Number.isFinite(value) && value >= 0;
  const list = Array.isArray(value) ? value : undefined;
  if (wanted === "list") return list?.every((item) => typeof item === "string") ?? false;
  if (wanted === "entries") {
    return list?.every((item) => typeof item === "object" && item !== null) ?? false;
  }
  const is = typeof value;
  return is === wanted;
}
