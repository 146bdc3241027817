/**
 * What a client hears: lines for people, and events for programs.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import type { Event } from "../base/events.ts";
import type { SafeText } from "../base/safe_text.ts";
import { type Dialect, textLines } from "../wire/dialect.ts";
import { decodeJson } from "../wire/json_message.ts";
import type { Message } from "../wire/message.ts";

/** How a line of the conversation is meant. */
export type LineKind = "message" | "notice" | "error" | "private" | "result";

/** How the lines of a message are meant. */
export function kindOf(message: Message): LineKind {
  if (message.type === "chat") return message.private ? "private" : "message";
  if (message.type === "notice" || message.type === "error") return message.type;
  return "message";
}

/** A message of a server; undefined for one that is no matter for programs. */
export function eventOf(message: Message): Event | undefined {
  switch (message.type) {
    case "chat": {
      const { from, text, at } = message;
      return message.private
        ? { event: "private", from, text }
        : { event: "message", from, text, sent: at };
    }
    case "notice":
    case "error":
      return { event: message.type, text: message.text };
    case "reply":
      return { event: "reply", text: message.text, name: message.name };
    case "bye":
      return { event: "bye", code: message.code, reason: message.reason };
    default:
      return undefined;
  }
}

/** What a goodbye means for whoever hears it, where that is no good end. */
export function partingFailure({ code, reason }: Message & { type: "bye" }): Failure | undefined {
  if (code === "kicked" || code === "idle") {
    return new Failure(`Cannot stay: ${reason}`, Exit.refused);
  }
  return code === "protocol" ? new Failure(`Cannot go on: ${reason}`, Exit.lost) : undefined;
}

/** What a server of another make has sent: over text a line, over raw what has come at once. */
export function foreignEvent(dialect: Dialect, payload: Uint8Array): Event {
  if (dialect === "json") return eventOf(decodeJson(payload))!;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload);
  const base64 = text.includes("\ufffd") ? payload.toBase64() : undefined;
  return { event: "message", text, base64 };
}

/** The same for people. */
export function foreignLines(dialect: Dialect, payload: Uint8Array): SafeText[] {
  if (dialect === "json") {
    const { from, text } = decodeJson(payload);
    return textLines({ type: "chat", from, text });
  }
  // A server of any make: what is no UTF-8 is shown as far as it goes.
  return textLines({ type: "reply", text: new TextDecoder().decode(payload) });
}
