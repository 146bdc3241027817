/**
 * Messages to one chunk of bytes, ready for a single write.
 *
 * @module
 */
import { safeBlock } from "../base/safe_text.ts";
import type { Cipher } from "./ciphers/cipher.ts";
import { type Dialect, framingOf, headOf, textLines, writeMessage } from "./dialect.ts";
import { frameAll } from "./framing.ts";
import type { Chat, Message } from "./message.ts";
import { encodeText } from "./utf8.ts";

/** Bytes that a message, and over text each of its lines, takes beside its text, roughly. */
const ENVELOPE_BYTES = 48;

const FRAMINGS = {
  native: framingOf("native"),
  text: framingOf("text"),
  raw: framingOf("raw"),
  json: framingOf("json"),
};

/**
 * A server's messages as one peer of that dialect gets them: written, sealed and framed. A record
 * cipher is left to the connection: give `none` with it. `seconds` dates messages without a time.
 */
export function packMessages(
  dialect: Dialect,
  messages: readonly Message[],
  cipher: Cipher,
  seconds: number,
): Uint8Array {
  if (dialect === "text" && cipher.name === "none") {
    const lines = linesOf(messages); // one encoding for all that a tick holds
    return lines === undefined ? new Uint8Array() : encodeText(lines + "\n");
  }
  const payloads = messages.flatMap((message) => writeMessage(dialect, message, seconds));
  return frameAll(FRAMINGS[dialect], payloads.map((payload) => cipher.seal(payload)));
}

/** All messages as a person reads them; undefined when there is nothing to read. */
function linesOf(messages: readonly Message[]): string | undefined {
  const [first] = messages;
  if (first?.type === "chat") {
    const texts = textsBy(first, messages);
    if (texts) return safeBlock(texts, headOf(first));
  }
  const lines = messages.flatMap(textLines);
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** What is said, if one says all of it. */
function textsBy(one: Chat, messages: readonly Message[]): string[] | undefined {
  const texts: string[] = [];
  for (const each of messages) {
    const same = each.type === "chat" && each.from === one.from && each.private === one.private;
    if (!same) return undefined;
    texts.push(each.text);
  }
  return texts;
}

/** Bytes that a message takes when it is packed, roughly, in any dialect. */
export function roughSize(message: Message): number {
  if (message.type === "offered") return ENVELOPE_BYTES + message.to.join().length;
  if (!("text" in message)) return ENVELOPE_BYTES;
  const { text } = message;
  let size = ENVELOPE_BYTES + text.length;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    size += ENVELOPE_BYTES;
  }
  return size;
}
