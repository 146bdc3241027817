/**
 * Which dialect a client speaks, from its first bytes.
 *
 * @module
 */
import { LINE_BYTES } from "../base/limits.ts";
import { isBlank } from "./json_framing.ts";
import { decodeNative } from "./native_message.ts";

/**
 * What the first bytes are: a dialect that the port serves (`text` stands for text or raw), a
 * protocol to turn away in its own words, or `unknown`: it began like native and is not.
 */
export type Detected = "native" | "json" | "text" | "http" | "tls" | "unknown";

const OPEN_BRACE = 0x7b, QUOTE = 0x22, NEWLINE = 0x0a, ZERO = 0x00;
/** What is waited for at most before it is text: beyond it nothing is looked at, however it came. */
const UNDECIDED_BYTES = 4096;
const TLS_HANDSHAKE = 0x16, TLS_MAJOR = 0x03; // RFC 8446, 5.1

/**
 * Decides from what has come so far; `undefined` means that more is needed. `quiet`: the gap has
 * passed without more, so that what could still be json or HTTP is text. A native frame is waited
 * for, quiet or not: the caller sets the deadline.
 */
export function detect(bytes: Uint8Array, quiet: boolean): Detected | undefined {
  if (bytes.length === 0) return undefined;
  const [first, second] = bytes;
  if (first === ZERO) return detectNative(bytes);
  if (first === TLS_HANDSHAKE && bytes.length > 1) return second === TLS_MAJOR ? "tls" : "text";
  if (first === OPEN_BRACE) {
    let at = 1;
    while (at < bytes.length && at <= UNDECIDED_BYTES && isBlank(bytes[at])) at++;
    if (at > UNDECIDED_BYTES) return "text";
    if (at < bytes.length) return bytes[at] === QUOTE ? "json" : "text";
    return quiet ? "text" : undefined;
  }
  const newline = bytes.indexOf(NEWLINE);
  // A page must not get past by a long path: its request line is waited for like any other line.
  const most = isRequest(bytes) ? LINE_BYTES : UNDECIDED_BYTES;
  if ((newline < 0 ? bytes.length : newline) > most) return "text";
  if (newline < 0) return quiet ? "text" : undefined;
  const end = String.fromCharCode(...bytes.subarray(Math.max(0, newline - 10), newline));
  return / HTTP\/1\.[01]\r?$/.test(end) ? "http" : "text";
}

/** Whether the first bytes are those of a web request: a method in capitals, and a space. */
function isRequest(bytes: Uint8Array): boolean {
  return /^[A-Z]+ /.test(String.fromCharCode(...bytes.subarray(0, 32)));
}

function detectNative(bytes: Uint8Array): Detected | undefined {
  if (bytes.length < 2) return undefined;
  if (bytes[1] !== ZERO) return "unknown";
  if (bytes.length < 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (bytes.length < 4 + length) return undefined;
  try {
    return decodeNative(bytes.subarray(4, 4 + length)).type === "hello" ? "native" : "unknown";
  } catch {
    return "unknown";
  }
}
