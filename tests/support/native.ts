/**
 * The native dialect as a stranger writes it: frames from bytes, without labwire's own code.
 *
 * @module
 */
import { bytesOf, concat } from "./feed.ts";

/** A frame around `payload`: a 4-byte length in front. */
export function frame(payload: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, payload.length);
  return concat([length, payload]);
}

/** A frame with a control message, given as a value or as JSON text. */
export function control(message: unknown): Uint8Array {
  const json = typeof message === "string" ? message : JSON.stringify(message);
  return frame(bytesOf(`\x01${json}`));
}

/** The hello of a client without a cipher. */
export function hello(name?: string): Uint8Array {
  return control({ type: "hello", version: 1, cipher: "none", name });
}

/** Something said over native. */
export function chat(text: string): Uint8Array {
  return control({ type: "chat", text });
}

/** Something said over json. */
export function jsonChat(username: string, text: string, timestamp = 1): string {
  return JSON.stringify({ username, timestamp, message: bytesOf(text).toBase64() });
}
